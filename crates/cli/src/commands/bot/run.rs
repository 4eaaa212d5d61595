use std::path::{Path, PathBuf};

use clap::Args;
use sd_notify::NotifyState;
use tokio::sync::mpsc;
use zulipkit_bots::runner::{Order, RunBot, Runner, RunnerSettings, Workshop};
use zulipkit_bots::{Config, Kind, Settings};
use zulipkit_catalog::find;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::{Account, Environment, dirs};

use super::base::{Base, log_reload, told};
use crate::commands::stop_signal;
use crate::log::LogArgs;
use crate::service;
use crate::settings::absolute;
use crate::ui::Ui;

/// Run bots: all of a settings file, one of them, or one that comes with zulipkit as it is
///
/// Each message is answered once, also across restarts and crashes: what came while nothing ran is caught up with. It ends with
/// Ctrl-C or SIGTERM when what is under way is finished; SIGHUP has it read its settings again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunArgs {
    /// Run this one alone: a bot of the settings file, or one that comes with zulipkit
    bot: Option<String>,
    /// Read this settings file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["zuliprc", "bot_config"])]
    config: Option<PathBuf>,
    /// The bot's zuliprc file; no settings file is read then
    #[arg(long, value_name = "FILE", requires = "bot")]
    zuliprc: Option<PathBuf>,
    /// A file with the bot's own settings: TOML, or as `zulip-run-bot` took it; no other settings file is read then
    #[arg(long, value_name = "FILE", requires = "bot")]
    bot_config: Option<PathBuf>,
    #[command(flatten)]
    log: LogArgs,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit bot run helloworld --zuliprc ~/zuliprc      one bot, without a settings file
  zulipkit bot run --config /etc/zulipkit/bots.toml    all bots of a settings file
  zulipkit bot run todo                                that one of `~/.config/zulipkit/bots.toml`";

/// What is to run, and how it can be read again.
pub(crate) enum What {
    /// The bots of a settings file, or one of them.
    File { path: PathBuf, only: Option<String> },
    /// One native bot.
    Native {
        kind: &'static Kind,
        account: Account,
        config: Box<Config>,
    },
}

impl RunArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        self.log.start(ui.is_quiet());
        let environment = Environment::of_process();
        run(&self.what(&environment)?, &environment, ui)
    }

    fn what(&self, environment: &Environment) -> Result<What> {
        let alone = self.zuliprc.is_some() || self.bot_config.is_some();
        let file = match alone {
            true => None,
            false => dirs::settings_file(environment, "bots", self.config.as_deref(), &[]),
        };
        match (file, &self.bot) {
            // A file that nobody asked for does not stand in the way of a bot that it does not know.
            (Some(path), Some(bot))
                if self.config.is_none() && find(bot).is_some() && !names(&path, bot) =>
            {
                self.native(bot)
            }
            (Some(path), only) => Ok(What::File {
                path: absolute(&path),
                only: only.clone(),
            }),
            (None, Some(bot)) => self.native(bot),
            (None, None) => {
                let places = dirs::settings_places(environment, "bots", &[]);
                let places: Vec<_> = places
                    .iter()
                    .map(|path| format!("`{}`", path.display()))
                    .collect();
                Err(Diagnostic::settings("cannot find the settings of the bots")
                    .cause(format!("there is none of {}", places.join(", ")))
                    .hint("name one with `--config FILE`, or a bot: `zulipkit bot run helloworld --zuliprc FILE`"))
            }
        }
    }

    fn native(&self, bot: &str) -> Result<What> {
        let account = Account {
            zuliprc: self.zuliprc.as_deref().map(absolute),
            ..Account::default()
        };
        let kind = super::native(bot)?;
        let config = match &self.bot_config {
            Some(path) => {
                let text = zulipkit_settings::file::read_trusted(path)?;
                match path.extension() {
                    Some(ending) if ending == "toml" => Config::in_file(path, &text, &[]),
                    _ => Config::in_ini(path, &text, kind.name)?,
                }
            }
            None => Config::none(),
        };
        Ok(What::Native {
            kind,
            account,
            config: Box::new(config),
        })
    }
}

impl What {
    /// Reads the settings, and makes the bots of them.
    fn read(
        &self,
        workshop: &Workshop<'_>,
    ) -> Result<(RunnerSettings, Vec<RunBot>), Vec<Diagnostic>> {
        let one = |error| vec![error];
        match self {
            Self::File { path, only } => {
                let file = Settings::read(path).map_err(one)?;
                let bots = workshop.bots(&file, only.as_deref())?;
                Ok((file.value.runner, bots))
            }
            Self::Native {
                kind,
                account,
                config,
            } => {
                let bot = workshop.native(kind, account, config).map_err(one)?;
                Ok((RunnerSettings::default(), vec![bot]))
            }
        }
    }
}

/// Runs bots until the program is asked to end.
pub(crate) fn run(what: &What, environment: &Environment, ui: Ui) -> Result<()> {
    let base = Base::open(environment)?;
    let workshop = base.workshop();
    let (settings, bots) = what.read(&workshop).map_err(|errors| told(ui, errors))?;
    service::block_on(async {
        let runner = Runner::new(settings, base.journal.clone(), Some(base.keeper.clone()));
        let (orders, received) = mpsc::channel(1);
        let (connected, count) = (runner.connected(), bots.len());
        let watchdog =
            service::watchdog(move || format!("{} of {count} bots connected", connected.count()));
        let run = runner.run(bots, received);
        service::tell(&[NotifyState::Ready]);
        tokio::select! {
            outcome = run => outcome,
            () = watchdog => Ok(()),
            ended = obey(what, &workshop, &orders) => ended,
        }
    })
}

/// Passes signals on to the runner.
async fn obey(what: &What, workshop: &Workshop<'_>, orders: &mpsc::Sender<Order>) -> Result<()> {
    let mut reload = service::reloads()?;
    loop {
        tokio::select! {
            () = stop_signal() => break,
            () = reload() => {}
        }
        service::tell_reloading();
        let replaced = match what.read(workshop) {
            Ok((_, bots)) => {
                let _ = orders.send(Order::Replace(bots)).await;
                Ok(())
            }
            Err(errors) => Err(errors),
        };
        log_reload(replaced);
        service::tell(&[NotifyState::Ready]);
    }
    service::tell(&[NotifyState::Stopping]);
    let _ = orders.send(Order::Stop).await;
    // The runner says when it has ended.
    std::future::pending().await
}

/// Tells whether a settings file has a bot of this name, as far as it can be read.
fn names(path: &Path, bot: &str) -> bool {
    Settings::read(path).map_or(true, |file| file.value.bot.contains_key(bot))
}
