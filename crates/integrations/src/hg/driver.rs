use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::repository::Repository;
use super::{collect, install, pusher};
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Report};
use crate::vcs::Collected;

impl driver::Instance for Repository {
    type Settings = Settings;

    fn open(path: &Path, environment: &Environment) -> Result<Self> {
        Self::at(path, environment).ok_or_else(|| {
            Diagnostic::failed(format!("cannot open the repository `{}`", path.display()))
                .cause("this is not a Mercurial repository")
                .hint("name the folder that holds `.hg`")
        })
    }

    fn of_hook(_call: &Call, environment: &Environment) -> Result<Self> {
        // Mercurial runs its hooks in the repository's folder.
        driver::Instance::open(Path::new("."), environment)
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
        install::settings_files(self)
    }

    fn complete(&self, call: &mut Call, environment: &Environment) {
        call.take_variables(pusher::VARIABLES, environment);
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(call, self, settings, now)
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        let ends = match input {
            Some(input) => self.ends(String::from_utf8_lossy(&input).trim()),
            None => self.newest(),
        };
        let error = || Diagnostic::failed("cannot make up a push to preview");
        let Some([first, last]) = ends.map_err(|cause| error().source(&cause))? else {
            return Err(error().cause("there are no such changesets"));
        };
        Ok(Call {
            hook: "changegroup".to_owned(),
            variables: [("HG_NODE", first), ("HG_NODE_LAST", last)]
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into(),
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
