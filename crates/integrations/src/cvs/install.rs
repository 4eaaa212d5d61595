//! What `zulipkit cvs install` puts in place: lines in two files of CVSROOT, and a settings file beside them.

use std::path::Path;

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::INTEGRATION;
use super::lines::{self, Line};
use super::options::Settings;
use super::repository::Repository;
use crate::install::{Action, Finding, Options, Place, Report, check_settings};
use crate::vcs::ProgramError;

/// The log message of the commit that adds the lines. They are in force before it ends, and it is no news.
const MESSAGE: &str = "Tell Zulip of commits [skip zulip]";

/// A file of CVSROOT as it is and as it shall be.
struct Edit {
    hook: &'static str,
    old: String,
    new: String,
}

/// Installs the hooks into a repository. Doing it again changes nothing and says so.
///
/// # Errors
/// If the identity cannot be used, the repository has format strings of the old kind, or CVS does not take the lines.
pub(super) fn install(
    repository: &Repository,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    require_plain(&options.program)?;
    require_new_strings(repository)?;
    let folder = repository.administration();
    let place = Place::find(&INTEGRATION, folder.clone(), &folder, options)?;
    let mut report = Report::new(folder.join("loginfo"), place.settings(), options.dry_run);
    let text = place.compose::<Settings>(options, environment)?;
    let open = match options.dry_run {
        true => None,
        false => Some(place.open_or_make(&folder)?),
    };
    place.put_settings(open.as_ref(), &text, &mut report)?;
    put_lines(repository, options, &mut report)?;
    place.finish(options, &mut report)?;
    Ok(report)
}

fn put_lines(repository: &Repository, options: &Options, report: &mut Report) -> Result<()> {
    let mut edits = Vec::new();
    for hook in options.hooks(&INTEGRATION)? {
        let path = repository.administration().join(hook.name);
        let old = text(&path)?;
        let (action, note) = match lines::find(&old, hook.name) {
            Line::Ours => (Action::Kept, "already installed"),
            Line::Absent => (Action::Changed, "adding a line"),
            Line::Dangling(_) => (Action::Repaired, "the line"),
        };
        if action != Action::Kept {
            let new = lines::with(&old, hook.name, &options.program);
            let hook = hook.name;
            edits.push(Edit { hook, old, new });
        }
        report.step(action, path, note);
    }
    if edits.is_empty() || options.dry_run {
        return Ok(());
    }
    commit(repository, &edits)
}

/// Changes the files as an administrator would: in a working copy, with a commit.
fn commit(repository: &Repository, edits: &[Edit]) -> Result<()> {
    let error = || Diagnostic::failed("cannot change the files of `CVSROOT`");
    let failed = |cause: ProgramError| {
        error()
            .source(&cause)
            .hint("run this as a user who may commit to `CVSROOT`, or add the lines yourself; `zulipkit cvs docs` shows them")
    };
    let place = tempfile::tempdir().map_err(|cause| error().cause(&cause))?;
    let mut checkout = repository.cvs("checkout");
    checkout
        .process
        .current_dir(&place)
        .args(["-d", "work", "CVSROOT"]);
    checkout.run().map_err(failed)?;
    let work = place.path().join("work");
    for edit in edits {
        let path = work.join(edit.hook);
        if text(&path)? != edit.old {
            let name = repository.administration().join(edit.hook);
            return Err(error()
                .cause(format!(
                    "`{}` is not what was committed last",
                    name.display()
                ))
                .hint("check out `CVSROOT`, commit the file as it shall be, and run this again"));
        }
        std::fs::write(&path, &edit.new).map_err(|cause| error().cause(&cause))?;
    }
    let mut commit = repository.cvs("commit");
    commit
        .process
        .current_dir(&work)
        .args(["-m", MESSAGE])
        .args(edits.iter().map(|edit| edit.hook));
    commit.run().map_err(failed)
}

fn require_plain(program: &Path) -> Result<()> {
    if lines::is_plain(program) {
        return Ok(());
    }
    Err(Diagnostic::failed("cannot install the hooks")
        .cause(format!("CVS cannot call a program with this path: `{}`", program.display()))
        .hint("copy zulipkit to a path of letters, digits, `.`, `_`, `-` and `+`, such as `/usr/local/bin/zulipkit`"))
}

fn require_new_strings(repository: &Repository) -> Result<()> {
    let path = repository.administration().join("config");
    let on = |line: &str| {
        let pair = line.trim().split_once('=');
        pair.is_some_and(|(name, value)| name == "UseNewInfoFmtStrings" && value == "yes")
    };
    if text(&path)?.lines().any(on) {
        return Ok(());
    }
    Err(Diagnostic::failed("cannot install the hooks")
        .cause(format!("`UseNewInfoFmtStrings` is not `yes` in `{}`", path.display()))
        .hint("check out `CVSROOT`, set it there, and rewrite the lines of `loginfo` and `commitinfo` that need it"))
}

/// Looks at a repository's hooks and settings. Nothing is changed, and no network is used.
pub(super) fn check(repository: &Repository, environment: &Environment) -> Vec<Finding> {
    let hooks = INTEGRATION.hooks.iter();
    let mut findings: Vec<Finding> = hooks
        .map(|hook| check_hook(repository, hook.name))
        .collect();
    let own = [INTEGRATION.settings_beside(&repository.administration())];
    findings.extend(check_settings::<Settings>(&INTEGRATION, &own, environment));
    findings
}

fn check_hook(repository: &Repository, hook: &str) -> Finding {
    let path = repository.administration().join(hook);
    let install = format!("run `zulipkit cvs install {}`", repository.root().display());
    let found = match text(&path) {
        Ok(text) => lines::find(&text, hook),
        Err(error) => return Finding::Wrong(error),
    };
    let shown = path.display();
    match found {
        Line::Ours => Finding::Fine(format!("the line stands in `{shown}`")),
        Line::Dangling(program) => Finding::Wrong(
            Diagnostic::failed(format!("the line in `{shown}` calls what is not there"))
                .cause(format!("there is no `{}`", program.display()))
                .hint(format!("{install} again")),
        ),
        Line::Absent => Finding::Wrong(
            Diagnostic::failed(format!("there is no line in `{shown}`")).hint(install),
        ),
    }
}

/// Reads a file of CVSROOT; bytes of other encodings would be lost when it is written again.
fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        Diagnostic::failed(format!("cannot read `{}`", path.display())).cause(&error)
    })
}
