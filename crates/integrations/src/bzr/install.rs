//! What `zulipkit bzr install` puts in place: a plugin for those who push, and the settings of a branch.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::INTEGRATION;
use super::options::Settings;
use super::repository::Repository;
use crate::install::{
    Finding, Folder, Options, Place, Report, check_settings, config_home, owner_of, put_plugin,
};

/// The plugin: Breezy loads every Python file in a folder `plugins`.
const PLUGIN: &str = include_str!("../../../../plugins/breezy/zulipkit.py");

/// The plugin's file.
const FILE: &str = "zulipkit.py";

/// With this begins the line of the plugin that names the program.
const PROGRAM: &str = "PROGRAM = ";

/// Where Debian's Breezy has the plugins of all users.
const SYSTEM: &str = "/usr/lib/python3/dist-packages/breezy/plugins";

/// Puts the settings beside the branch, and the plugin where the Breezy of each who pushes looks for it.
pub(super) fn install(
    repository: &Repository,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    options.hooks(&INTEGRATION)?;
    let folder = repository.folder();
    let place = Place::find(&INTEGRATION, folder.clone(), &folder, options)?;
    let plugins: Vec<(&String, PathBuf)> = place
        .pushers()
        .iter()
        .filter_map(|user| Some((user, plugins_of(user, environment)?)))
        .collect();
    let first = plugins
        .first()
        .map_or(Path::new(SYSTEM), |(_, folder)| folder);
    let mut report = Report::new(first.join(FILE), place.settings(), options.dry_run);
    let text = place.compose::<Settings>(options, environment)?;
    let open = match options.dry_run {
        true => None,
        false => Some(place.open_or_make(&folder)?),
    };
    place.put_settings(open.as_ref(), &text, &mut report)?;
    let plugin = plugin(&options.program);
    for (user, folder) in plugins {
        if let Err(error) = put(&folder, &plugin, &mut report) {
            report.to_do.push(format!(
                "The plugin could not be put into `{}`: {error}. Run this as root or as `{user}`.",
                folder.display()
            ));
        }
    }
    place.finish(options, &mut report)?;
    Ok(report)
}

fn put(folder: &Path, plugin: &str, report: &mut Report) -> io::Result<()> {
    let open = match report.dry_run {
        true => None,
        false => Some(make(folder)?),
    };
    put_plugin(open.as_ref(), folder.join(FILE), plugin, report)
}

/// Opens a folder, or makes it with all that is missing above it; each belongs to the owner of the one that holds it.
fn make(path: &Path) -> io::Result<Folder> {
    match (Folder::open(path), path.parent().zip(path.file_name())) {
        (Err(error), Some((above, name))) if error.kind() == io::ErrorKind::NotFound => {
            let above = make(above)?;
            above.create_folder(&name.to_string_lossy(), above.owner_for_root()?)
        }
        (opened, _) => opened,
    }
}

/// Returns the folder of a user's own plugins.
///
/// Whoever still has only the folder of Bazaar keeps it: Breezy would not look at the settings in there any more, if there
/// were one of its own.
fn plugins_of(user: &str, environment: &Environment) -> Option<PathBuf> {
    let config = environment
        .path("BRZ_HOME")
        .or_else(|| config_home(user, environment))?;
    let (breezy, bazaar) = (config.join("breezy"), config.join("bazaar"));
    let used = if !breezy.is_dir() && bazaar.is_dir() {
        bazaar
    } else {
        breezy
    };
    Some(used.join("plugins"))
}

/// Writes the plugin's text with the program's path.
fn plugin(program: &Path) -> String {
    // A text in JSON is one in Python too.
    let program = serde_json::Value::from(program.to_string_lossy());
    let line = format!("{PROGRAM}{program}");
    let (before, after) = around_program(PLUGIN);
    format!("{before}{line}{after}")
}

/// Takes the plugin's text apart: what stands before the line that names the program, and what after it.
fn around_program(text: &str) -> (&str, &str) {
    let start = text
        .find(&format!("\n{PROGRAM}"))
        .map_or(text.len(), |at| at + 1);
    let (before, rest) = text.split_at(start);
    (before, rest.find('\n').map_or("", |end| &rest[end..]))
}

/// Returns the program that a plugin starts.
fn program(text: &str) -> Option<PathBuf> {
    let line = text.lines().find_map(|line| line.strip_prefix(PROGRAM))?;
    serde_json::from_str::<String>(line).ok().map(PathBuf::from)
}

/// Looks at the plugin of the branch's owner, and at the settings. Nothing is changed, and no network is used.
pub(super) fn check(repository: &Repository, environment: &Environment) -> Vec<Finding> {
    let mut findings = vec![match check_plugin(repository, environment) {
        Ok(text) => Finding::Fine(text),
        Err(error) => Finding::Wrong(error),
    }];
    let own = repository.settings_files();
    findings.extend(check_settings::<Settings>(&INTEGRATION, &own, environment));
    findings
}

fn check_plugin(repository: &Repository, environment: &Environment) -> Result<String> {
    let install = format!("run `zulipkit bzr install {}`", repository.root().display());
    let owner = owner_of(&repository.folder()).unwrap_or_default();
    let own = plugins_of(&owner, environment).unwrap_or_else(|| SYSTEM.into());
    let places = [own.join(FILE), Path::new(SYSTEM).join(FILE)];
    let found = places
        .iter()
        .find_map(|path| Some((path.display(), std::fs::read_to_string(path).ok()?)));
    let Some((shown, text)) = found else {
        if for_others(&repository.settings_files()) {
            return Ok(
                "the plugin is with those who push: `brz plugins`, run as each, lists it"
                    .to_owned(),
            );
        }
        let missing = format!("there is no plugin `{}`", places[0].display());
        return Err(Diagnostic::failed(missing).hint(install));
    };
    if around_program(&text) != around_program(PLUGIN) {
        return Err(Diagnostic::failed(format!(
            "the plugin `{shown}` is of another version than this program"
        ))
        .hint(format!("{install} again")));
    }
    match program(&text) {
        Some(program) if program.is_absolute() && !program.is_file() => Err(Diagnostic::failed(
            format!("the plugin `{shown}` calls what is not there"),
        )
        .cause(format!("there is no `{}`", program.display()))
        .hint(format!("{install} again"))),
        _ => Ok(format!("the plugin `{shown}` is in place")),
    }
}

/// Says whether the settings may be read by others than their owner, and so were installed for others.
fn for_others(settings: &[PathBuf]) -> bool {
    let mut files = settings.iter().filter_map(|path| path.metadata().ok());
    files.any(|file| file.permissions().mode() & 0o044 != 0)
}
