mod list;
mod run;
mod show;

use clap::{Args, Subcommand};
use zulipkit_diag::Result;
use zulipkit_outbox::RowId;
use zulipkit_settings::Environment;

use crate::queue;
use crate::ui::Ui;

/// See and steer what is on its way to Zulip
///
/// What a hook accepts is kept here until Zulip has it. Each Unix user has an outbox of their own.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OutboxArgs {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit outbox list                what waits, and why
  zulipkit outbox show 12             one message with its text
  zulipkit outbox flush               try everything now, and wait for it
  zulipkit outbox retry 12 13         also what was given up
  zulipkit outbox run                 deliver for ever, as a service";

#[derive(Debug, Subcommand)]
enum Action {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Flush(run::FlushArgs),
    /// Try messages again, also those that are held or given up
    Retry(Ids),
    /// Remove messages for good
    Drop(Ids),
    Run(run::RunArgs),
    /// Deliver in the background: what a hook starts
    #[command(hide = true)]
    Deliver,
}

#[derive(Debug, Args)]
struct Ids {
    /// The messages' numbers, as `zulipkit outbox list` shows them
    #[arg(required = true, value_name = "ID")]
    ids: Vec<RowId>,
}

impl OutboxArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        match self.action {
            Action::List(arguments) => arguments.run(&environment, ui),
            Action::Show(arguments) => arguments.run(&environment, ui),
            Action::Flush(arguments) => arguments.run(&environment, ui),
            Action::Retry(Ids { ids }) => {
                let mut outbox = queue::open(&environment)?;
                outbox.retry(&ids)?;
                queue::wake_deliverer(outbox.dir())?;
                ui.say(format!("{} will be tried now", counted(ids.len())));
                Ok(())
            }
            Action::Drop(Ids { ids }) => {
                queue::open(&environment)?.drop(&ids)?;
                ui.say(format!("dropped {}", counted(ids.len())));
                Ok(())
            }
            Action::Run(arguments) => arguments.run(&environment, ui),
            Action::Deliver => run::in_the_background(&environment),
        }
    }
}

fn counted(count: usize) -> String {
    if count == 1 {
        "1 message".to_owned()
    } else {
        format!("{count} messages")
    }
}
