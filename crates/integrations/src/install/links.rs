//! Hooks that are files of their own: links to the binary.

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::folder::Folder;
use super::hooks::Found;
use super::{Action, Options, Place, Report, cannot};
use crate::Integration;
use crate::driver::{Hook, Settings};

/// Where the hooks of a product are files, and what becomes of broken ones.
#[derive(Debug)]
pub(crate) struct Spec<'a> {
    /// Whose hooks they are.
    pub(crate) integration: &'static Integration,
    /// The folder of the hooks.
    pub(crate) hooks: PathBuf,
    /// The folder whose owner is the one who pushes or commits.
    pub(crate) repository: &'a Path,
    /// What the product does with a link to nowhere.
    pub(crate) dangling: &'static str,
    /// What the product does with a hook that may not be run.
    pub(crate) not_executable: &'static str,
}

impl Spec<'_> {
    /// Returns the hook beside which the settings lie.
    pub(super) fn first(&self) -> &'static Hook {
        &self.integration.hooks[0]
    }
}

/// Returns the name of the folder for further hooks, which hosting software and many people's own scripts run.
pub(super) fn further(hook: &Hook) -> String {
    format!("{}.d", hook.name)
}

/// Installs the hooks into a repository. Doing it again changes nothing and says so.
///
/// # Errors
/// If the identity cannot be used, or a file cannot be made.
pub(crate) fn install<S: Settings>(
    spec: &Spec<'_>,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    let hooks = options.hooks(spec.integration)?;
    let links = hooks.into_iter().map(|hook| Link::find(spec, hook));
    let links = links.collect::<Result<Vec<_>>>()?;
    let first = links.first().expect("the first hook is a usual one");
    let place = Place::find(spec.integration, first.folder(), spec.repository, options)?;
    let mut report = Report::new(first.path(), place.settings(), options.dry_run);
    let text = place.compose::<S>(options, environment)?;
    let folders = links.iter().map(|link| link.open(&place, options.dry_run));
    let folders = folders.collect::<Result<Vec<_>>>()?;
    place.put_settings(folders[0].as_ref(), &text, &mut report)?;
    for (link, folder) in links.iter().zip(&folders) {
        link.put(folder.as_ref(), &options.program, &mut report)?;
    }
    let lines = links.iter().filter(|link| link.needs_line);
    report.to_do.extend(lines.map(Link::line_to_add));
    place.finish(options, &mut report)?;
    Ok(report)
}

/// A link to the binary, and what is there already.
#[derive(Debug)]
struct Link<'a> {
    spec: &'a Spec<'a>,
    hook: &'static Hook,
    /// The link goes into the folder for further hooks, since another hook is there.
    further: bool,
    /// The other hook does not call what lies in that folder.
    needs_line: bool,
    /// What stands at the link's place.
    found: Found,
}

impl<'a> Link<'a> {
    fn find(spec: &'a Spec<'a>, hook: &'static Hook) -> Result<Self> {
        let further_name = further(hook);
        let look = |path: &Path| {
            Found::at(path, &further_name).map_err(|error| cannot("look at", path, &error))
        };
        let first = look(&spec.hooks.join(hook.name))?;
        let further = matches!(
            first,
            Found::Dispatcher | Found::Foreign | Found::NotExecutable
        );
        let found = match further {
            true => look(&spec.hooks.join(&further_name).join(hook.name))?,
            false => first.clone(),
        };
        Ok(Self {
            spec,
            hook,
            needs_line: further && first != Found::Dispatcher,
            further,
            found,
        })
    }

    fn folder(&self) -> PathBuf {
        match self.further {
            true => self.spec.hooks.join(further(self.hook)),
            false => self.spec.hooks.clone(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder().join(self.hook.name)
    }

    /// Opens the folder for the link, and makes it where it is missing; in a dry run it opens none.
    fn open(&self, place: &Place, dry_run: bool) -> Result<Option<Folder>> {
        if dry_run {
            return Ok(None);
        }
        let hooks = place.open_or_make(&self.spec.hooks)?;
        match self.further {
            true => place.open_or_make(&self.folder()).map(Some),
            false => Ok(Some(hooks)),
        }
    }

    fn put(&self, folder: Option<&Folder>, program: &Path, report: &mut Report) -> Result<()> {
        let path = self.path();
        let note = format!("a link to `{}`", program.display());
        let name = self.hook.name;
        let (action, done) = match (&self.found, folder) {
            (Found::Absent, folder) => (
                Action::Created,
                folder.map_or(Ok(()), |folder| folder.create_link(name, program)),
            ),
            (Found::Dangling(_), folder) => (
                Action::Repaired,
                folder.map_or(Ok(()), |folder| folder.replace_link(name, program)),
            ),
            (Found::Ours, _) => {
                report.step(Action::Kept, path, "already installed");
                return Ok(());
            }
            (Found::NotExecutable | Found::Dispatcher | Found::Foreign, _) => {
                return Err(
                    Diagnostic::failed(format!("cannot make `{}`", path.display()))
                        .cause("another file is there")
                        .hint("move it away, and install again"),
                );
            }
        };
        done.map_err(|error| cannot("make", &path, &error))?;
        report.step(action, path, &note);
        Ok(())
    }

    /// Returns the line that makes a shell script run our hook and still read its own input.
    fn line_to_add(&self) -> String {
        let hook = self.spec.hooks.join(self.hook.name);
        let hook = hook.display();
        let link = self.path().display().to_string().replace('\'', r"'\''");
        if !self.hook.input {
            return format!(
                "`{hook}` is a hook of your own, so it was not touched. If it is a shell script, add this line below its \
                 first:\n\n    '{link}' \"$@\"\n\n\
                 If it is anything else, let it run `{link}` with its own arguments."
            );
        }
        format!(
            "`{hook}` is a hook of your own, so it was not touched. If it is a shell script, add this line below its first:\n\n    \
             t=$(mktemp) && cat >\"$t\" && '{link}' <\"$t\"; exec <\"$t\"; rm -f \"$t\"\n\n\
             If it is anything else, let it run `{link}` with its own standard input."
        )
    }
}
