use clap::Args;
use zulipkit_diag::Result;
use zulipkit_integrations::Integration;
use zulipkit_integrations::driver::AnyInstance;
use zulipkit_integrations::install::Finding;
use zulipkit_settings::Environment;

use super::Place;
use crate::doctor::{Check, examine, look_at_files, look_at_outbox, report};
use crate::server::Server;
use crate::ui::Ui;

/// Look at what is installed, the settings, the account and the outbox, and say the mend for each fault
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
        let instance = self.place.open(integration, &environment)?;
        let mut checks = look_at_hook(&*instance, &environment);
        checks.extend(look_at_outbox(&environment, Some(integration)));
        // What is wrong with the settings was found above, with the hook.
        checks.extend(
            self.look_at_account(integration, &*instance, &environment)
                .unwrap_or_default(),
        );
        report(&checks, self.json, ui)
    }

    fn look_at_account(
        &self,
        integration: &Integration,
        instance: &dyn AnyInstance,
        environment: &Environment,
    ) -> Result<Vec<Check>> {
        let configured = self.place.configure(integration, instance, environment)?;
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

/// Looks at what `install` put in place.
pub(super) fn look_at_hook(instance: &dyn AnyInstance, environment: &Environment) -> Vec<Check> {
    let findings = instance.check(environment);
    let check = |finding: &Finding| match finding {
        Finding::Fine(words) => Check::good(words),
        Finding::Wrong(error) => Check::bad(error),
    };
    findings.iter().map(check).collect()
}
