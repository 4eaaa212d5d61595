use std::time::Duration;

use clap::Args;
use zulipkit_diag::{Diagnostic, Kind, Result};
use zulipkit_outbox::{End, Patience, Status, detach};
use zulipkit_settings::{Environment, dirs};

use super::counted;
use crate::commands::stop_signal;
use crate::queue;
use crate::server::runtime;
use crate::ui::Ui;

/// How long `--once` and `flush` try, so that a timer's runs do not overlap.
const ONCE: Duration = Duration::from_secs(60);

/// Deliver for ever, as a service
///
/// It delivers what there is and what comes, until it is asked to end; then it finishes what is under way.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Deliver what is due and end, as a timer wants it
    #[arg(long)]
    once: bool,
}

/// Try everything that waits now, and wait for it
#[derive(Debug, Args)]
pub(super) struct FlushArgs {}

impl RunArgs {
    pub(super) fn run(&self, environment: &Environment, ui: Ui) -> Result<()> {
        let dir = dirs::state(environment)?;
        if self.once {
            queue::deliver(&dir, Patience::For(ONCE), None)?;
            return report(&queue::open(environment)?.status()?, ui);
        }
        let mut deliverer = queue::deliverer(&dir, None)?;
        ui.say(format!(
            "delivering the messages of `{}`; Ctrl-C ends it",
            dir.display()
        ));
        let end = runtime()?.block_on(deliverer.run(Patience::Forever, stop_signal()))?;
        if end == End::Elsewhere {
            ui.say("another process delivers already");
        }
        Ok(())
    }
}

impl FlushArgs {
    pub(super) fn run(&self, environment: &Environment, ui: Ui) -> Result<()> {
        let mut outbox = queue::open(environment)?;
        let waiting = outbox.flush()?;
        ui.say(format!("trying {}", counted(waiting)));
        let end = queue::deliver(outbox.dir(), Patience::For(ONCE), None)?;
        if end == End::Elsewhere {
            ui.say("another process delivers them; `zulipkit outbox list` shows how far it is");
            return Ok(());
        }
        report(&outbox.status()?, ui)
    }
}

/// What a hook starts, detached: its words reach nobody, so what matters is in the rows.
pub(super) fn in_the_background(environment: &Environment) -> Result<()> {
    detach::become_daemon();
    queue::deliver(&dirs::state(environment)?, Patience::default(), None).map(drop)
}

/// Says what is left; it is an error if something is.
fn report(status: &Status, ui: Ui) -> Result<()> {
    for notice in &status.notices {
        ui.say(notice.to_string());
    }
    let left = status.waiting + status.parked;
    if left > 0 {
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        return Err(Diagnostic::new(
            Kind::TryLater,
            format!("{} could not be delivered yet", counted(left)),
        )
        .hint("`zulipkit outbox list` shows why"));
    }
    if status.held + status.dead > 0 {
        return Err(
            Diagnostic::new(Kind::Refused, "some messages wait for a person")
                .hint("`zulipkit outbox list` shows them"),
        );
    }
    ui.say("everything is delivered");
    Ok(())
}
