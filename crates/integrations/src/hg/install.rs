//! What `zulipkit hg install` puts in place: lines in the repository's hgrc, and a settings file beside it.

use std::path::Path;

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::INTEGRATION;
use super::lines::{self, Line};
use super::options::Settings;
use super::repository::Repository;
use crate::driver::Hook;
use crate::install::{Action, Folder, Options, Place, Report, owner_of};

/// The hook that is called once for all changesets of a push.
pub(super) const ALL: &str = "changegroup";

/// The hook that is called once for each of them, in the other's place.
pub(super) const EACH: &str = "incoming";

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
    let hooks = without_doubles(options.hooks(&INTEGRATION)?, &own);
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
    report.to_do.extend(old_hook(repository, &own));
    report.to_do.extend(doubled(repository, &own, &hooks));
    report.to_do.extend(distrust(repository, place.pushers()));
    place.finish(options, &mut report)?;
    Ok(report)
}

/// Leaves `changegroup` out where `incoming` is wanted or is there.
fn without_doubles(mut hooks: Vec<&'static Hook>, own: &str) -> Vec<&'static Hook> {
    let each = |hook: &&Hook| hook.name == EACH;
    if hooks.iter().any(each) || lines::find(own, EACH) != Line::Absent {
        hooks.retain(|hook| hook.name != ALL);
    }
    hooks
}

/// Says that `changegroup` should go where `incoming` has taken its place.
fn doubled(repository: &Repository, own: &str, hooks: &[&Hook]) -> Option<String> {
    let replaced = !hooks.iter().any(|hook| hook.name == ALL);
    (replaced && lines::find(own, ALL) != Line::Absent).then(|| {
        format!(
            "Remove the line of the hook `{ALL}` from `{}`, or everything is told twice.",
            repository.hgrc().display()
        )
    })
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
fn old_hook(repository: &Repository, own: &str) -> Option<String> {
    let line = lines::old_hook(own)?;
    Some(format!(
        "`{}` still has the old hook. Remove this line, since Mercurial on Python 3 cannot run it and shows an error with \
         each push:\n\n    {line}",
        repository.hgrc().display()
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

/// Reads the hgrc; nothing if there is none.
pub(super) fn text(path: &Path) -> Result<Option<String>> {
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
