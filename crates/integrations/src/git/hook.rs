//! What `zulipkit git post-receive` and its relatives do, short of sending and printing.

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_notify::{Limits, Outgoing, Rules};
use zulipkit_settings::Loaded;

use super::INTEGRATION;
use super::collect::collect;
use super::options::Settings;
use super::repository::{Error, Repository};
use crate::driver::Effective;
use crate::vcs::ProgramError;
use crate::{Prepared, prepare};

/// Turns the hook's standard input into messages. `preview` shows what this returns.
///
/// # Errors
/// If the settings' routes cannot be used at all.
pub fn post_receive(
    input: &[u8],
    repository: &Repository,
    settings: &Loaded<Settings>,
    limits: Limits,
    now: Timestamp,
) -> Result<Prepared> {
    let rules = rules(settings, limits)?;
    let collected = collect(input, repository, &settings.value, now);
    Ok(prepare::prepare(&rules, collected))
}

/// Puts together the rules of the settings, for rendering and for [`Rules::check`].
///
/// # Errors
/// If a route has no destination or several, or names what there is not.
pub fn rules(settings: &Loaded<Settings>, limits: Limits) -> Result<Rules> {
    INTEGRATION.rules(Effective::of(settings), limits)
}

/// Returns what Git would have told the hook if the newest commits of the current branch were pushed now: an example
/// for `preview`.
///
/// # Errors
/// If the repository has no commits, or cannot be read.
pub fn recent_push(repository: &Repository) -> Result<Vec<u8>> {
    repository.recent_push(EXAMPLE_COMMITS).map_err(|error| {
        let diagnostic = Diagnostic::failed("cannot make up a push to preview").source(&error);
        match error {
            Error::Program(ProgramError::Failed { .. }) => diagnostic
                .hint("push something first, or give the lines `old new ref` on standard input"),
            _ => diagnostic,
        }
    })
}

/// How many commits the example for `preview` has.
const EXAMPLE_COMMITS: usize = 3;

/// Returns a clearly marked message for each channel that the settings name.
pub fn test_messages(repository: &Repository, settings: &Settings) -> Vec<Outgoing> {
    prepare::test_messages(&INTEGRATION, &repository.name(), &settings.routes)
}
