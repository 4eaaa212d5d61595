use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zulipkit_bots::address::{Groups, Listen};
use zulipkit_bots::hosts::Parent;
use zulipkit_bots::runner::{Keeper, Order, Runner, RunnerSettings, Workshop};
use zulipkit_bots::storage::Storages;
use zulipkit_bots::{BotSettings, Journal, StorageKind};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::{Account, Environment, dirs, environment};

use crate::commands::stop_signal;
use crate::log::LogArgs;
use crate::server::platform;
use crate::ui::Ui;
use crate::{queue, service};

/// Connect Hubot with Zulip: what its adapter starts, and nobody else
///
/// It speaks JSON lines on standard input and output, and ends when its input does. The account is that of HUBOT_ZULIP_SITE,
/// HUBOT_ZULIP_BOT and HUBOT_ZULIP_API_KEY, or of a zuliprc file.
#[derive(Debug, Args)]
pub(crate) struct HubotArgs {
    /// The bot's zuliprc file
    #[arg(long, value_name = "FILE")]
    zuliprc: Option<PathBuf>,
    #[command(flatten)]
    log: LogArgs,
}

/// The variables of the adapter, under whose names zulipkit reads them.
const NAMES: &[(&str, &str)] = &[
    (environment::ZULIP_SITE, environment::HUBOT_ZULIP_SITE),
    (environment::ZULIP_EMAIL, environment::HUBOT_ZULIP_BOT),
    (environment::ZULIP_API_KEY, environment::HUBOT_ZULIP_API_KEY),
];

/// How long the end waits for what is being handled: what is left then is handled after the next start.
const GRACE: Duration = Duration::from_secs(3);

impl HubotArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        self.log.start(ui.is_quiet());
        zulipkit_api::install_crypto_provider();
        let environment = named(Environment::of_process(), self.zuliprc.is_some())?;
        let account = Account {
            zuliprc: self.zuliprc,
            ..Account::default()
        };
        let gone = CancellationToken::new();
        let bot = Parent::new(
            "hubot",
            &["subscription", "update_message", "realm_user"],
            gone.clone(),
        );
        let platform = platform();
        let dir = dirs::state(&environment)?;
        let storages = Storages::new(&dir);
        let workshop = Workshop {
            kinds: &[],
            environment: &environment,
            version: env!("CARGO_PKG_VERSION"),
            platform: &platform,
            storages: &storages,
        };
        let settings = BotSettings {
            listen: listen(&environment),
            // Hubot has a brain of its own.
            storage: StorageKind::Memory,
            ..BotSettings::default()
        };
        let bot = workshop.given("hubot", Arc::new(bot), &account, &settings)?;
        let keeper = Keeper::new(&dir, Box::new(|dir: &Path| queue::wake_deliverer(dir)));
        let settings = RunnerSettings {
            grace: GRACE,
            ..RunnerSettings::default()
        };
        // Where Hubot was killed and started again, the former program may be about to end.
        let runner = Runner::new(settings, Journal::open(&dir)?, Some(keeper)).patient();
        service::block_on(async {
            let (orders, received) = mpsc::channel(1);
            let run = runner.run(vec![bot], received);
            let stop = async {
                tokio::select! {
                    () = stop_signal() => {}
                    () = gone.cancelled() => {}
                }
                let _ = orders.send(Order::Stop).await;
                // The runner says when it has ended.
                std::future::pending::<()>().await;
            };
            tokio::select! {
                outcome = run => outcome,
                () = stop => Ok(()),
            }
        })
    }
}

/// Returns the environment with the adapter's variables in it. They are taken as a whole, so that one that was forgotten does
/// not make the robot speak as somebody else.
fn named(environment: Environment, by_file: bool) -> Result<Environment> {
    let is_set = |name: &str| environment.get(name).is_some();
    let missing: Vec<_> = NAMES
        .iter()
        .map(|(_, hubot)| *hubot)
        .filter(|name| !is_set(name))
        .collect();
    let usual = missing.len() == NAMES.len() && NAMES.iter().all(|(usual, _)| is_set(usual));
    if missing.is_empty() {
        return Ok(environment.with_other_names(NAMES));
    }
    if by_file || usual || is_set(environment::ZULIP_CONFIG) {
        return Ok(environment);
    }
    Err(Diagnostic::settings("cannot tell who the robot is")
        .cause(format!("{} not set", missing.join(", ")))
        .hint("set all of HUBOT_ZULIP_SITE, HUBOT_ZULIP_BOT and HUBOT_ZULIP_API_KEY, or ZULIP_CONFIG to the bot's zuliprc file"))
}

/// A robot hears everything; whether it is meant is for its scripts to say.
fn listen(environment: &Environment) -> Listen {
    let only_subscribed = environment.get(environment::HUBOT_ZULIP_ONLY_SUBSCRIBED_STREAMS);
    Listen {
        groups: Groups::Always,
        channels: vec!["*".to_owned()],
        public_channels: only_subscribed.is_none(),
        edits: true,
        reactions: true,
        ..Listen::default()
    }
}
