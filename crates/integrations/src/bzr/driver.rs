use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::repository::Repository;
use super::{collect, install};
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Report};
use crate::vcs::Collected;

/// What `preview` shows where nothing is given.
const EXAMPLE: &[u8] = include_bytes!("example.json");

impl driver::Instance for Repository {
    type Settings = Settings;

    fn open(path: &Path, environment: &Environment) -> Result<Self> {
        let cannot = || Diagnostic::failed(format!("cannot open the branch `{}`", path.display()));
        let opened = Self::at(path, environment).ok_or_else(|| {
            cannot()
                .cause("this is neither a branch of Breezy nor a shared repository")
                .hint("name the folder that holds `.bzr`")
        })?;
        match opened.is_checkout() {
            true => Err(cannot()
                .cause("this is a checkout, and its branch is somewhere else")
                .hint("name the branch: `brz info` shows where it is")),
            false => Ok(opened),
        }
    }

    fn of_hook(call: &Call, environment: &Environment) -> Result<Self> {
        let path = call.arguments.first().map(Path::new);
        driver::Instance::open(path.unwrap_or(Path::new(".")), environment)
    }

    fn name(&self) -> String {
        self.name()
    }

    fn folder(&self) -> PathBuf {
        self.folder()
    }

    fn hooks(&self) -> PathBuf {
        self.folder()
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        self.settings_files()
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(call, self, settings, now)
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        Ok(Call {
            hook: "event".to_owned(),
            input: input.unwrap_or_else(|| EXAMPLE.to_owned()),
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
