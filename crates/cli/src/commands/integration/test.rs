use clap::Args;
use zulipkit_api::messages::{ChannelRef, To};
use zulipkit_diag::Result;
use zulipkit_integrations::Integration;
use zulipkit_integrations::driver::Configured;
use zulipkit_notify::Outgoing;
use zulipkit_settings::Environment;

use super::Place;
use crate::doctor::{self, Check, look_at_files};
use crate::queue;
use crate::server::{Server, explain};
use crate::ui::Ui;

/// Look at the account and its channels, and send one clearly marked test message to each channel
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    #[command(flatten)]
    place: Place,
}

impl TestArgs {
    pub(super) fn run(&self, integration: &Integration, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let instance = self.place.open(integration, &environment)?;
        let configured = self
            .place
            .configure(integration, &*instance, &environment)?;
        send(integration, &*configured, &environment, ui)
    }
}

/// Checks the account, remembers the server's limits, and sends the test messages, waiting for the server's answers.
pub(super) fn send(
    integration: &Integration,
    configured: &dyn Configured,
    environment: &Environment,
    ui: Ui,
) -> Result<()> {
    let messages = configured.test_messages(integration);
    let settings = configured.settings();
    let account = settings.tables.zulip;
    let secrets = account.secret_files(settings.path, environment)?;
    for check in look_at_files(&secrets) {
        check.show(ui);
    }
    let credentials = account.credentials(settings.path, environment)?;
    let site = credentials.site.clone();
    let server = Server::new(credentials, integration.agent)?;
    let channels: Vec<String> = messages.iter().filter_map(channel).collect();
    let examined = doctor::examine(&server, &channels);
    for check in &examined.checks {
        check.show(ui);
    }
    doctor::require(&examined.checks)?;
    // What is learned here serves the hooks, which never ask, and the deliverer.
    let mut outbox = queue::open(environment)?;
    if let Some(limits) = examined.limits {
        outbox.set_limits(&site, limits)?;
    }
    for outgoing in &messages {
        let place = outgoing.place();
        let sent = server.send(&outgoing.message()).map_err(|error| {
            explain(&format!("cannot send the test message to {place}"), &error)
        })?;
        outbox.saw_message(&site, sent.id.0.cast_signed())?;
        Check::good(format!(
            "sent a test message to {place}: message {}",
            sent.id
        ))
        .show(ui);
    }
    Ok(())
}

/// Returns the name of the channel that a message goes to, if it goes to a channel by name.
pub(super) fn channel(outgoing: &Outgoing) -> Option<String> {
    match &outgoing.to {
        To::Channel {
            channel: ChannelRef::Name(name),
            ..
        } => Some(name.clone()),
        _ => None,
    }
}
