//! What `zulipkit hg install` puts in place: lines in the repository's hgrc, and a settings file beside it.

use std::path::Path;

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::lines::{self, Line};
use super::options::Settings;
use super::repository::Repository;
use super::{INTEGRATION, old};
use crate::driver::Hook;
use crate::install::{Action, Finding, Folder, Options, Place, Report, check_settings, owner_of};

/// The hook that is called once for all changesets of a push.
const ALL: &str = "changegroup";

/// The hook that is called once for each of them, in the other's place.
const EACH: &str = "incoming";

/// Everybody may read it, as Mercurial has it; it holds no secret of ours.
const MODE: u32 = 0o644;

/// Installs the hooks into a repository. Doing it again changes nothing and says so.
///
/// # Errors
/// If the identity cannot be used, or a file cannot be made.
pub(super) fn install(
    repository: &Repository,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    let own = text(&repository.hgrc())?.unwrap_or_default();
    let mut hooks = options.hooks(&INTEGRATION)?;
    let single =
        hooks.iter().any(|hook| hook.name == EACH) || lines::find(&own, EACH) != Line::Absent;
    hooks.retain(|hook| !(single && hook.name == ALL));
    let folder = repository.folder();
    let place = Place::find(&INTEGRATION, folder.clone(), &folder, options)?;
    let mut report = Report::new(repository.hgrc(), place.settings(), options.dry_run);
    let text = place.compose::<Settings>(options, environment)?;
    let open = match options.dry_run {
        true => None,
        false => Some(place.open_or_make(&folder)?),
    };
    place.put_settings(open.as_ref(), &text, &mut report)?;
    put_lines(repository, &hooks, options, open.as_ref(), &mut report)?;
    report.to_do.extend(old_hook(repository));
    if single && lines::find(&own, ALL) != Line::Absent {
        report.to_do.push(format!(
            "Remove the line of the hook `{ALL}` from `{}`, or everything is told twice.",
            repository.hgrc().display()
        ));
    }
    report.to_do.extend(distrust(repository, place.pushers()));
    place.finish(options, &mut report)?;
    Ok(report)
}

fn put_lines(
    repository: &Repository,
    hooks: &[&Hook],
    options: &Options,
    folder: Option<&Folder>,
    report: &mut Report,
) -> Result<()> {
    let path = repository.hgrc();
    let old = text(&path)?;
    let mut new = old.clone().unwrap_or_default();
    let (mut added, mut mended) = (Vec::new(), Vec::new());
    for hook in hooks {
        match lines::find(&new, hook.name) {
            Line::Ours => continue,
            Line::Absent => added.push(hook.name),
            Line::Dangling(_) => mended.push(hook.name),
        }
        new = lines::with(
            &new,
            hook.name,
            &lines::command(&options.program, hook.name),
        );
    }
    if added.is_empty() && mended.is_empty() {
        report.step(Action::Kept, path, "already installed");
        return Ok(());
    }
    if let Some(folder) = folder {
        let done = match old {
            // Mercurial heeds this file only if it belongs to the one who pushes.
            None => folder
                .owner_for_root()
                .and_then(|owner| folder.create_file("hgrc", &new, MODE, owner)),
            Some(_) => folder.replace_file("hgrc", &new),
        };
        done.map_err(|error| cannot("change", &path, &error))?;
    }
    let named = |names: &[&str]| names.join("` and `");
    let (action, note) = match (old, added.as_slice()) {
        (None, added) => (
            Action::Created,
            format!("with the hooks `{}`", named(added)),
        ),
        (Some(_), []) => (Action::Repaired, format!("the hooks `{}`", named(&mended))),
        (Some(_), added) => (
            Action::Changed,
            format!("adding the hooks `{}`", named(added)),
        ),
    };
    report.step(action, path, &note);
    Ok(())
}

/// Says that the old hook in Python should go.
fn old_hook(repository: &Repository) -> Option<String> {
    let path = repository.hgrc();
    let line = lines::old_hook(&text(&path).ok()??)?;
    Some(format!(
        "`{}` still has the old hook. Remove this line, since Mercurial on Python 3 cannot run it and shows an error with \
         each push:\n\n    {line}",
        path.display()
    ))
}

/// Says for whom Mercurial would not heed the file: it trusts the one who runs it, and who is named as trusted.
fn distrust(repository: &Repository, pushers: &[String]) -> Option<String> {
    let owner = owner_of(&repository.hgrc()).or_else(|| owner_of(&repository.folder()))?;
    let others: Vec<&str> = pushers
        .iter()
        .map(String::as_str)
        .filter(|user| *user != owner)
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "Mercurial runs the hooks in an hgrc only for its owner, here `{owner}`. For {} add this to \
             /etc/mercurial/hgrc:\n\n    [trusted]\n    users = {owner}",
            others.join(", ")
        )
    })
}

/// Looks at a repository's hooks and settings. Nothing is changed, and no network is used.
pub(super) fn check(repository: &Repository, environment: &Environment) -> Vec<Finding> {
    let mut findings = check_hooks(repository);
    let own = settings_files(repository);
    findings.extend(check_settings::<Settings>(&INTEGRATION, &own, environment));
    findings
}

/// Returns where the settings may lie: beside the hgrc, or in it.
pub(super) fn settings_files(repository: &Repository) -> Vec<std::path::PathBuf> {
    let mut files = vec![INTEGRATION.settings_beside(&repository.folder())];
    let hgrc = repository.hgrc();
    if old::has_settings(&hgrc) {
        files.push(hgrc);
    }
    files
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

/// Reads the hgrc; nothing if there is none.
fn text(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read", path, &error)),
    }
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::failed(format!("cannot {what} `{}`", path.display()))
        .cause(error)
        .hint("run this as the repository's owner, or add the lines yourself; `zulipkit hg docs` shows them")
}
