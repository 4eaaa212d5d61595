use clap::Args;
use zulipkit_api::messages::{ChannelRef, To};
use zulipkit_diag::Result;
use zulipkit_integrations::git::{self, Repository, Settings};
use zulipkit_notify::Outgoing;
use zulipkit_settings::{Environment, Loaded};

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
    pub(super) fn run(&self, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let (repository, settings) = self.place.open(&environment)?;
        send(&repository, &settings, &environment, ui)
    }
}

/// Checks the account, remembers the server's limits, and sends the test messages, waiting for the server's answers.
pub(super) fn send(
    repository: &Repository,
    settings: &Loaded<Settings>,
    environment: &Environment,
    ui: Ui,
) -> Result<()> {
    let messages = git::test_messages(repository, &settings.value);
    let secrets = settings
        .value
        .zulip
        .secret_files(settings.path.as_deref(), environment)?;
    for check in look_at_files(&secrets) {
        check.show(ui);
    }
    let credentials = settings
        .value
        .zulip
        .credentials(settings.path.as_deref(), environment)?;
    let site = credentials.site.clone();
    let server = Server::new(credentials, "ZulipGit")?;
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
