use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use zulipkit_bots::testkit::{Dialog, Report, Subject, run};
use zulipkit_bots::{Bot, Config, Kind, Settings};
use zulipkit_catalog::{all, find};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Loaded;

use crate::server::runtime;
use crate::ui::{BAD, GOOD, Ui, paint};

/// Run the dialogs of bots, without a server, and say which of them went otherwise than they say
///
/// The dialogs of a settings file's bot NAME lie beside it, in `dialogs/NAME.toml` or `dialogs/NAME/*.toml`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArgs {
    /// Bots, or files with dialogs; without any, all bots
    #[arg(value_name = "NAME|FILE")]
    what: Vec<String>,
    /// Test the bots of this settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit bot test                          the bots that come with zulipkit
  zulipkit bot test todo                     one of them
  zulipkit bot test --config bots.toml       the bots of a settings file
  zulipkit bot test dialogs/greeting.toml    a dialog that says by `bot = \"NAME\"` whose it is";

/// A dialog, and how its bot is made.
struct Case<'a> {
    dialog: Dialog,
    make: Box<dyn Fn(&Config) -> Result<Arc<dyn Bot>> + 'a>,
}

impl TestArgs {
    pub(super) fn run(&self, ui: Ui) -> Result<()> {
        let file = self.config.as_deref().map(Settings::read).transpose()?;
        let cases = self.cases(file.as_ref())?;
        let reports: Vec<Report> = runtime()?.block_on(async {
            let mut reports = Vec::new();
            for case in &cases {
                let report = run(&case.dialog, &*case.make).await;
                if !self.json {
                    show(&report, ui);
                }
                reports.push(report);
            }
            reports
        });
        let failed = reports.iter().filter(|report| report.failure.is_some());
        let (failed, all) = (failed.count(), reports.len());
        if self.json {
            ui.json(&reports.iter().map(as_json).collect::<Vec<_>>());
        } else {
            ui.say(format!("{} of {all} dialogs passed", all - failed));
        }
        match failed {
            0 => Ok(()),
            _ => Err(Diagnostic::failed(format!(
                "{failed} of {all} dialogs failed"
            ))),
        }
    }

    /// Finds what is to be tested.
    fn cases<'a>(&self, file: Option<&'a Loaded<Settings>>) -> Result<Vec<Case<'a>>> {
        let mut cases = Vec::new();
        for what in &self.what {
            let path = Path::new(what);
            if path.extension().is_some() {
                cases.push(of_dialog(Dialog::open(path)?, file)?);
            } else if let Some(file) = file {
                cases.extend(of_settings(file, what)?);
            } else {
                cases.extend(of_kind(super::native(what)?)?);
            }
        }
        if !self.what.is_empty() {
            return Ok(cases);
        }
        match file {
            Some(file) => {
                for name in file.value.bot.keys() {
                    cases.extend(of_settings(file, name)?);
                }
            }
            None => {
                for kind in all() {
                    cases.extend(of_kind(kind)?);
                }
            }
        }
        Ok(cases)
    }
}

/// Returns the dialogs that a native bot brings.
fn of_kind<'a>(kind: &'static Kind) -> Result<Vec<Case<'a>>> {
    let dialogs = kind.dialogs.iter();
    let cases = dialogs.map(|(name, text)| {
        Ok(Case {
            dialog: Dialog::read(Path::new(name), text)?,
            make: Box::new(|config: &Config| kind.make(config)),
        })
    });
    cases.collect()
}

/// Returns the case of a dialog that says whose it is.
fn of_dialog(dialog: Dialog, file: Option<&Loaded<Settings>>) -> Result<Case<'_>> {
    let Some(Subject::Named(name)) = dialog.subject() else {
        return Err(Diagnostic::settings(format!(
            "cannot tell whose dialog `{}` is",
            dialog.path().display()
        ))
        .hint("a line `bot = \"NAME\"` at its beginning says so"));
    };
    match (file, find(&name)) {
        (Some(file), kind) if kind.is_none() || file.value.bot.contains_key(&name) => {
            of_bot(dialog, file, name)
        }
        (_, Some(kind)) => Ok(Case {
            dialog,
            make: Box::new(|config| kind.make(config)),
        }),
        (_, None) => {
            super::native(&name)?;
            Err(Diagnostic::usage(format!(
                "there is no bot called `{name}`"
            )))
        }
    }
}

/// Returns the dialogs of a settings file's bot.
fn of_settings<'a>(file: &'a Loaded<Settings>, name: &str) -> Result<Vec<Case<'a>>> {
    let folder = file.path.as_deref().and_then(Path::parent);
    let folder = folder.unwrap_or_else(|| Path::new("")).join("dialogs");
    let mut paths = vec![folder.join(format!("{name}.toml"))];
    if let Ok(entries) = fs_err::read_dir(folder.join(name)) {
        paths.extend(entries.flatten().map(|entry| entry.path()));
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml") && path.exists());
    paths.sort();
    // That the bot is there is said before that it has no dialogs.
    super::subject::of_file(file, name)?;
    if paths.is_empty() {
        return Err(
            Diagnostic::failed(format!("the bot `{name}` has no dialogs")).hint(format!(
                "they belong into `{}`",
                folder.join(name).display()
            )),
        );
    }
    let cases = paths
        .iter()
        .map(|path| of_bot(Dialog::open(path)?, file, name.to_owned()));
    cases.collect()
}

/// Returns the case of a dialog of a settings file's bot. What the dialog does not set is as in the settings file.
fn of_bot(dialog: Dialog, file: &Loaded<Settings>, name: String) -> Result<Case<'_>> {
    let listen = super::subject::of_file(file, &name)?.listen;
    let own = dialog.has_config();
    let make = move |config: &Config| match (own, file.value.bot.get(&name)) {
        (true, Some(settings)) => {
            let kind = settings.get_ref().kind.as_ref();
            super::native(kind.map_or(name.as_str(), |kind| kind.get_ref()))?.make(config)
        }
        _ => Ok(super::subject::of_file(file, &name)?.bot),
    };
    Ok(Case {
        dialog: dialog.with_listen(listen),
        make: Box::new(make),
    })
}

fn show(report: &Report, ui: Ui) {
    let path = report.path.display();
    let about = report
        .about
        .as_deref()
        .map_or(String::new(), |about| format!("  {about}"));
    match &report.failure {
        None => ui.data(format!("{}  {path}{about}", paint(GOOD, "ok  "))),
        Some(failure) => {
            ui.data(format!("{}  {path}{about}", paint(BAD, "FAIL")));
            for line in failure.to_string().lines() {
                ui.data(format!("      {line}").trim_end());
            }
        }
    }
}

fn as_json(report: &Report) -> serde_json::Value {
    let failure = report.failure.as_ref();
    json!({
        "dialog": report.path.display().to_string(), "about": report.about, "passed": failure.is_none(),
        "steps": report.passed,
        "failure": failure.map(|failure| json!({"line": failure.line, "problems": failure.problems})),
    })
}
