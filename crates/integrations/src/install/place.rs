//! What `install` does for every product: the settings file, a look at those who push, the timer.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zulipkit_diag::Result;
use zulipkit_settings::Environment;

use super::access::User;
use super::folder::{Folder, Owner};
use super::{
    AccountSource, Action, Options, Report, absolute, cannot, check, settings_file, units,
};
use crate::Integration;
use crate::driver::Settings;

/// Where the settings file goes, and to whom it shall belong.
#[derive(Debug)]
pub(crate) struct Place {
    integration: &'static Integration,
    settings: PathBuf,
    /// The users who push, by name, or by number where they have no name.
    pushers: Vec<String>,
    owner: Option<Owner>,
    mode: u32,
}

impl Place {
    /// Decides that the settings go into a folder, unless there are some that are kept, and belong to those who push to the repository.
    pub(crate) fn find(
        integration: &'static Integration,
        folder: PathBuf,
        repository: &Path,
        options: &Options,
    ) -> Result<Self> {
        let pushers = pushers(repository, options)?;
        let (owner, mode) = ownership(repository, &pushers)?;
        Ok(Self {
            integration,
            settings: match &options.account {
                AccountSource::Kept(path) => path.clone(),
                _ => integration.settings_beside(&folder),
            },
            pushers,
            owner,
            mode,
        })
    }

    /// Returns the settings file.
    pub(crate) fn settings(&self) -> PathBuf {
        self.settings.clone()
    }

    /// Returns the users who push, by name, or by number where they have no name.
    pub(crate) fn pushers(&self) -> &[String] {
        &self.pushers
    }

    /// Writes the settings file's text, and makes sure that it names an identity that can be read.
    pub(crate) fn compose<S: Settings>(
        &self,
        options: &Options,
        environment: &Environment,
    ) -> Result<String> {
        settings_file::compose::<S>(self.integration, options, &self.settings, environment)
    }

    /// Opens a folder, or makes it in the one above.
    pub(crate) fn open_or_make(&self, path: &Path) -> Result<Folder> {
        let make = || {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Folder::open(path.parent().unwrap_or(path))?.create_folder(&name, self.owner)
        };
        Folder::open(path)
            .or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => make(),
                _ => Err(error),
            })
            .map_err(|error| cannot("open", path, &error))
    }

    /// Writes the settings file into its open folder, if there is none yet; without a folder it only says so.
    pub(crate) fn put_settings(
        &self,
        folder: Option<&Folder>,
        text: &str,
        report: &mut Report,
    ) -> Result<()> {
        let path = self.settings.clone();
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

    /// Checks that those who push can read what is needed, and sets up the timer that was asked for.
    pub(crate) fn finish(&self, options: &Options, report: &mut Report) -> Result<()> {
        let mut needed = vec![options.program.clone()];
        if !report.dry_run {
            needed.push(self.settings.clone());
        }
        match &options.account {
            AccountSource::Zuliprc(path) => needed.push(absolute(path)),
            AccountSource::Parts { key_file, .. } => needed.push(absolute(key_file)),
            AccountSource::Kept(_) => {}
        }
        report.to_do.extend(check::users(&self.pushers, &needed));
        match &options.timer {
            Some(timer) => units::put(timer, &options.program, &self.pushers, report),
            None => Ok(()),
        }
    }
}

/// Returns the users who push: those who are named, or else the repository's owner.
fn pushers(repository: &Path, options: &Options) -> Result<Vec<String>> {
    if !options.users.is_empty() {
        return Ok(options.users.clone());
    }
    Ok(vec![name_of(metadata(repository)?.uid())])
}

/// Returns the name of the user to whom a path belongs, or the number where there is no name.
pub(crate) fn owner_of(path: &Path) -> Option<String> {
    Some(name_of(path.metadata().ok()?.uid()))
}

/// Returns the folder for a user's configuration, which only for the one who runs this may be another than `~/.config`.
pub(crate) fn config_home(user: &str, environment: &Environment) -> Option<PathBuf> {
    if user == name_of(rustix::process::geteuid().as_raw()) {
        let folder = environment
            .path("XDG_CONFIG_HOME")
            .filter(|path| path.is_absolute());
        return folder.or_else(|| Some(environment.home()?.join(".config")));
    }
    Some(User::find(user).ok()?.home.join(".config"))
}

/// Writes a product's plugin into its open folder; without a folder it only says so. Another version of it is replaced,
/// since nobody has settings in there.
pub(crate) fn put_plugin(
    folder: Option<&Folder>,
    path: PathBuf,
    text: &str,
    report: &mut Report,
) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let action = match std::fs::read_to_string(&path) {
        Ok(there) if there == text => Action::Kept,
        Ok(_) => Action::Updated,
        Err(_) => Action::Created,
    };
    match (folder, action) {
        (Some(folder), Action::Updated) => folder.replace_file(&name, text)?,
        (Some(folder), Action::Created) => {
            folder.create_file(&name, text, 0o644, folder.owner_for_root()?)?;
        }
        _ => {}
    }
    report.step(action, path, "the plugin");
    Ok(())
}

fn name_of(user: u32) -> String {
    let number = user.to_string();
    User::find(&number).map_or(number, |user| user.name)
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
