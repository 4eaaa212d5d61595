use clap::Args;
use zulipkit_diag::Result;
use zulipkit_settings::Environment;

use super::account::AccountArgs;
use crate::doctor::{Check, examine, look_at_files, look_at_outbox, report};
use crate::server::Server;
use crate::ui::Ui;

/// Look at settings, connection, account and outbox, and say the mend for each fault
///
/// It ends with 0 if all is well, else with 3 for wrong settings, 4 for what the server refuses, 75 for a server that cannot
/// be reached. `zulipkit git doctor REPO` looks at a repository too.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// A channel that is to be written to; may be given several times
    #[arg(long = "channel", value_name = "NAME")]
    channels: Vec<String>,
    /// Print JSON: a list of checks
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: AccountArgs,
}

impl DoctorArgs {
    pub(crate) fn run(&self, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let mut checks = look_at_outbox(&environment, None);
        checks.extend(
            self.look_at_account(&environment)
                .unwrap_or_else(|error| vec![Check::bad(&error)]),
        );
        report(&checks, self.json, ui)
    }

    fn look_at_account(&self, environment: &Environment) -> Result<Vec<Check>> {
        let mut checks = look_at_files(&self.account.secret_files(environment)?);
        let credentials = self.account.credentials(environment)?;
        checks.extend(examine(&Server::new(credentials, "ZulipDoctor")?, &self.channels).checks);
        Ok(checks)
    }
}
