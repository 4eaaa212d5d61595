use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::repository::Repository;
use super::{COMMITINFO, INTEGRATION, collect, example, install};
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Report};
use crate::vcs::Collected;

impl driver::Instance for Repository {
    type Settings = Settings;

    fn open(path: &Path, environment: &Environment) -> Result<Self> {
        Self::at(path, environment).ok_or_else(|| {
            Diagnostic::failed(format!("cannot open the repository `{}`", path.display()))
                .cause("this is not a CVS repository")
                .hint("name the folder that holds `CVSROOT`, not a working copy")
        })
    }

    fn of_hook(call: &Call, environment: &Environment) -> Result<Self> {
        if call.hook != COMMITINFO {
            let path = call.arguments.first().map_or(Path::new("."), Path::new);
            return driver::Instance::open(path, environment);
        }
        // A local repository may be named with its method of access: `:local:/srv/cvs/tools`.
        let root = environment.text("CVSROOT").unwrap_or_default();
        let path = root.strip_prefix(":local:").unwrap_or(&root);
        driver::Instance::open(Path::new(path), environment)
    }

    fn name(&self) -> String {
        self.name()
    }

    fn folder(&self) -> PathBuf {
        self.state().unwrap_or_else(|| self.administration())
    }

    fn hooks(&self) -> PathBuf {
        self.administration()
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        vec![INTEGRATION.settings_beside(&self.administration())]
    }

    fn complete(&self, call: &mut Call, environment: &Environment) {
        self.complete(call, environment);
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(call, self, settings, now)
    }

    fn example(&self, _input: Option<Vec<u8>>) -> Result<Call> {
        example::example(self)
    }

    fn install(&self, options: &Options, environment: &Environment) -> Result<Report> {
        install::install(self, options, environment)
    }

    fn check(&self, environment: &Environment) -> Vec<Finding> {
        install::check(self, environment)
    }
}
