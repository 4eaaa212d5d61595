//! `zulipkit bot`: one file for each of its actions.

mod base;
mod docs;
mod list;
mod new;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod shell;
pub(crate) mod subject;
mod test;

use clap::{Args, Subcommand};
use zulipkit_catalog::find;
use zulipkit_diag::{Diagnostic, Result, did_you_mean};

use crate::ui::Ui;

/// Run, try and write bots that people talk to in Zulip
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BotArgs {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit bot run                    run the bots of a settings file
  zulipkit bot serve                  serve them to outgoing webhooks
  zulipkit bot shell helloworld       talk to one in the terminal, without a server
  zulipkit bot test                   run the dialogs that show what they answer
  zulipkit bot new weather            begin a bot of your own
  zulipkit bot list                   which bots there are
  zulipkit bot docs helloworld        what one of them does, and its settings";

#[derive(Debug, Subcommand)]
enum Action {
    Run(run::RunArgs),
    Serve(serve::ServeArgs),
    Shell(shell::ShellArgs),
    Test(test::TestArgs),
    New(new::NewArgs),
    List(list::ListArgs),
    Docs(docs::DocsArgs),
}

impl BotArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        match self.action {
            Action::Run(arguments) => arguments.run(ui),
            Action::Serve(arguments) => arguments.run(ui),
            Action::Shell(arguments) => arguments.run(ui),
            Action::Test(arguments) => arguments.run(ui),
            Action::New(arguments) => arguments.run(ui),
            Action::List(arguments) => arguments.run(ui),
            Action::Docs(arguments) => arguments.run(ui),
        }
    }
}

/// Returns the native bot of this name.
pub(crate) fn native(name: &str) -> Result<&'static zulipkit_bots::Kind> {
    find(name).ok_or_else(|| {
        let names = zulipkit_catalog::all().iter().map(|kind| kind.name);
        let unknown = Diagnostic::usage(format!("there is no bot called `{name}`"));
        match did_you_mean(name, names).as_str() {
            "" => unknown,
            nearest => unknown.hint(nearest),
        }
        .hint("`zulipkit bot list` shows them")
    })
}
