use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_outbox::{RowId, Shown};
use zulipkit_settings::Environment;

use crate::queue;
use crate::ui::{BOLD, DIM, Ui, paint};

/// Show one message with its text and all that happened to it
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The message's number, as `zulipkit outbox list` shows it
    #[arg(value_name = "ID")]
    id: RowId,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ShowArgs {
    pub(super) fn run(&self, environment: &Environment, ui: Ui) -> Result<()> {
        let Some(outbox) = queue::look(environment)? else {
            return Err(Diagnostic::usage(format!(
                "there is no message {} in the outbox",
                self.id
            )));
        };
        let shown = outbox.show(self.id)?;
        if self.json {
            ui.json(&shown);
        } else {
            show(&shown, ui);
        }
        Ok(())
    }
}

fn show(shown: &Shown, ui: Ui) {
    let row = &shown.row;
    let line = |name: &str, value: &str| {
        ui.data(format!("{:<12}{value}", paint(DIM, format!("{name:<12}"))));
    };
    ui.data(paint(
        BOLD,
        format!("Message {}: {}", row.id, row.standing.as_str()),
    ));
    line("to", &row.destination);
    line("at", &format!("{} as {}", row.site, row.email));
    line("settings", &row.settings);
    line("happened", &time(row.happened_ms));
    line("accepted", &time(row.accepted_ms));
    line("failed", &format!("{} times", row.failures));
    let details = [
        ("why", row.reason.clone()),
        ("mend", row.mend.clone()),
        ("note", row.note.clone()),
        ("next try", row.due_ms.map(time)),
        ("message id", row.message_id.map(|id| id.to_string())),
        ("waits for", shown.after.map(|id| format!("message {id}"))),
    ];
    for (name, value) in details {
        if let Some(value) = value {
            line(name, &value);
        }
    }
    for file in &shown.files {
        line("file", &format!("{}, {} bytes", file.name, file.bytes));
    }
    line("request", &row.endpoint);
    let body = shown.sent.as_ref().unwrap_or(&shown.body);
    for (name, value) in body.iter().filter(|(name, _)| *name != "content") {
        line(
            &format!("  {name}"),
            &value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        );
    }
    if let Some(content) = body.get("content").and_then(Value::as_str) {
        ui.data("");
        ui.data(content);
    }
}

/// Returns a time in this machine's zone.
fn time(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map_or_else(
        |_| milliseconds.to_string(),
        |time| {
            time.to_zoned_datetime(TimeZone::system())
                .strftime("%Y-%m-%d %H:%M:%S %Z")
                .to_string()
        },
    )
}
