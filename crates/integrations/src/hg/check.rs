//! What keeps the hooks of a repository from working, found before somebody wonders why nothing is told.

use std::path::PathBuf;

use zulipkit_diag::Diagnostic;
use zulipkit_settings::Environment;

use super::INTEGRATION;
use super::install::{ALL, EACH, text};
use super::lines::{self, Line};
use super::options::Settings;
use super::repository::Repository;
use crate::install::{Finding, check_settings};

/// Looks at a repository's hooks and settings. Nothing is changed, and no network is used.
pub(super) fn check(
    repository: &Repository,
    own: &[PathBuf],
    environment: &Environment,
) -> Vec<Finding> {
    let mut findings = check_hooks(repository);
    findings.extend(check_settings::<Settings>(&INTEGRATION, own, environment));
    findings
}

fn check_hooks(repository: &Repository) -> Vec<Finding> {
    let path = repository.hgrc();
    let own = match text(&path) {
        Ok(text) => text.unwrap_or_default(),
        Err(error) => return vec![Finding::Wrong(error)],
    };
    let single = lines::find(&own, EACH) != Line::Absent;
    let wanted = INTEGRATION.hooks.iter().filter(|hook| match hook.name {
        ALL => !single,
        EACH => single,
        _ => hook.usual,
    });
    wanted
        .map(|hook| check_hook(repository, &own, hook.name))
        .collect()
}

fn check_hook(repository: &Repository, own: &str, hook: &str) -> Finding {
    let shown = repository.hgrc().display().to_string();
    let install = format!("run `zulipkit hg install {}`", repository.root().display());
    match lines::find(own, hook) {
        Line::Ours => Finding::Fine(format!("the hook `{hook}` stands in `{shown}`")),
        Line::Dangling(program) => Finding::Wrong(
            Diagnostic::failed(format!(
                "the hook `{hook}` in `{shown}` calls what is not there"
            ))
            .cause(format!("there is no `{}`", program.display()))
            .hint(format!("{install} again")),
        ),
        Line::Absent if elsewhere(repository, hook) => {
            Finding::Fine(format!("the hook `{hook}` stands in Mercurial's settings"))
        }
        Line::Absent => Finding::Wrong(
            Diagnostic::failed(format!("there is no hook `{hook}` in `{shown}`")).hint(install),
        ),
    }
}

/// Says whether a hook stands in the settings of the system or of the user.
fn elsewhere(repository: &Repository, hook: &str) -> bool {
    let call = format!("hg {hook}");
    repository.configured_hooks().is_ok_and(|hooks| {
        let mut lines = hooks.lines();
        lines.any(|line| line.contains("zulipkit") && line.contains(&call))
    })
}
