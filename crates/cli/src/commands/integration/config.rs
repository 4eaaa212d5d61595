use clap::Args;
use serde_json::json;
use zulipkit_diag::Result;
use zulipkit_integrations::Integration;
use zulipkit_notify::Limits;
use zulipkit_settings::{Entry, Environment};

use super::Place;
use crate::ui::{BOLD, DIM, Ui, paint};

/// Print the effective settings and where each value comes from
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(flatten)]
    place: Place,
    /// Print the annotated default settings, a file to start from
    #[arg(long, conflicts_with_all = ["json"])]
    defaults: bool,
    /// Print JSON: the file and its values
    #[arg(long)]
    json: bool,
}

impl ConfigArgs {
    pub(super) fn run(&self, integration: &Integration, ui: Ui) -> Result<()> {
        if self.defaults {
            ui.raw(integration.defaults);
            return Ok(());
        }
        let environment = Environment::of_process();
        let instance = self.place.open(integration, &environment)?;
        let configured = self
            .place
            .configure(integration, &*instance, &environment)?;
        let settings = configured.settings();
        let problems = integration.rules(settings, Limits::default())?.check();
        if self.json {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            ui.json(
                &json!({"file": settings.path, "values": settings.entries, "problems": problems}),
            );
            return Ok(());
        }
        if let Some(path) = settings.path {
            ui.data(paint(DIM, format!("# {}", path.display())));
        }
        for entry in settings.entries {
            ui.data(line(entry));
        }
        match problems.into_iter().reduce(|first, next| {
            ui.error(&first);
            next
        }) {
            Some(last) => Err(last),
            None => Ok(()),
        }
    }
}

fn line(entry: &Entry) -> String {
    let origin = match entry.line {
        Some(line) => format!("# line {line}"),
        None => "# default".to_owned(),
    };
    let value = format!("{} = {}", entry.key, entry.value);
    let value = if entry.line.is_some() {
        paint(BOLD, value)
    } else {
        value
    };
    format!("{value}  {}", paint(DIM, origin))
}
