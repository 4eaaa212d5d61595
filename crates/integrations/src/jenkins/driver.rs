use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::{collect, install};
use crate::Collected;
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Report};

/// What `preview` shows where nothing is given.
const EXAMPLE: &[u8] = include_bytes!("example.jsonl");

/// The folder with the settings: the Jenkins home, or on an agent the home of the user who runs builds.
#[derive(Debug)]
pub struct Home {
    pub(super) folder: PathBuf,
    pub(super) environment: Environment,
    /// When the step began, or nearly.
    pub(super) opened: Instant,
}

impl Home {
    fn at(folder: PathBuf, environment: &Environment) -> Self {
        Self {
            folder,
            environment: environment.clone(),
            opened: Instant::now(),
        }
    }
}

impl driver::Instance for Home {
    type Settings = Settings;

    fn open(path: &Path, environment: &Environment) -> Result<Self> {
        if !path.is_dir() {
            return Err(
                Diagnostic::failed(format!("cannot open the Jenkins home `{}`", path.display()))
                    .cause("this is no folder")
                    .hint("name the Jenkins home, `/var/lib/jenkins` for example, or the folder with the settings"),
            );
        }
        Ok(Self::at(path.to_owned(), environment))
    }

    /// On an agent `JENKINS_HOME` names a folder of the controller's machine.
    fn of_hook(_call: &Call, environment: &Environment) -> Result<Self> {
        let named = environment
            .path("JENKINS_HOME")
            .filter(|home| home.is_dir());
        let folder = named.or_else(|| environment.home().cloned());
        Ok(Self::at(folder.unwrap_or_else(|| ".".into()), environment))
    }

    fn name(&self) -> String {
        let path = self.folder.canonicalize();
        path.unwrap_or_else(|_| self.folder.clone())
            .display()
            .to_string()
    }

    fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    fn hooks(&self) -> PathBuf {
        self.folder.clone()
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        install::settings_files(&self.folder)
    }

    fn complete(&self, call: &mut Call, environment: &Environment) {
        collect::complete(call, environment);
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect::collect(call, settings, self, now)
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        let mut call = Call {
            hook: "event".to_owned(),
            input: input.unwrap_or_else(|| EXAMPLE.to_owned()),
            ..Call::default()
        };
        collect::complete(&mut call, &self.environment);
        Ok(call)
    }

    fn install(&self, options: &Options, environment: &Environment) -> Result<Report> {
        install::install(&self.folder, options, environment)
    }

    fn check(&self, environment: &Environment) -> Vec<Finding> {
        install::check(&self.folder, environment)
    }
}
