//! What keeps the hook from working, found before somebody wonders why nothing is told.

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_notify::Limits;
use zulipkit_settings::{Environment, Loaded, dirs};

use super::super::hook::rules;
use super::super::options::{DEFAULTS, Settings};
use super::super::repository::Repository;
use super::access::User;
use super::hooks::{FURTHER, HOOK, Hook};

/// Something that was looked at.
#[derive(Debug, Clone)]
pub enum Finding {
    /// It is as it should be.
    Fine(String),
    /// It is not; the hints say what to do.
    Wrong(Diagnostic),
}

/// Looks at a repository's hook and its settings. Nothing is changed, and no network is used.
pub fn check(repository: &Repository, environment: &Environment) -> Vec<Finding> {
    let hooks = match repository.hooks_folder() {
        Ok(hooks) => hooks,
        Err(error) => {
            let wrong = Diagnostic::failed("cannot find the hooks folder").source(&error);
            return vec![Finding::Wrong(wrong)];
        }
    };
    let (folder, finding) = check_hook(&hooks, repository);
    let mut findings = vec![finding];
    findings.extend(check_settings(&folder, environment));
    findings
}

/// Returns the folder in which the hook of a repository looks for its settings.
pub fn settings_folder(repository: &Repository) -> Option<PathBuf> {
    let hooks = repository.hooks_folder().ok()?;
    Some(check_hook(&hooks, repository).0)
}

/// Returns the folder in which the settings are looked for, and what is to be said about the hook.
fn check_hook(hooks: &Path, repository: &Repository) -> (PathBuf, Finding) {
    let first = hooks.join(HOOK);
    let further = hooks.join(FURTHER).join(HOOK);
    let here = hooks.to_owned();
    let there = hooks.join(FURTHER);
    match (Hook::at(&first), Hook::at(&further)) {
        (Err(error), _) => (
            here,
            Finding::Wrong(super::cannot("look at", &first, &error)),
        ),
        (Ok(Hook::Ours), _) => (here, judge(&first, &Hook::Ours, repository)),
        (
            Ok(Hook::Dispatcher | Hook::Foreign),
            Ok(hook @ (Hook::Dangling(_) | Hook::NotExecutable)),
        ) => (there, judge(&further, &hook, repository)),
        (Ok(Hook::Dispatcher), Ok(Hook::Ours)) => (there, judge(&further, &Hook::Ours, repository)),
        (Ok(Hook::Foreign), Ok(Hook::Ours)) => {
            let wrong = Diagnostic::failed(format!("`{}` does not call zulipkit", first.display()))
                .hint("`zulipkit git install` prints the line to add to it");
            (there, Finding::Wrong(wrong))
        }
        (Ok(hook), _) => (here, judge(&first, &hook, repository)),
    }
}

fn judge(path: &Path, hook: &Hook, repository: &Repository) -> Finding {
    let shown = path.display();
    let install = format!("zulipkit git install {}", repository.git_dir().display());
    let wrong = |text: String| Diagnostic::failed(text);
    Finding::Wrong(match hook {
        Hook::Ours => return Finding::Fine(format!("the hook `{shown}` is in place")),
        Hook::Absent => {
            wrong(format!("there is no hook `{shown}`")).hint(format!("run `{install}`"))
        }
        Hook::Dangling(target) => wrong(format!("the hook `{shown}` is a link to nowhere"))
            .cause(format!(
                "`{}` is not there any more; Git ignores such a link silently",
                target.display()
            ))
            .hint(format!("run `{install}` again")),
        Hook::NotExecutable => wrong(format!("the hook `{shown}` may not be run"))
            .cause("it lacks the execute bit, so Git ignores it")
            .hint(format!(
                "run `chmod +x {shown}`, or remove it and run `{install}`"
            )),
        Hook::Dispatcher | Hook::Foreign => wrong(format!("the hook `{shown}` is another one"))
            .hint(format!("run `{install}`; it does not touch the other hook")),
    })
}

fn check_settings(folder: &Path, environment: &Environment) -> Vec<Finding> {
    let path = dirs::settings_file(environment, super::super::NAME, None, Some(folder));
    let settings = match zulipkit_settings::read::<Settings>(DEFAULTS, path.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return vec![Finding::Wrong(error)],
    };
    let mut findings: Vec<Finding> = wrong_rules(&settings)
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
    findings.push(match check_identity(&settings, environment) {
        Ok(text) => Finding::Fine(text),
        Err(error) => Finding::Wrong(error),
    });
    findings
}

fn wrong_rules(settings: &Loaded<Settings>) -> Vec<Diagnostic> {
    match rules(settings, Limits::default()) {
        Ok(rules) => rules.check(),
        Err(error) => vec![error],
    }
}

fn check_identity(settings: &Loaded<Settings>, environment: &Environment) -> Result<String> {
    let path = settings.path.as_deref();
    let credentials = settings.value.zulip.credentials(path, environment)?;
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
