//! The outbox: whether it can be used, what waits in it, and who would deliver that.

use std::path::{Path, PathBuf};

use zulipkit_diag::Diagnostic;
use zulipkit_integrations::Integration;
use zulipkit_outbox::{Outbox, Status};
use zulipkit_settings::{Environment, dirs};

use super::Check;

/// Looks at this user's outbox. Nothing is changed, and none is made. What mends a fault is said in the words of an integration,
/// if one was asked for.
pub(crate) fn look_at_outbox(
    environment: &Environment,
    integration: Option<&Integration>,
) -> Vec<Check> {
    let dir = match dirs::state(environment) {
        Ok(dir) => dir,
        Err(error) => return vec![Check::bad(&error)],
    };
    let status = match Outbox::look(&dir)
        .and_then(|outbox| outbox.map(|outbox| outbox.status()).transpose())
    {
        Ok(status) => status.unwrap_or_default(),
        Err(error) => return vec![Check::bad(&error)],
    };
    let mut checks = vec![what_waits(&dir, &status)];
    checks.extend(status.notices.iter().map(|notice| {
        let messages = if notice.count == 1 {
            "message waits"
        } else {
            "messages wait"
        };
        let finding = format!("{} {messages} for a person: {}", notice.count, notice.cause);
        Check::bad(&Diagnostic::failed(finding).hint(&notice.mend))
    }));
    checks.push(who_delivers(environment, integration));
    checks
}

fn what_waits(dir: &Path, status: &Status) -> Check {
    let waiting = status.waiting + status.parked + status.held;
    let place = format!("the outbox is `{}`", dir.display());
    match waiting {
        0 => Check::good(format!("{place}; nothing waits in it")),
        1 => Check::good(format!("{place}; 1 message waits in it")),
        count => Check::good(format!("{place}; {count} messages wait in it")),
    }
}

/// After a quarter of an hour of failures nobody tries until the next message, unless a timer or a service does.
fn who_delivers(environment: &Environment, integration: Option<&Integration>) -> Check {
    let user = environment
        .home()
        .map(|home| home.join(".config/systemd/user"));
    let folders = [Some(PathBuf::from("/etc/systemd/system")), user];
    let enabled = folders
        .into_iter()
        .flatten()
        .any(|folder| has_unit(&folder));
    match enabled {
        true => Check::good("a systemd unit delivers what could not be delivered at once"),
        false => Check::warning(
            "nothing would deliver a message that failed for 15 minutes, until the next one comes",
            format!(
                "{} sets a timer up, or run `zulipkit outbox run` as a service",
                install(integration)
            ),
        ),
    }
}

/// Returns the command that sets a timer up.
fn install(integration: Option<&Integration>) -> String {
    match integration {
        Some(Integration { name, help, .. }) => {
            format!("`zulipkit {name} install {} --timer`", help.words.argument)
        }
        None => "`install --timer` of an integration, such as `zulipkit git install REPO --timer`,"
            .to_owned(),
    }
}

/// Tells whether systemd starts a unit of ours: an enabled one has a link in a folder called `….wants`.
fn has_unit(folder: &Path) -> bool {
    let entries = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten();
    entries(folder)
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".wants"))
        .flat_map(|wants| entries(&wants.path()).collect::<Vec<_>>())
        .any(|unit| {
            unit.file_name()
                .to_string_lossy()
                .starts_with("zulipkit-outbox")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mend_names_the_integration_that_was_asked_for() {
        let trac = zulipkit_integrations::find("trac");
        assert_eq!(install(trac), "`zulipkit trac install ENV --timer`");
        assert!(install(None).contains("such as `zulipkit git install REPO --timer`"));
    }
}
