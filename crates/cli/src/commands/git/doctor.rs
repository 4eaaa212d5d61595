use clap::Args;
use zulipkit_diag::Result;
use zulipkit_integrations::git::install::{Finding, check};
use zulipkit_integrations::git::{self, Repository};
use zulipkit_settings::Environment;

use super::{Place, open_repository};
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
    pub(super) fn run(&self, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let repository = open_repository(&self.place.repository, &environment)?;
        let mut checks = look_at_hook(&repository, &environment);
        checks.extend(look_at_outbox(&environment));
        // What is wrong with the settings was found above, with the hook.
        checks.extend(self.look_at_account(&environment).unwrap_or_default());
        report(&checks, self.json, ui)
    }

    fn look_at_account(&self, environment: &Environment) -> Result<Vec<Check>> {
        let (repository, settings) = self.place.open(environment)?;
        let account = &settings.value.zulip;
        let mut checks =
            look_at_files(&account.secret_files(settings.path.as_deref(), environment)?);
        let server = Server::new(
            account.credentials(settings.path.as_deref(), environment)?,
            "ZulipGit",
        )?;
        let channels: Vec<String> = git::test_messages(&repository, &settings.value)
            .iter()
            .filter_map(super::test::channel)
            .collect();
        checks.extend(examine(&server, &channels).checks);
        Ok(checks)
    }
}

/// Looks at what lies in the repository.
pub(super) fn look_at_hook(repository: &Repository, environment: &Environment) -> Vec<Check> {
    let findings = check(repository, environment);
    let check = |finding: &Finding| match finding {
        Finding::Fine(words) => Check::good(words),
        Finding::Wrong(error) => Check::bad(error),
    };
    findings.iter().map(check).collect()
}
