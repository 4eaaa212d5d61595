use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

use crate::commands::bot::shell::{End, ShellArgs};
use crate::commands::bot::subject::SubjectArgs;
use crate::ui::Ui;

const NAME: &str = "zulip-bot-shell";

/// Talks to a bot in the terminal, without a server
#[derive(Debug, Parser)]
#[command(name = NAME, infer_long_args = true)]
struct ZulipBotShell {
    /// The name of a bot
    bot: String,
    /// Configuration file for the bot
    #[arg(long, short = 'b', value_name = "FILE")]
    bot_config_file: Option<PathBuf>,
}

/// Returns the exit code: 0 at the end of the input, 1 if something is wrong or Ctrl-C was pressed, 2 for wrong use.
pub(super) fn run(arguments: &[OsString]) -> u8 {
    let call = match super::parse::<ZulipBotShell>(NAME, arguments) {
        Ok(call) => call,
        Err(code) => return code,
    };
    let ui = Ui::new(false);
    let shell = ShellArgs {
        subject: SubjectArgs {
            bot: call.bot,
            config: None,
            bot_config: call.bot_config_file,
        },
        file: None,
    };
    match shell.talk(ui) {
        Ok(End::Done) => 0,
        Ok(End::Interrupted) => {
            ui.data("\n\nOk, if you're happy with your terminal-based testing, try it out with a Zulip server.");
            ui.data("`zulipkit bot run` runs it there.");
            1
        }
        Err(error) => {
            ui.error(&error);
            1
        }
    }
}
