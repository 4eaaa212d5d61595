//! The systemd units that wake the outbox when no push does.

use std::path::Path;

use zulipkit_diag::Result;

use super::folder::Folder;
use super::report::{Action, Report};
use super::{Timer, cannot};

/// A unit file.
struct Unit {
    name: &'static str,
    text: String,
}

/// Writes the units, and says how they are started; systemd itself is left to the user.
pub(crate) fn put(
    timer: &Timer,
    program: &Path,
    pushers: &[String],
    report: &mut Report,
) -> Result<()> {
    let (folder, units, start) = match timer {
        Timer::User(folder) => (
            folder,
            of_user(program),
            vec!["systemctl --user enable --now zulipkit-outbox.timer".to_owned()],
        ),
        Timer::System(folder) => (
            folder,
            of_system(program),
            pushers
                .iter()
                .map(|user| format!("systemctl enable --now zulipkit-outbox@{user}.timer"))
                .collect(),
        ),
    };
    for unit in units {
        put_unit(folder, &unit, report)?;
    }
    report
        .to_do
        .push(format!("Start the timer: {}", start.join("; ")));
    Ok(())
}

fn put_unit(folder: &Path, unit: &Unit, report: &mut Report) -> Result<()> {
    let file = folder.join(unit.name);
    if file.symlink_metadata().is_ok() {
        report.step(Action::Kept, file, "it is left as it is");
        return Ok(());
    }
    if !report.dry_run {
        std::fs::create_dir_all(folder)
            .and_then(|()| Folder::open(folder))
            .and_then(|folder| folder.create_file(unit.name, &unit.text, 0o644, None))
            .map_err(|error| cannot("make", &file, &error))?;
    }
    report.step(Action::Created, file, "");
    Ok(())
}

/// Returns the units for one user's own systemd.
fn of_user(program: &Path) -> Vec<Unit> {
    vec![
        Unit {
            name: "zulipkit-outbox.service",
            text: service(program, ""),
        },
        Unit {
            name: "zulipkit-outbox.timer",
            text: timer(),
        },
    ]
}

/// Returns the units for the system: templates, one instance for each user.
fn of_system(program: &Path) -> Vec<Unit> {
    vec![
        Unit {
            name: "zulipkit-outbox@.service",
            text: service(program, "User=%i\n"),
        },
        Unit {
            name: "zulipkit-outbox@.timer",
            text: timer(),
        },
    ]
}

fn service(program: &Path, user: &str) -> String {
    // A per cent sign begins a specifier in a unit file.
    let program = program.display().to_string().replace('%', "%%");
    format!(
        "[Unit]
Description=Deliver what waits in the outbox of zulipkit
After=network-online.target

[Service]
Type=oneshot
{user}ExecStart=\"{program}\" outbox flush
"
    )
}

fn timer() -> String {
    "[Unit]
Description=Wake the outbox of zulipkit

[Timer]
OnStartupSec=2min
OnUnitInactiveSec=5min

[Install]
WantedBy=timers.target
"
    .to_owned()
}
