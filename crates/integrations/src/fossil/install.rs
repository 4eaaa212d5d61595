//! What `zulipkit fossil install` puts in place: a hook in the repository, and a settings file beside it.

use std::path::Path;

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::repository::{Line, Repository};
use super::{HOOK, INTEGRATION};
use crate::driver::Instance as _;
use crate::install::{Action, Finding, Options, Place, Report, check_settings};
use crate::vcs::{ProgramError, program_of, quoted};

/// Installs the hook into a repository. Doing it again changes nothing and says so.
///
/// # Errors
/// If the identity cannot be used, a file cannot be made, or Fossil cannot be asked.
pub(super) fn install(
    repository: &Repository,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    options.hooks(&INTEGRATION)?;
    let folder = repository.folder();
    let place = Place::find(&INTEGRATION, folder.to_owned(), repository.file(), options)?;
    let file = repository.file().to_owned();
    let mut report = Report::new(file.clone(), place.settings(), options.dry_run);
    let text = place.compose::<Settings>(options, environment)?;
    let lines = repository
        .hooks()
        .map_err(|cause| cannot("read", &file, &cause))?;
    let open = match options.dry_run {
        true => None,
        false => Some(place.open_or_make(folder)?),
    };
    place.put_settings(open.as_ref(), &text, &mut report)?;
    let ours = lines.iter().position(is_ours);
    let (action, note) = match ours.map(|at| works(&lines[at])) {
        Some(true) => (Action::Kept, "already installed".to_owned()),
        Some(false) => (Action::Repaired, format!("the hook `{}`", HOOK.name)),
        None => (Action::Changed, format!("adding the hook `{}`", HOOK.name)),
    };
    if action != Action::Kept && !options.dry_run {
        let command = command(&options.program, &file);
        let put = repository.put_hook(ours, HOOK.name, &command);
        put.map_err(|cause| cannot("change", &file, &cause))?;
    }
    report.step(action, file, &note);
    place.finish(options, &mut report)?;
    Ok(report)
}

/// Looks at a repository's hook and settings. Nothing is changed, and no network is used.
pub(super) fn check(repository: &Repository, environment: &Environment) -> Vec<Finding> {
    let mut findings = vec![check_hook(repository)];
    let own = repository.settings_files();
    findings.extend(check_settings::<Settings>(&INTEGRATION, &own, environment));
    findings
}

fn check_hook(repository: &Repository) -> Finding {
    let shown = repository.file().display();
    let install = format!("run `zulipkit fossil install {shown}`");
    let lines = match repository.hooks() {
        Ok(lines) => lines,
        Err(cause) => return Finding::Wrong(cannot("read", repository.file(), &cause)),
    };
    match lines.iter().find(|line| is_ours(line)) {
        Some(line) if works(line) => {
            Finding::Fine(format!("the hook `{}` is in `{shown}`", HOOK.name))
        }
        Some(line) => Finding::Wrong(
            Diagnostic::failed(format!(
                "the hook `{}` in `{shown}` calls what is not there",
                HOOK.name
            ))
            .cause(format!(
                "there is no `{}`",
                program_of(&line.command).display()
            ))
            .hint(format!("{install} again")),
        ),
        None => Finding::Wrong(
            Diagnostic::failed(format!("there is no hook `{}` in `{shown}`", HOOK.name))
                .hint(install),
        ),
    }
}

fn is_ours(line: &Line) -> bool {
    line.kind == HOOK.name
        && line.command.contains("zulipkit")
        && line.command.contains(&format!("fossil {}", HOOK.name))
}

fn works(line: &Line) -> bool {
    let program = program_of(&line.command);
    !program.is_absolute() || program.exists()
}

/// Returns the command for the hook, as the shell reads it. Fossil puts the path of the repository and its own into it, but as
/// they are, so that quotes of a kind that are in the path do not fit around it.
fn command(program: &Path, repository: &Path) -> String {
    let program = quoted(&program.display().to_string());
    let path = repository.display().to_string();
    let own = match path.contains(['"', '$', '`', '\\']) {
        true => quoted(&path),
        false => "\"%R\"".to_owned(),
    };
    format!("{program} fossil {} {own} \"%F\"", HOOK.name)
}

fn cannot(what: &str, path: &Path, cause: &ProgramError) -> Diagnostic {
    Diagnostic::failed(format!("cannot {what} the hooks of `{}`", path.display()))
        .source(cause)
        .hint("run this as the repository's owner, with the program `fossil` in the path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_as_the_shell_needs_it() {
        let of = |path: &str| command(Path::new("/usr/bin/zulipkit"), Path::new(path));
        assert_eq!(
            of("/srv/it's a.fossil"),
            "/usr/bin/zulipkit fossil after-receive \"%R\" \"%F\""
        );
        assert_eq!(
            of("/srv/$a.fossil"),
            "/usr/bin/zulipkit fossil after-receive '/srv/$a.fossil' \"%F\""
        );
    }
}
