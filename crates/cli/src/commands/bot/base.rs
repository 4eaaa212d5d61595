use std::path::Path;

use zulipkit_api::Platform;
use zulipkit_bots::Journal;
use zulipkit_bots::runner::{Keeper, Workshop};
use zulipkit_bots::storage::Storages;
use zulipkit_catalog::all;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::{Environment, dirs};

use crate::server::platform;
use crate::ui::Ui;
use crate::{queue, service};

/// What bots need that run for long: this user's state, and what makes bots of settings.
pub(super) struct Base<'a> {
    pub(super) journal: Journal,
    pub(super) keeper: Keeper,
    environment: &'a Environment,
    storages: Storages,
    platform: Platform,
}

impl<'a> Base<'a> {
    /// Opens the state, and readies the process for many connections.
    pub(super) fn open(environment: &'a Environment) -> Result<Self> {
        zulipkit_api::install_crypto_provider();
        service::allow_many_connections();
        let dir = dirs::state(environment)?;
        Ok(Self {
            journal: Journal::open(&dir)?,
            keeper: Keeper::new(&dir, Box::new(|dir: &Path| queue::wake_deliverer(dir))),
            environment,
            storages: Storages::new(&dir),
            platform: platform(),
        })
    }

    pub(super) fn workshop(&self) -> Workshop<'_> {
        Workshop {
            kinds: all(),
            environment: self.environment,
            version: env!("CARGO_PKG_VERSION"),
            platform: &self.platform,
            storages: &self.storages,
        }
    }
}

/// Shows all errors but the last, which ends the program.
pub(super) fn told(ui: Ui, mut errors: Vec<Diagnostic>) -> Diagnostic {
    let last = errors.pop();
    for error in &errors {
        ui.error(error);
    }
    last.expect("there is an error if something is wrong")
}

/// Logs whether the settings could be read again.
pub(super) fn log_reload(outcome: Result<(), Vec<Diagnostic>>) {
    match outcome {
        Ok(()) => tracing::info!("the settings are read again"),
        Err(errors) => {
            for error in errors {
                tracing::error!("the old settings stay: {}", error.one_line());
            }
        }
    }
}
