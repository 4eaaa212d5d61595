//! What `install` puts in place: the hook and a settings file beside it.
//!
//! The hook is a symbolic link to the binary rather than a script: the product then starts one program and no shell, and the name
//! that it was called by says where the settings lie. The price is that a link leads nowhere when its target
//! has moved; `check` finds that, and installing again mends it.
//!
//! A hook that is there already is never touched. Where it runs everything in a folder such as `post-receive.d`, as hosting software's
//! hooks do, the link goes there; else it goes there too, and the report has the one line to add to the old hook.

mod access;
mod check;
mod folder;
mod hooks;
mod plugin;
mod report;
mod settings_file;
mod units;

pub use check::Finding;
pub(crate) use check::{check, settings_folder};
pub(crate) use plugin::{Plugin, append};
pub use report::{Action, Report, Step};

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use self::access::User;
use self::folder::{Folder, Owner};
use self::hooks::Found;
use crate::Integration;
use crate::driver::{Hook, Settings};

/// A hook that is a file of its own, and where it belongs.
#[derive(Debug)]
pub(crate) struct Spec<'a> {
    /// Whose hook it is.
    pub(crate) integration: &'static Integration,
    /// The hook.
    pub(crate) hook: &'static Hook,
    /// The folder of the hooks.
    pub(crate) hooks: PathBuf,
    /// The folder whose owner is the one who pushes or commits.
    pub(crate) repository: &'a Path,
    /// What the product does with a link to nowhere.
    pub(crate) dangling: &'static str,
    /// What the product does with a hook that may not be run.
    pub(crate) not_executable: &'static str,
}

impl Spec<'_> {
    /// Returns the name of the folder for further hooks, which hosting software and many people's own scripts run.
    fn further(&self) -> String {
        format!("{}.d", self.hook.name)
    }
}

/// What to install.
#[derive(Debug, Clone)]
pub struct Options {
    /// The absolute path of the binary that the hook links to.
    pub program: PathBuf,
    /// Who sends.
    pub account: AccountSource,
    /// The channel for everything; without one, that of the default settings.
    pub channel: Option<String>,
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
}

/// Where the timer's units go.
#[derive(Debug, Clone)]
pub enum Timer {
    /// To the user's own systemd: `~/.config/systemd/user`.
    User(PathBuf),
    /// To the system's: `/etc/systemd/system`; one instance for each user who pushes.
    System(PathBuf),
}

/// Installs the hook into a repository. Doing it again changes nothing and says so.
///
/// # Errors
/// If the identity cannot be used, or a file cannot be made.
pub(crate) fn install<S: Settings>(
    spec: &Spec<'_>,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    let place = Place::find(spec, options)?;
    let mut report = Report::new(place.link(), place.settings(), options.dry_run);
    let text =
        settings_file::compose::<S>(spec.integration, options, &place.settings(), environment)?;
    let folder = match options.dry_run {
        true => None,
        false => Some(place.open()?),
    };
    place.put_settings(folder.as_ref(), &text, &mut report)?;
    place.put_link(folder.as_ref(), &options.program, &mut report)?;
    if place.needs_line {
        report.to_do.push(line_to_add(&place));
    }
    check_users(&place, options, &mut report);
    if let Some(timer) = &options.timer {
        units::put(timer, &options.program, &place.pushers, &mut report)?;
    }
    Ok(report)
}

/// Where things go, and to whom they shall belong.
#[derive(Debug)]
struct Place<'a> {
    spec: &'a Spec<'a>,
    /// The link goes into the folder for further hooks, since another hook is there.
    further: bool,
    /// The other hook does not call what lies in that folder.
    needs_line: bool,
    /// What stands at the link's place.
    found: Found,
    /// The users who push, by name, or by number where they have no name.
    pushers: Vec<String>,
    owner: Option<Owner>,
    mode: u32,
}

impl<'a> Place<'a> {
    fn find(spec: &'a Spec<'a>, options: &Options) -> Result<Self> {
        let further_name = spec.further();
        let name = spec.hook.name;
        let look = |path: &Path| {
            Found::at(path, &further_name).map_err(|error| cannot("look at", path, &error))
        };
        let first = look(&spec.hooks.join(name))?;
        let further = matches!(
            first,
            Found::Dispatcher | Found::Foreign | Found::NotExecutable
        );
        let found = match further {
            true => look(&spec.hooks.join(&further_name).join(name))?,
            false => first.clone(),
        };
        let pushers = pushers(spec.repository, options)?;
        let (owner, mode) = ownership(spec.repository, &pushers)?;
        Ok(Self {
            pushers,
            needs_line: further && first != Found::Dispatcher,
            spec,
            further,
            found,
            owner,
            mode,
        })
    }

    fn folder(&self) -> PathBuf {
        match self.further {
            true => self.spec.hooks.join(self.spec.further()),
            false => self.spec.hooks.clone(),
        }
    }

    fn link(&self) -> PathBuf {
        self.folder().join(self.spec.hook.name)
    }

    fn settings(&self) -> PathBuf {
        self.folder()
            .join(format!("zulip_{}.toml", self.spec.integration.name))
    }

    /// Opens the folder for the link, and makes it where it is missing.
    fn open(&self) -> Result<Folder> {
        let hooks = Folder::open(&self.spec.hooks)
            .or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => self.make_hooks_folder(),
                _ => Err(error),
            })
            .map_err(|error| cannot("open", &self.spec.hooks, &error))?;
        match self.further {
            true => hooks
                .create_folder(&self.spec.further(), self.owner)
                .map_err(|error| cannot("open", &self.folder(), &error)),
            false => Ok(hooks),
        }
    }

    fn make_hooks_folder(&self) -> std::io::Result<Folder> {
        let parent = self.spec.hooks.parent().unwrap_or(&self.spec.hooks);
        let name = self
            .spec
            .hooks
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        Folder::open(parent)?.create_folder(&name, self.owner)
    }

    fn put_settings(&self, folder: Option<&Folder>, text: &str, report: &mut Report) -> Result<()> {
        let path = self.settings();
        if path.symlink_metadata().is_ok() {
            report.step(Action::Kept, path, "it is left as it is");
            return Ok(());
        }
        if let Some(folder) = folder {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            folder
                .create_file(&name, text, self.mode, self.owner)
                .map_err(|error| cannot("make", &path, &error))?;
        }
        report.step(Action::Created, path, &format!("mode {:o}", self.mode));
        Ok(())
    }

    fn put_link(&self, folder: Option<&Folder>, program: &Path, report: &mut Report) -> Result<()> {
        let path = self.link();
        let note = format!("a link to `{}`", program.display());
        let (action, done) = match (&self.found, folder) {
            (Found::Absent, folder) => (
                Action::Created,
                folder.map_or(Ok(()), |folder| {
                    folder.create_link(self.spec.hook.name, program)
                }),
            ),
            (Found::Dangling(_), folder) => (
                Action::Repaired,
                folder.map_or(Ok(()), |folder| {
                    folder.replace_link(self.spec.hook.name, program)
                }),
            ),
            (Found::Ours, _) => {
                report.step(Action::Kept, path, "already installed");
                return Ok(());
            }
            (Found::NotExecutable | Found::Dispatcher | Found::Foreign, _) => {
                return Err(
                    Diagnostic::failed(format!("cannot make `{}`", path.display()))
                        .cause("another file is there")
                        .hint("move it away, and install again"),
                );
            }
        };
        done.map_err(|error| cannot("make", &path, &error))?;
        report.step(action, path, &note);
        Ok(())
    }
}

/// Returns the users who push: those who are named, or else the repository's owner.
fn pushers(repository: &Path, options: &Options) -> Result<Vec<String>> {
    if !options.users.is_empty() {
        return Ok(options.users.clone());
    }
    let owner = metadata(repository)?.uid().to_string();
    Ok(vec![User::find(&owner).map_or(owner, |user| user.name)])
}

/// Decides to whom the settings shall belong, and with which mode.
///
/// Settings are read only by their owner, or by others if they are root's. So where root installs for somebody else they
/// stay root's, to be read by the group of the one who pushes, or by the repository's group where there are several.
/// Nobody but root can give a file away.
fn ownership(repository: &Path, pushers: &[String]) -> Result<(Option<Owner>, u32)> {
    let pusher = match pushers {
        [pusher] => User::find(pusher).ok(),
        _ => None,
    };
    let for_itself = pusher.as_ref().is_some_and(|user| user.id == 0);
    if !rustix::process::geteuid().is_root() || for_itself {
        let mode = if pushers.len() == 1 { 0o600 } else { 0o640 };
        return Ok((None, mode));
    }
    let group = match pusher {
        Some(user) => user.group,
        None => metadata(repository)?.gid(),
    };
    Ok((Some(Owner { user: 0, group }), 0o640))
}

fn metadata(path: &Path) -> Result<std::fs::Metadata> {
    path.metadata()
        .map_err(|error| cannot("look at", path, &error))
}

/// Returns the line that makes a shell script run our hook and still read its own input.
fn line_to_add(place: &Place<'_>) -> String {
    let hook = place.spec.hooks.join(place.spec.hook.name);
    let hook = hook.display();
    let link = place.link().display().to_string().replace('\'', r"'\''");
    if !place.spec.hook.input {
        return format!(
            "`{hook}` is a hook of your own, so it was not touched. If it is a shell script, add this line below its \
             first:\n\n    '{link}' \"$@\"\n\n\
             If it is anything else, let it run `{link}` with its own arguments."
        );
    }
    format!(
        "`{hook}` is a hook of your own, so it was not touched. If it is a shell script, add this line below its first:\n\n    \
         t=$(mktemp) && cat >\"$t\" && '{link}' <\"$t\"; exec <\"$t\"; rm -f \"$t\"\n\n\
         If it is anything else, let it run `{link}` with its own standard input."
    )
}

fn check_users(place: &Place<'_>, options: &Options, report: &mut Report) {
    let needed = needed_files(options, &place.settings());
    report.to_do.extend(check::users(&place.pushers, &needed));
}

/// Returns the files that the users in whose name the product calls must be able to read.
fn needed_files(options: &Options, settings: &Path) -> Vec<PathBuf> {
    let mut needed = vec![options.program.clone()];
    if !options.dry_run {
        needed.push(settings.to_owned());
    }
    match &options.account {
        AccountSource::Zuliprc(path) => needed.push(absolute(path)),
        AccountSource::Parts { key_file, .. } => needed.push(absolute(key_file)),
    }
    needed
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
