//! What `install` puts in place: the hook and a settings file beside it.
//!
//! Where a hook is a file, it becomes a symbolic link to the binary rather than a script: the product then starts one program and no
//! shell, and the name that it was called by says where the settings lie. The price is that a link leads nowhere when its
//! target has moved; `check` finds that, and installing again mends it.
//!
//! A hook that is there already is never touched. Where it runs everything in a folder such as `post-receive.d`, as hosting software's
//! hooks do, the link goes there; else it goes there too, and the report has the one line to add to the old hook.
//!
//! Where a product wants something else than a file, its own folder does that, and takes the rest from `Place`.

mod access;
mod check;
mod folder;
mod hooks;
mod links;
mod place;
mod report;
mod settings_file;
mod units;

pub use check::Finding;
pub(crate) use check::{check, check_settings, settings_folder};
pub(crate) use folder::Folder;
pub(crate) use links::{Spec, install};
pub(crate) use place::{Place, config_home, owner_of, put_plugin};
pub use report::{Action, Report, Step};

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result, did_you_mean};

use crate::Integration;
use crate::driver::Hook;

/// What to install.
#[derive(Debug, Clone)]
pub struct Options {
    /// The absolute path of the binary that the hook links to.
    pub program: PathBuf,
    /// Who sends.
    pub account: AccountSource,
    /// The channel for everything; without one, that of the default settings.
    pub channel: Option<String>,
    /// The names of hooks to put in place besides the usual ones.
    pub hooks: Vec<String>,
    /// The Unix users who push; empty if it is the repository's owner alone.
    pub users: Vec<String>,
    /// Whether to set up the timer that wakes the outbox.
    pub timer: Option<Timer>,
    /// Says what would be done, and does nothing.
    pub dry_run: bool,
}

/// Where the settings file says that the identity is found.
#[derive(Debug, Clone)]
pub enum AccountSource {
    /// In a zuliprc file.
    Zuliprc(PathBuf),
    /// In the settings file itself, and the key in a file of its own.
    Parts {
        /// The server's address.
        site: String,
        /// The bot's e-mail address.
        email: String,
        /// The file that holds nothing but the key.
        key_file: PathBuf,
    },
    /// In this settings file, which is there already and stays as it is.
    Kept(PathBuf),
}

/// Where the timer's units go.
#[derive(Debug, Clone)]
pub enum Timer {
    /// To the user's own systemd: `~/.config/systemd/user`.
    User(PathBuf),
    /// To the system's: `/etc/systemd/system`; one instance for each user who pushes.
    System(PathBuf),
}

impl Options {
    /// Returns the hooks to put in place: the usual ones, and those that were asked for.
    pub(crate) fn hooks(&self, integration: &Integration) -> Result<Vec<&'static Hook>> {
        if let Some(unknown) = self
            .hooks
            .iter()
            .find(|name| integration.hook(name).is_none())
        {
            return Err(no_such_hook(unknown, integration));
        }
        let wanted = |hook: &&Hook| hook.usual || self.hooks.iter().any(|name| name == hook.name);
        Ok(integration.hooks.iter().filter(wanted).collect())
    }
}

fn no_such_hook(name: &str, integration: &Integration) -> Diagnostic {
    let known: Vec<&str> = integration.hooks.iter().map(|hook| hook.name).collect();
    let error = Diagnostic::usage(format!("cannot install the hook `{name}`")).cause(format!(
        "the hooks of {} are {}",
        integration.title,
        known.join(", ")
    ));
    match did_you_mean(name, known.iter().copied()) {
        hint if hint.is_empty() => error,
        hint => error.hint(hint),
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::failed(format!("cannot {what} `{}`", path.display())).cause(error);
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            diagnostic.hint("run this as the repository's owner, or as root")
        }
        _ => diagnostic,
    }
}
