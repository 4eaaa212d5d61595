use std::io::{IsTerminal as _, Read as _};

use clap::Args;
use serde_json::{Value, json};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::{Integration, Message};
use zulipkit_notify::Limits;
use zulipkit_settings::Environment;

use super::Place;
use crate::ui::{BOLD, DIM, Ui, paint};

/// Print what would be sent, and where, sending nothing
#[derive(Debug, Args)]
pub(super) struct PreviewArgs {
    #[command(flatten)]
    place: Place,
    /// Print JSON: one object with messages, events and what is skipped
    #[arg(long)]
    json: bool,
}

impl PreviewArgs {
    pub(super) fn run(&self, integration: &Integration, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let instance = self.place.open(integration, &environment)?;
        let configured = self
            .place
            .configure(integration, &*instance, &environment)?;
        let call = instance.example(given()?)?;
        let now = jiff::Timestamp::now();
        let prepared = integration.prepare(&*configured, &call, Limits::default(), now)?;
        for warning in &prepared.warnings {
            ui.warning(warning);
        }
        if self.json {
            let messages: Vec<Value> = prepared.messages.iter().map(as_json).collect();
            ui.json(&json!({"messages": messages, "skipped": prepared.skipped}));
            return Ok(());
        }
        for message in &prepared.messages {
            show(message, ui);
        }
        for skipped in &prepared.skipped {
            ui.data(paint(
                DIM,
                format!("{skipped}: not sent, as the settings say"),
            ));
        }
        if prepared.messages.is_empty() && prepared.skipped.is_empty() {
            ui.say("nothing to tell");
        }
        Ok(())
    }
}

/// Returns what stands on standard input; nothing if that is a terminal or empty.
fn given() -> Result<Option<Vec<u8>>> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let mut input = Vec::new();
    stdin
        .read_to_end(&mut input)
        .map_err(|cause| Diagnostic::failed("cannot read standard input").source(&cause))?;
    Ok(Some(input).filter(|input| !input.is_empty()))
}

fn show(message: &Message, ui: Ui) {
    ui.data(paint(BOLD, message.outgoing.place()));
    for line in message.outgoing.content.lines() {
        ui.data(format!("  {line}"));
    }
    ui.data("");
}

fn as_json(message: &Message) -> Value {
    let (endpoint, body) = message.outgoing.to_row_parts();
    json!({"event": message.event, "endpoint": endpoint, "body": body})
}
