//! What `install` puts in place for a product that has plugins instead of hooks: the plugin's files and a settings file.

use std::path::{Path, PathBuf};

use zulipkit_diag::Result;
use zulipkit_settings::Environment;

use super::check::{self, Finding};
use super::folder::{Folder, Owner};
use super::report::{Action, Report};
use super::{Options, cannot, needed_files, ownership, pushers, settings_file, units};
use crate::Integration;
use crate::driver::Settings;

/// A plugin, and where it belongs.
#[derive(Debug)]
pub(crate) struct Plugin<'a> {
    /// Whose plugin it is.
    pub(crate) integration: &'static Integration,
    /// The folder whose owner is the one by whom the product runs.
    pub(crate) instance: &'a Path,
    /// The folder of the settings file.
    pub(crate) settings: PathBuf,
    /// The plugin's file, which the product looks for itself, and what stands in it; none if the product itself installs the
    /// plugin.
    pub(crate) file: Option<(PathBuf, &'static str)>,
}

impl Plugin<'_> {
    /// Installs the plugin. Doing it again changes nothing, unless the plugin that is there is another version.
    ///
    /// # Errors
    /// If the identity cannot be used, or a file cannot be made.
    pub(crate) fn install<S: Settings>(
        &self,
        options: &Options,
        environment: &Environment,
    ) -> Result<Report> {
        let users = pushers(self.instance, options)?;
        let (owner, mode) = ownership(self.instance, &users)?;
        let settings = self.settings.join(self.settings_name());
        let text = settings_file::compose::<S>(self.integration, options, &settings, environment)?;
        let file = self.file.as_ref().map_or(&settings, |(file, _)| file);
        let mut report = Report::new(file.clone(), settings.clone(), options.dry_run);
        if settings.symlink_metadata().is_ok() {
            report.step(Action::Kept, settings.clone(), "it is left as it is");
        } else {
            self.create(&settings, &text, mode, owner, options)?;
            report.step(Action::Created, settings.clone(), &format!("mode {mode:o}"));
        }
        if let Some((file, text)) = &self.file {
            self.put_file(file, text, owner, options, &mut report)?;
        }
        let needed = needed_files(options, &settings);
        report.to_do.extend(check::users(&users, &needed));
        if let Some(timer) = &options.timer {
            units::put(timer, &options.program, &users, &mut report)?;
        }
        Ok(report)
    }

    /// Looks at the settings. What the product needs to know of the plugin is for the integration to look at.
    pub(crate) fn check_settings<S: Settings>(&self, environment: &Environment) -> Vec<Finding> {
        check::check_settings::<S>(self.integration, &self.settings, environment)
    }

    fn settings_name(&self) -> String {
        format!("zulip_{}.toml", self.integration.name)
    }

    fn put_file(
        &self,
        file: &Path,
        text: &str,
        owner: Option<Owner>,
        options: &Options,
        report: &mut Report,
    ) -> Result<()> {
        let action = match std::fs::read_to_string(file) {
            Ok(there) if there == text => {
                report.step(Action::Kept, file.to_owned(), "already installed");
                return Ok(());
            }
            Ok(_) => Action::Updated,
            Err(_) => Action::Created,
        };
        self.create(file, text, 0o644, owner, options)?;
        report.step(action, file.to_owned(), "the plugin");
        Ok(())
    }

    fn create(
        &self,
        path: &Path,
        text: &str,
        mode: u32,
        owner: Option<Owner>,
        options: &Options,
    ) -> Result<()> {
        if options.dry_run {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(self.instance);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let put = || Folder::open(folder)?.replace_file(&name, text, mode, owner);
        put().map_err(|error| cannot("make", path, &error))
    }
}

/// Appends lines to a file of the product's own settings.
///
/// # Errors
/// If the file is not there, or cannot be written.
pub(crate) fn append(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let put = || Folder::open(folder)?.append(&name, text);
    put().map_err(|error| cannot("write to", path, &error))
}
