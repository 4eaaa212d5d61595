use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::repository::Repository;
use super::{INTEGRATION, collect};
use crate::Collected;
use crate::driver::{self, Call};
use crate::install::{self, Finding, Options, Report, Spec};

impl driver::Instance for Repository {
    type Settings = Settings;

    fn open(path: &Path, _environment: &Environment) -> Result<Self> {
        Self::at(path).ok_or_else(|| {
            Diagnostic::failed(format!("cannot open the repository `{}`", path.display()))
                .cause("this is not a Subversion repository")
                .hint("name the folder that `svnadmin create` made, not a working copy")
        })
    }

    fn of_hook(call: &Call, environment: &Environment) -> Result<Self> {
        let path = call.arguments.first().map(Path::new);
        driver::Instance::open(path.unwrap_or(Path::new(".")), environment)
    }

    fn name(&self) -> String {
        self.name()
    }

    fn folder(&self) -> PathBuf {
        Self::folder(self).to_owned()
    }

    fn hooks(&self) -> PathBuf {
        self.folder().join("hooks")
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        vec![INTEGRATION.settings_beside(&install::settings_folder(&spec(self)))]
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(call, self, settings, now)
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        let revision = match input {
            Some(input) => String::from_utf8_lossy(&input).trim().to_owned(),
            None => self.youngest().map_err(|cause| {
                Diagnostic::failed("cannot find the newest revision").source(&cause)
            })?,
        };
        Ok(Call {
            hook: "post-commit".to_owned(),
            arguments: vec![self.folder().into(), revision.into()],
            ..Call::default()
        })
    }

    fn install(&self, options: &Options, environment: &Environment) -> Result<Report> {
        install::install::<Settings>(&spec(self), options, environment)
    }

    fn check(&self, environment: &Environment) -> Vec<Finding> {
        install::check::<Settings>(&spec(self), environment)
    }
}

fn spec(repository: &Repository) -> Spec<'_> {
    Spec {
        integration: &INTEGRATION,
        hooks: driver::Instance::hooks(repository),
        repository: repository.folder(),
        dangling: "Subversion only warns the one who commits",
        not_executable: "Subversion only warns the one who commits",
    }
}
