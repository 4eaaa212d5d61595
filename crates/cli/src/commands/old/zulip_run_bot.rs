use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;
use zulipkit_bots::{Config, Kind};
use zulipkit_catalog::find;
use zulipkit_settings::{Account, Environment};

use crate::commands::bot::run::{What, run as run_bot};
use crate::log::LogArgs;
use crate::settings::absolute;
use crate::ui::Ui;

const NAME: &str = "zulip-run-bot";

/// What was said to somebody who gave no account.
const NO_ACCOUNT: &str = "
You may need to download a config file from the Zulip app, or
if you have already done that, you need to specify the file
location correctly on the command line.

If you don't want to use a config file, you must set
these env vars: ZULIP_EMAIL, ZULIP_API_KEY, ZULIP_SITE.
";

/// Runs a bot that comes with zulipkit
#[derive(Debug, Parser)]
#[command(name = NAME, infer_long_args = true)]
struct ZulipRunBot {
    /// The bot's name
    bot: String,
    /// Turn off logging output
    #[arg(long, short)]
    quiet: bool,
    /// A zuliprc file
    #[arg(long, short, value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// A file with the bot's own settings
    #[arg(long, short, value_name = "FILE")]
    bot_config_file: Option<PathBuf>,
    /// Run a bot of Python's plugin registry
    #[arg(long, short)]
    registry: bool,
    /// Install the bot's requirements first; those that come with zulipkit have none
    #[arg(long)]
    provision: bool,
    /// Carry on when installing requirements fails
    #[arg(long)]
    force: bool,
}

/// Returns the exit code: 0 ended by a signal, 1 cannot run, 2 wrong use.
pub(super) fn run(arguments: &[OsString]) -> u8 {
    match super::parse::<ZulipRunBot>(NAME, arguments) {
        Ok(call) => {
            let ui = Ui::new(call.quiet);
            match call.run(ui) {
                Ok(()) => 0,
                Err(words) => {
                    ui.data(words);
                    1
                }
            }
        }
        Err(code) => code,
    }
}

impl ZulipRunBot {
    fn run(&self, ui: Ui) -> Result<(), String> {
        let kind = self.kind()?;
        let environment = Environment::of_process();
        let account = self.account(&environment)?;
        let config = self.config(kind)?;
        let words = |error: zulipkit_diag::Diagnostic| format!("ERROR: {}", error.one_line());
        if !self.quiet {
            let usage = kind.make(&config).map_err(words)?.usage();
            ui.data(format!("Running {} Bot (from source):", usage.name));
            ui.data(format!("\n\t{}\n{}\n", kind.about, usage.text));
        }
        LogArgs::default().start(self.quiet);
        let what = What::Native {
            kind,
            account,
            config: Box::new(config),
        };
        run_bot(&what, &environment, ui).map_err(words)
    }

    fn kind(&self) -> Result<&'static Kind, String> {
        if self.registry || Path::new(&self.bot).exists() {
            return Err(format!(
                "ERROR: `{}` is a bot in Python, which this program does not run; `zulipkit bot list` shows those that it does. \
                 Exiting now.",
                self.bot
            ));
        }
        let unknown = "ERROR: Could not load bot module. Exiting now.";
        find(&self.bot).ok_or_else(|| unknown.to_owned())
    }

    /// Other than the old program this one also takes the file of `$ZULIP_CONFIG` and `~/.zuliprc`, as all others do.
    fn account(&self, environment: &Environment) -> Result<Account, String> {
        if let Some(path) = self.config_file.as_ref().filter(|path| !path.exists()) {
            return Err(format!(
                "\n\nERROR: {} does not exist.\n{NO_ACCOUNT}",
                path.display()
            ));
        }
        let account = Account {
            zuliprc: self.config_file.as_deref().map(absolute),
            ..Account::default()
        };
        match account.identify(None, environment) {
            Err(_) if self.config_file.is_none() => Err(format!(
                "\n\nERROR: You did not supply a Zulip config file.\n{NO_ACCOUNT}"
            )),
            // What is wrong with the file is said without showing it, since a key is in it.
            Err(error) => Err(format!("ERROR: {}", error.one_line())),
            Ok(_) => Ok(account),
        }
    }

    fn config(&self, kind: &Kind) -> Result<Config, String> {
        let Some(path) = &self.bot_config_file else {
            return Ok(Config::none());
        };
        if !path.exists() {
            return Err(format!(
                "ERROR: {} does not exist.\n\nYou probably just specified the wrong file location here.",
                path.display()
            ));
        }
        let read = zulipkit_settings::file::read_trusted(path)
            .and_then(|text| Config::in_ini(path, &text, kind.name));
        read.map_err(|error| format!("ERROR: {}", error.one_line()))
    }
}
