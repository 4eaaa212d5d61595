use clap::Args;
use zulipkit_diag::Result;
use zulipkit_integrations::Integration;
use zulipkit_integrations::driver::AnyRepository;
use zulipkit_integrations::vcs::install::Finding;
use zulipkit_settings::Environment;

use super::Place;
use crate::doctor::{Check, examine, look_at_files, look_at_outbox, report};
use crate::server::Server;
use crate::ui::Ui;

/// Look at a repository's hook, its settings, the account and the outbox, and say the mend for each fault
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    place: Place,
    /// Print JSON: a list of checks
    #[arg(long)]
    json: bool,
}

impl DoctorArgs {
    pub(super) fn run(&self, integration: &Integration, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let repository = self.place.open(integration, &environment)?;
        let mut checks = look_at_hook(&*repository, &environment);
        checks.extend(look_at_outbox(&environment));
        // What is wrong with the settings was found above, with the hook.
        checks.extend(
            self.look_at_account(integration, &*repository, &environment)
                .unwrap_or_default(),
        );
        report(&checks, self.json, ui)
    }

    fn look_at_account(
        &self,
        integration: &Integration,
        repository: &dyn AnyRepository,
        environment: &Environment,
    ) -> Result<Vec<Check>> {
        let configured = self.place.configure(integration, repository, environment)?;
        let settings = configured.settings();
        let account = settings.tables.zulip;
        let mut checks = look_at_files(&account.secret_files(settings.path, environment)?);
        let server = Server::new(
            account.credentials(settings.path, environment)?,
            integration.agent,
        )?;
        let channels: Vec<String> = configured
            .test_messages(integration)
            .iter()
            .filter_map(super::test::channel)
            .collect();
        checks.extend(examine(&server, &channels).checks);
        Ok(checks)
    }
}

/// Looks at what lies in the repository.
pub(super) fn look_at_hook(
    repository: &dyn AnyRepository,
    environment: &Environment,
) -> Vec<Check> {
    let findings = repository.check(environment);
    let check = |finding: &Finding| match finding {
        Finding::Fine(words) => Check::good(words),
        Finding::Wrong(error) => Check::bad(error),
    };
    findings.iter().map(check).collect()
}
