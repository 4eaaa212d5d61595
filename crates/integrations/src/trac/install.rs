//! What `zulipkit trac install` puts in place.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::{Environment as Trac, INTEGRATION, ini};
use crate::install::{Action, Finding, Folder, Options, Place, Report, check_settings, put_plugin};

/// The plugin: Trac loads every Python file in the folder `plugins` of an environment.
const PLUGIN: &str = include_str!("../../../../plugins/trac/zulipkit_trac.py");

/// The plugin's module, by which trac.ini knows it.
const MODULE: &str = "zulipkit_trac";

/// The plugin's file.
const FILE: &str = "zulipkit_trac.py";

/// Where the plugin looks for the program by itself, beside Trac's own `PATH`.
const USUAL_FOLDERS: [&str; 2] = ["/usr/local/bin", "/usr/bin"];

/// Puts the plugin and a settings file into an environment, and tells the plugin where the program is.
pub(super) fn install(trac: &Trac, options: &Options, environment: &Environment) -> Result<Report> {
    let conf = trac.folder().join("conf");
    let place = Place::find(&INTEGRATION, conf.clone(), trac.folder(), options)?;
    let mut report = Report::new(file(trac), place.settings(), options.dry_run);
    let text = place.compose::<Settings>(options, environment)?;
    let open = |folder: &Path| match options.dry_run {
        true => Ok(None),
        false => place.open_or_make(folder).map(Some),
    };
    let conf = open(&conf)?;
    place.put_settings(conf.as_ref(), &text, &mut report)?;
    let plugins = open(&trac.folder().join("plugins"))?;
    put_plugin(plugins.as_ref(), file(trac), PLUGIN, &mut report)
        .map_err(|error| cannot("write", &file(trac), &error))?;
    name_program(trac, options, conf.as_ref(), &mut report)?;
    if trac.option("trac", "base_url").is_none() {
        report.to_do.push(
            "Trac does not know its own address outside of a request, and then messages have no links: set `base_url` in \
             the section `[trac]` of trac.ini."
                .to_owned(),
        );
    }
    place.finish(options, &mut report)?;
    Ok(report)
}

/// Returns where the settings may lie: beside trac.ini, or in it.
pub(super) fn settings_files(trac: &Trac) -> Vec<PathBuf> {
    let conf = trac.folder().join("conf");
    let mut files = vec![INTEGRATION.settings_beside(&conf)];
    if trac.option(ini::SECTION, "zuliprc").is_some() {
        files.push(trac.ini());
    }
    files
}

/// Looks at the plugin, the program that it starts, and the settings.
pub(super) fn check(trac: &Trac, environment: &Environment) -> Vec<Finding> {
    let mut findings = vec![check_plugin(trac), check_program(trac)];
    let own = settings_files(trac);
    findings.extend(check_settings::<Settings>(&INTEGRATION, &own, environment));
    findings
}

fn file(trac: &Trac) -> PathBuf {
    trac.folder().join("plugins").join(FILE)
}

/// Writes into trac.ini where the program is, if the plugin would not find it.
fn name_program(
    trac: &Trac,
    options: &Options,
    conf: Option<&Folder>,
    report: &mut Report,
) -> Result<()> {
    let program = &options.program;
    if found(trac).is_some_and(|found| same_file(&found, program)) {
        return Ok(());
    }
    let path = trac.ini();
    let old = std::fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
    let new = ini::with_option(&old, "program", &program.display().to_string());
    if let Some(folder) = conf {
        folder
            .replace_file("trac.ini", &new)
            .map_err(|error| cannot("change", &path, &error))?;
    }
    report.step(
        Action::Changed,
        path,
        "`program` in the section `[zulip]` was set",
    );
    Ok(())
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::failed(format!("cannot {what} `{}`", path.display()))
        .cause(error)
        .hint("run this as the environment's owner, or as root")
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(one).is_some() && real(one) == real(other)
}

/// Returns the program that the plugin would start.
fn found(trac: &Trac) -> Option<PathBuf> {
    let name = trac.option("zulip", "program");
    let name = name.as_deref().unwrap_or("zulipkit");
    let candidates: Vec<PathBuf> = match name.contains('/') {
        true => vec![trac.folder().join(name)],
        false => USUAL_FOLDERS
            .iter()
            .map(|folder| Path::new(folder).join(name))
            .collect(),
    };
    candidates.into_iter().find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn check_plugin(trac: &Trac) -> Finding {
    let file = file(trac);
    let shown = file.display();
    let install = format!("run `zulipkit trac install {}`", trac.folder().display());
    if let Some(option) = trac.component(MODULE)
        && !option.enabled
    {
        let wrong = Diagnostic::failed("the plugin is switched off")
            .cause(format!("`{} = disabled` stands in trac.ini", option.name))
            .hint("let it be `enabled`");
        return Finding::Wrong(wrong);
    }
    match std::fs::read_to_string(&file) {
        Ok(text) if text == PLUGIN => Finding::Fine(format!("the plugin `{shown}` is in place")),
        Ok(_) => Finding::Wrong(
            Diagnostic::failed(format!(
                "the plugin `{shown}` is of another version than this program"
            ))
            .hint(format!("{install} again, and restart Trac")),
        ),
        Err(_) if trac.component(MODULE).is_some() => Finding::Fine(
            "the plugin is enabled in trac.ini, so it should be installed beside Trac itself"
                .to_owned(),
        ),
        Err(_) => Finding::Wrong(
            Diagnostic::failed(format!("there is no plugin `{shown}`")).hint(install),
        ),
    }
}

fn check_program(trac: &Trac) -> Finding {
    match found(trac) {
        Some(program) => Finding::Fine(format!("the plugin starts `{}`", program.display())),
        None => Finding::Wrong(
            Diagnostic::failed("the plugin may not find the program `zulipkit`")
                .cause(match trac.option("zulip", "program") {
                    Some(name) => format!(
                        "`program = {name}` stands in trac.ini, and there is no such program"
                    ),
                    None => format!("it is in none of {}", USUAL_FOLDERS.join(", ")),
                })
                .hint(
                    "name it: `program = /path/to/zulipkit` in the section `[zulip]` of trac.ini",
                ),
        ),
    }
}
