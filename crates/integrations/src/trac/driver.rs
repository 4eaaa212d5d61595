use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::{Environment as Trac, collect, install};
use crate::Collected;
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Report};

/// What `preview` shows where nothing is given.
const EXAMPLE: &[u8] = include_bytes!("example.jsonl");

impl driver::Instance for Trac {
    type Settings = Settings;

    fn open(path: &Path, _environment: &Environment) -> Result<Self> {
        Self::at(path).ok_or_else(|| {
            Diagnostic::failed(format!("cannot open the environment `{}`", path.display()))
                .cause("this is no environment of Trac")
                .hint("name the folder that `trac-admin ENV initenv` made")
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
        self.folder().join("conf")
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        install::settings_files(self)
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(call, settings, now)
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
