//! The `zulipkit` program: arguments in, exit codes out, and everything that is printed. What it does is in the other
//! crates.

mod commands;
mod doctor;
mod hook;
mod log;
mod missed;
mod queue;
mod server;
mod service;
mod settings;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use zulipkit_diag::{Diagnostic, Kind};

use commands::Command;
use ui::Ui;

/// Every way into Zulip that is not an incoming webhook
///
/// A product calls zulipkit, zulipkit tells Zulip: what a push has to say is kept in an outbox on the disk and delivered in
/// the background, so that nobody waits for the chat server and nothing is lost.
#[derive(Debug, Parser)]
#[command(name = "zulipkit", version, after_help = EXAMPLES)]
struct Cli {
    /// Print errors and data alone
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit demo                       see it work, with a simulated server
  zulipkit git install REPO           set up a Git repository
  zulipkit outbox list                see what waits

Exit codes: 0 done, 1 failed, 2 wrong use, 3 wrong settings, 4 refused by the server, 75 try again later";

/// Returns the tree of all commands, from which help, manual and completions are made.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program with its arguments, the first of which is the name that it was called by.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    // A product waits for its hook, so that is looked for first, and spared the tree of commands.
    if let Some(call) = hook::recognise(&arguments) {
        return hook::run(call);
    }
    if let Some(code) = commands::old::run(&arguments) {
        return code;
    }
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come as errors too; a reader that has gone away is none.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                Kind::Usage.exit_code()
            } else {
                0
            });
        }
    };
    let ui = Ui::new(cli.quiet);
    match cli.command.run(ui) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(ui, &error),
    }
}

fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

fn fail(ui: Ui, error: &Diagnostic) -> ExitCode {
    ui.error(error);
    ExitCode::from(error.kind.exit_code())
}
