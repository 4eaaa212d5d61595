//! What `zulipkit trac install` puts in place.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::Settings;
use super::{Environment as Trac, INTEGRATION};
use crate::install::{Action, Finding, Options, Plugin, Report, append};

/// The plugin: Trac loads every Python file in the folder `plugins` of an environment.
const PLUGIN: &str = include_str!("../../../../plugins/trac/zulipkit_trac.py");

/// The plugin's module, and so the name of its file and of its components.
const MODULE: &str = "zulipkit_trac";

/// Where the plugin looks for the program by itself, beside Trac's own `PATH`.
const USUAL_FOLDERS: [&str; 2] = ["/usr/local/bin", "/usr/bin"];

/// Puts the plugin and a settings file into an environment, and tells the plugin where the program is.
pub(super) fn install(trac: &Trac, options: &Options, environment: &Environment) -> Result<Report> {
    let mut report = plugin(trac).install::<Settings>(options, environment)?;
    name_program(trac, options, &mut report)?;
    if trac.option("trac", "base_url").is_none() {
        report.to_do.push(
            "Trac does not know its own address outside of a request, and then messages have no links: set `base_url` in \
             the section `[trac]` of trac.ini."
                .to_owned(),
        );
    }
    Ok(report)
}

/// Looks at the plugin, the program that it starts, and the settings.
pub(super) fn check(trac: &Trac, environment: &Environment) -> Vec<Finding> {
    let mut findings = vec![check_plugin(trac), check_program(trac)];
    findings.extend(plugin(trac).check_settings::<Settings>(environment));
    findings
}

fn plugin(trac: &Trac) -> Plugin<'_> {
    Plugin {
        integration: &INTEGRATION,
        instance: trac.folder(),
        settings: trac.folder().join("conf"),
        file: Some((file(trac), PLUGIN)),
    }
}

fn file(trac: &Trac) -> PathBuf {
    trac.folder().join("plugins").join(format!("{MODULE}.py"))
}

/// Writes into trac.ini where the program is, if the plugin would not find it.
fn name_program(trac: &Trac, options: &Options, report: &mut Report) -> Result<()> {
    let program = &options.program;
    if found(trac).is_some_and(|found| same_file(&found, program)) {
        return Ok(());
    }
    let lines = format!("[zulip]\nprogram = {}\n", program.display());
    let ini = trac.folder().join("conf/trac.ini");
    if trac.has_section("zulip") {
        report.to_do.push(format!(
            "The plugin would not find this program. Write into the section `[zulip]` of `{}`: program = {}",
            ini.display(),
            program.display()
        ));
        return Ok(());
    }
    if !options.dry_run {
        append(&ini, &format!("\n{lines}"))?;
    }
    report.step(
        Action::Updated,
        ini,
        "the section `[zulip]` names the program",
    );
    Ok(())
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(one).is_some() && real(one) == real(other)
}

/// Returns the program that the plugin would start.
fn found(trac: &Trac) -> Option<PathBuf> {
    let name = trac.option("zulip", "program").unwrap_or("zulipkit");
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
