//! The systemd units that wake the outbox when no push does.

use std::path::Path;

/// A unit file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// Returns the units for one user's own systemd.
pub(super) fn of_user(program: &Path) -> Vec<Unit> {
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
pub(super) fn of_system(program: &Path) -> Vec<Unit> {
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
