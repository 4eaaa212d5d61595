use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::collect::repository_of;
use super::options::Settings;
use super::repository::Repository;
use super::{INTEGRATION, collect, install};
use crate::Collected;
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Report};

impl driver::Instance for Repository {
    type Settings = Settings;

    fn open(path: &Path, environment: &Environment) -> Result<Self> {
        Self::at(path, environment).ok_or_else(|| {
            Diagnostic::failed(format!("cannot open the repository `{}`", path.display()))
                .cause("this is not the file of a Fossil repository")
                .hint("name the file itself; in a check-out, `fossil info` says which it is")
        })
    }

    fn of_hook(call: &Call, environment: &Environment) -> Result<Self> {
        let path = call.arguments.first().map(Path::new);
        driver::Instance::open(path.unwrap_or(Path::new("")), environment)
    }

    fn name(&self) -> String {
        self.name()
    }

    fn folder(&self) -> PathBuf {
        self.folder().to_owned()
    }

    fn hooks(&self) -> PathBuf {
        self.folder().to_owned()
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        vec![INTEGRATION.settings_beside(self.folder())]
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(call, &repository_of(call, self), settings, now)
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        let cannot = || Diagnostic::failed("cannot make up a push to preview");
        let ids = match input {
            Some(input) => named(self, &String::from_utf8_lossy(&input)),
            None => self.newest().map_err(|cause| cannot().source(&cause)),
        }?;
        if ids.is_empty() {
            return Err(cannot().cause("there is no check-in yet"));
        }
        Ok(Call {
            hook: "after-receive".to_owned(),
            arguments: vec![self.file().into()],
            input: ids,
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

/// Returns the lines of the artifacts whose hashes begin with these words.
fn named(repository: &Repository, input: &str) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for word in input
        .lines()
        .filter_map(|line| line.split_whitespace().next())
    {
        let cannot = || Diagnostic::failed(format!("cannot find the artifact `{word}`"));
        if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(cannot().cause("this is not a hash, nor four or more digits of one"));
        }
        let found = repository
            .beginning_with(word)
            .map_err(|cause| cannot().source(&cause))?;
        match found.iter().filter(|byte| **byte == b'\n').count() {
            0 => return Err(cannot().cause("the repository has none that begins so")),
            1 => lines.extend(found),
            _ => return Err(cannot().cause("several begin so")),
        }
    }
    Ok(lines)
}
