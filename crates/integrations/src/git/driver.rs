use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::repository::{Error, Repository};
use super::{INTEGRATION, collect, install};
use crate::Collected;
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Report};
use crate::vcs::ProgramError;

/// How many commits the example for `preview` has.
const EXAMPLE_COMMITS: usize = 3;

impl driver::Instance for Repository {
    type Settings = Settings;

    fn open(path: &Path, environment: &Environment) -> Result<Self> {
        Self::open(path, environment).map_err(|cause| {
            Diagnostic::failed(format!("cannot open the repository `{}`", path.display()))
                .source(&cause)
        })
    }

    fn of_hook(_call: &Call, environment: &Environment) -> Result<Self> {
        Self::of_hook(Path::new("."), environment)
            .map_err(|cause| Diagnostic::failed("cannot find the repository").source(&cause))
    }

    fn name(&self) -> String {
        self.name()
    }

    fn folder(&self) -> PathBuf {
        self.git_dir().to_owned()
    }

    fn hooks(&self) -> PathBuf {
        self.common_dir().join("hooks")
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        let folder = install::settings_folder(self);
        let file = folder.map(|folder| INTEGRATION.settings_beside(&folder));
        file.into_iter().collect()
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(&call.input, self, settings, now)
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        Ok(Call {
            hook: "post-receive".to_owned(),
            input: match input {
                Some(input) => input,
                None => recent_push(self)?,
            },
            ..Call::default()
        })
    }

    fn install(&self, options: &Options, environment: &Environment) -> Result<Report> {
        install::install(self, options, environment)
    }

    fn check(&self, environment: &Environment) -> Vec<Finding> {
        install::check(self, environment)
    }
}

/// Returns what Git would have told the hook if the newest commits of the current branch were pushed now.
fn recent_push(repository: &Repository) -> Result<Vec<u8>> {
    repository.recent_push(EXAMPLE_COMMITS).map_err(|error| {
        let diagnostic = Diagnostic::failed("cannot make up a push to preview").source(&error);
        match error {
            Error::Program(ProgramError::Failed { .. }) => diagnostic
                .hint("push something first, or give the lines `old new ref` on standard input"),
            _ => diagnostic,
        }
    })
}
