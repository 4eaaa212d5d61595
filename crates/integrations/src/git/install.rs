//! What `zulipkit git install` puts in place.

use std::path::PathBuf;

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::INTEGRATION;
use super::options::Settings;
use super::repository::Repository;
use crate::install::Spec;

use crate::install as shared;
pub use crate::install::{AccountSource, Action, Finding, Options, Report, Step, Timer};

/// Installs the hook into a repository. Doing it again changes nothing and says so.
///
/// # Errors
/// If the identity cannot be used, or a file cannot be made.
pub fn install(
    repository: &Repository,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    shared::install::<Settings>(&spec(repository)?, options, environment)
}

/// Looks at a repository's hook and its settings. Nothing is changed, and no network is used.
pub fn check(repository: &Repository, environment: &Environment) -> Vec<Finding> {
    match spec(repository) {
        Ok(spec) => shared::check::<Settings>(&spec, environment),
        Err(error) => vec![Finding::Wrong(error)],
    }
}

/// Returns the folder in which the hook of a repository looks for its settings.
pub fn settings_folder(repository: &Repository) -> Option<PathBuf> {
    Some(shared::settings_folder(&spec(repository).ok()?))
}

fn spec(repository: &Repository) -> Result<Spec<'_>> {
    let hooks = repository
        .hooks_folder()
        .map_err(|error| Diagnostic::failed("cannot find the hooks folder").source(&error))?;
    Ok(Spec {
        integration: &INTEGRATION,
        hooks,
        repository: repository.git_dir(),
        dangling: "Git ignores such a link silently",
        not_executable: "Git ignores it",
    })
}
