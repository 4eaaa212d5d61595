use clap::Args;
use zulipkit_diag::Result;
use zulipkit_integrations::git::{self, Repository, Settings};
use zulipkit_settings::{Environment, Loaded};

use super::Place;
use crate::doctor::{self, Check, Outcome};
use crate::queue;
use crate::server::{Server, explain};
use crate::ui::{GOOD, Ui, paint};

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
    let credentials = settings.value.zulip.credentials(settings.path.as_deref(), environment)?;
    let site = credentials.site.clone();
    let server = Server::new(credentials, "ZulipGit")?;
    let examined = doctor::examine(&server, &git::channels(&settings.value));
    for check in &examined.checks {
        check.show(ui);
    }
    doctor::require(&examined.checks)?;
    if let Some(limits) = examined.limits {
        queue::remember_limits(environment, &site, limits)?;
    }
    for outgoing in &messages {
        let place = outgoing.place();
        let sent = server
            .send(&outgoing.message())
            .map_err(|error| explain(&format!("cannot send the test message to {place}"), &error))?;
        Check {
            finding: format!("{} to {place}, message {}", paint(GOOD, "sent a test message"), sent.id),
            outcome: Outcome::Good,
            advice: Vec::new(),
            kind: None,
        }
        .show(ui);
    }
    Ok(())
}
