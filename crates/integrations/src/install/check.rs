//! What keeps the hook from working, found before somebody wonders why nothing is told.

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_notify::Limits;
use zulipkit_settings::{Environment, dirs};

use super::access::User;
use super::hooks::Found;
use super::links::{Spec, further};
use crate::Integration;
use crate::driver::{Effective, Hook, Settings};

/// Something that was looked at.
#[derive(Debug, Clone)]
pub enum Finding {
    /// It is as it should be.
    Fine(String),
    /// It is not; the hints say what to do.
    Wrong(Diagnostic),
}

/// Looks at a repository's hook and its settings. Nothing is changed, and no network is used.
pub(crate) fn check<S: Settings>(spec: &Spec<'_>, environment: &Environment) -> Vec<Finding> {
    let mut findings: Vec<Finding> = spec
        .integration
        .hooks
        .iter()
        .filter(|hook| hook.usual || spec.hooks.join(hook.name).symlink_metadata().is_ok())
        .map(|hook| check_hook(spec, hook).1)
        .collect();
    let own = [spec.integration.settings_beside(&settings_folder(spec))];
    findings.extend(check_settings::<S>(spec.integration, &own, environment));
    findings
}

/// Returns the folder in which the hook of a repository looks for its settings.
pub(crate) fn settings_folder(spec: &Spec<'_>) -> PathBuf {
    check_hook(spec, spec.first()).0
}

/// Returns the folder in which the settings are looked for, and what is to be said about the hook.
fn check_hook(spec: &Spec<'_>, hook: &Hook) -> (PathBuf, Finding) {
    let further = further(hook);
    let first = spec.hooks.join(hook.name);
    let second = spec.hooks.join(&further).join(hook.name);
    let here = spec.hooks.clone();
    let there = spec.hooks.join(&further);
    match (Found::at(&first, &further), Found::at(&second, &further)) {
        (Err(error), _) => (
            here,
            Finding::Wrong(super::cannot("look at", &first, &error)),
        ),
        (Ok(Found::Ours), _) => (here, judge(&first, &Found::Ours, spec)),
        (
            Ok(Found::Dispatcher | Found::Foreign),
            Ok(hook @ (Found::Dangling(_) | Found::NotExecutable)),
        ) => (there, judge(&second, &hook, spec)),
        (Ok(Found::Dispatcher), Ok(Found::Ours)) => (there, judge(&second, &Found::Ours, spec)),
        (Ok(Found::Foreign), Ok(Found::Ours)) => {
            let wrong = Diagnostic::failed(format!("`{}` does not call zulipkit", first.display()))
                .hint(format!(
                    "`zulipkit {} install` prints the line to add to it",
                    spec.integration.name
                ));
            (there, Finding::Wrong(wrong))
        }
        (Ok(hook), _) => (here, judge(&first, &hook, spec)),
    }
}

fn judge(path: &Path, hook: &Found, spec: &Spec<'_>) -> Finding {
    let shown = path.display();
    let install = format!(
        "zulipkit {} install {}",
        spec.integration.name,
        spec.repository.display()
    );
    let wrong = |text: String| Diagnostic::failed(text);
    Finding::Wrong(match hook {
        Found::Ours => return Finding::Fine(format!("the hook `{shown}` is in place")),
        Found::Absent => {
            wrong(format!("there is no hook `{shown}`")).hint(format!("run `{install}`"))
        }
        Found::Dangling(target) => wrong(format!("the hook `{shown}` is a link to nowhere"))
            .cause(format!(
                "`{}` is not there any more; {}",
                target.display(),
                spec.dangling
            ))
            .hint(format!("run `{install}` again")),
        Found::NotExecutable => wrong(format!("the hook `{shown}` may not be run"))
            .cause(format!(
                "it lacks the execute bit, so {}",
                spec.not_executable
            ))
            .hint(format!(
                "run `chmod +x {shown}`, or remove it and run `{install}`"
            )),
        Found::Dispatcher | Found::Foreign => wrong(format!("the hook `{shown}` is another one"))
            .hint(format!("run `{install}`; it does not touch the other hook")),
    })
}

/// Looks at the repository's own settings, or at those in the other places.
pub(crate) fn check_settings<S: Settings>(
    integration: &Integration,
    own: &[PathBuf],
    environment: &Environment,
) -> Vec<Finding> {
    let path = dirs::settings_file(environment, integration.name, None, own);
    let settings = match S::read(path.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return vec![Finding::Wrong(error)],
    };
    let mut findings: Vec<Finding> = wrong_rules(integration, Effective::of(&settings))
        .into_iter()
        .map(Finding::Wrong)
        .collect();
    if findings.is_empty() {
        let named = path
            .as_ref()
            .map_or("the default settings".to_owned(), |path| {
                format!("the settings `{}`", path.display())
            });
        findings.push(Finding::Fine(format!("{named} can be used")));
    }
    findings.push(
        match check_identity(Effective::of(&settings), environment) {
            Ok(text) => Finding::Fine(text),
            Err(error) => Finding::Wrong(error),
        },
    );
    findings
}

fn wrong_rules(integration: &Integration, settings: Effective<'_>) -> Vec<Diagnostic> {
    match integration.rules(settings, Limits::default()) {
        Ok(rules) => rules.check(),
        Err(error) => vec![error],
    }
}

fn check_identity(settings: Effective<'_>, environment: &Environment) -> Result<String> {
    let account = settings.tables.zulip;
    let credentials = account.credentials(settings.path, environment)?;
    Ok(format!("messages are sent as {}", credentials.email))
}

/// Returns what keeps these users from reading these files, or from having an outbox, as tasks for a person.
pub(super) fn users(names: &[String], files: &[PathBuf]) -> Vec<String> {
    names.iter().flat_map(|name| user(name, files)).collect()
}

fn user(name: &str, files: &[PathBuf]) -> Vec<String> {
    let user = match User::find(name) {
        Ok(user) => user,
        Err(error) => return vec![format!("Nothing was checked for `{name}`: {error}.")],
    };
    let mut tasks = Vec::new();
    for file in files {
        if let Some(obstacle) = user.cannot_read(file) {
            tasks.push(format!(
                "`{name}` cannot read `{}`, as the mode of `{}` says. Give a group in which they are the right to, for \
                 example: chgrp GROUP '{obstacle}' && chmod g+rX '{obstacle}'",
                file.display(),
                obstacle.display(),
                obstacle = obstacle.display(),
            ));
        } else if let Err(error) = trusted(&user, file) {
            tasks.push(error);
        }
    }
    if !user.may(&user.home, 3) {
        tasks.push(format!(
            "`{name}` cannot write to their home `{}`, so there is no place for their outbox. Set XDG_STATE_HOME to a folder \
             of theirs.",
            user.home.display()
        ));
    }
    tasks
}

/// A file that decides where messages go is used only if it belongs to the user or to root.
fn trusted(user: &User, file: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    match file.metadata() {
        Ok(metadata) if metadata.uid() != 0 && metadata.uid() != user.id => Err(format!(
            "`{}` belongs neither to `{}` nor to root, so it would not be used for them. Give it to root: chown root '{}'",
            file.display(),
            user.name,
            file.display()
        )),
        _ => Ok(()),
    }
}
