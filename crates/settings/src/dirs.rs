//! Where zulipkit keeps its files.

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};

use crate::Environment;
use crate::environment::{STATE_DIRECTORY, XDG_CONFIG_HOME, XDG_STATE_HOME, ZULIPKIT_CONFIG};

/// Returns the folder of the outbox: `$STATE_DIRECTORY`, `$XDG_STATE_HOME/zulipkit` or `~/.local/state/zulipkit`.
///
/// # Errors
///
/// There is neither a variable nor a home directory.
pub fn state(environment: &Environment) -> Result<PathBuf> {
    // Where systemd makes several folders they are separated by colons, and the first is the main one.
    if let Some(folder) = environment.text(STATE_DIRECTORY) {
        return Ok(folder.split(':').next().unwrap_or_default().into());
    }
    if let Some(folder) = absolute(environment, XDG_STATE_HOME) {
        return Ok(folder.join("zulipkit"));
    }
    environment
        .home()
        .map(|home| home.join(".local/state/zulipkit"))
        .ok_or_else(|| {
            Diagnostic::settings("cannot find a folder for the outbox")
                .cause("this user has no home directory, and neither `STATE_DIRECTORY` nor `XDG_STATE_HOME` is set")
                .hint("set `XDG_STATE_HOME` to a folder that belongs to this user alone")
        })
}

/// Returns the settings file of an integration: the one asked for, that of `$ZULIPKIT_CONFIG`, or the first of the usual
/// places that exists: those of the repository's `own`, `$XDG_CONFIG_HOME/zulipkit/NAME.toml`, `/etc/zulipkit/NAME.toml`.
pub fn settings_file(
    environment: &Environment,
    name: &str,
    asked: Option<&Path>,
    own: &[PathBuf],
) -> Option<PathBuf> {
    if let Some(path) = asked {
        return Some(path.to_owned());
    }
    if let Some(path) = environment.path(ZULIPKIT_CONFIG) {
        return Some(path);
    }
    settings_places(environment, name, own)
        .into_iter()
        .find(|path| path.exists())
}

/// Returns the usual places of an integration's settings file, the first to be looked at first.
pub fn settings_places(environment: &Environment, name: &str, own: &[PathBuf]) -> Vec<PathBuf> {
    let mut places = own.to_vec();
    let config = absolute(environment, XDG_CONFIG_HOME)
        .or_else(|| Some(environment.home()?.join(".config")));
    places.extend(config.map(|folder| folder.join("zulipkit").join(format!("{name}.toml"))));
    places.push(PathBuf::from("/etc/zulipkit").join(format!("{name}.toml")));
    places
}

/// The XDG specification has relative paths ignored.
fn absolute(environment: &Environment, name: &str) -> Option<PathBuf> {
    environment.path(name).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_is_where_the_service_or_the_user_keeps_it() {
        let of = |variables: &[(&'static str, &'static str)]| {
            state(&Environment::of(variables.iter().copied()))
        };
        assert_eq!(
            of(&[("STATE_DIRECTORY", "/var/lib/a:/var/lib/b")]).unwrap(),
            Path::new("/var/lib/a")
        );
        assert_eq!(
            of(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")]).unwrap(),
            Path::new("/s/zulipkit")
        );
        assert_eq!(
            of(&[("HOME", "/h"), ("XDG_STATE_HOME", "s")]).unwrap(),
            Path::new("/h/.local/state/zulipkit")
        );
        assert!(of(&[]).is_err());
    }

    #[test]
    fn a_file_that_is_asked_for_wins_over_the_places() {
        let environment = Environment::of([("HOME", "/h"), ("ZULIPKIT_CONFIG", "/e.toml")]);
        let asked = settings_file(&environment, "git", Some(Path::new("/a.toml")), &[]);
        assert_eq!(asked.unwrap(), Path::new("/a.toml"));
        assert_eq!(
            settings_file(&environment, "git", None, &[]).unwrap(),
            Path::new("/e.toml")
        );
        assert_eq!(
            settings_places(&environment, "git", &["/r/hooks/zulip_git.toml".into()]),
            [
                "/r/hooks/zulip_git.toml",
                "/h/.config/zulipkit/git.toml",
                "/etc/zulipkit/git.toml"
            ]
            .map(PathBuf::from)
        );
    }
}
