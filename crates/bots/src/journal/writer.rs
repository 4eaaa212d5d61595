//! The thread that writes: everything that waits goes into one transaction.

use std::collections::HashMap;
use std::sync::mpsc::Receiver;

use rusqlite::{Connection, params};
use tokio::sync::oneshot;
use zulipkit_api::events::Position;

/// The most that goes into one transaction, so that nobody waits for long.
const MOST: usize = 256;

/// What the writer is asked to do.
pub(super) enum Command {
    /// Something, whose outcome somebody may wait for.
    Call(Box<dyn Call>),
    /// Notes how far a bot's events have been read.
    Position(i64, Position),
}

/// Something to do in a transaction, and somebody to tell.
pub(super) trait Call: Send {
    fn run(&mut self, db: &Connection) -> rusqlite::Result<()>;
    fn tell(self: Box<Self>, outcome: Result<(), String>);
}

struct Job<T, F> {
    work: Option<F>,
    value: Option<T>,
    tell: oneshot::Sender<Result<T, String>>,
}

/// Makes a command of some work; the answer comes when it is written.
pub(super) fn call<T: Send + 'static>(
    work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
) -> (Command, oneshot::Receiver<Result<T, String>>) {
    let (tell, answer) = oneshot::channel();
    let job = Job {
        work: Some(work),
        value: None,
        tell,
    };
    (Command::Call(Box::new(job)), answer)
}

impl<T: Send, F: FnOnce(&Connection) -> rusqlite::Result<T> + Send> Call for Job<T, F> {
    fn run(&mut self, db: &Connection) -> rusqlite::Result<()> {
        if let Some(work) = self.work.take() {
            self.value = Some(work(db)?);
        }
        Ok(())
    }

    fn tell(self: Box<Self>, outcome: Result<(), String>) {
        let outcome = match (outcome, self.value) {
            (Ok(()), Some(value)) => Ok(value),
            (Err(words), _) => Err(words),
            (Ok(()), None) => Err("nothing was done".to_owned()),
        };
        // Not everybody waits.
        let _ = self.tell.send(outcome);
    }
}

/// Writes until nobody is left to ask.
pub(super) fn run(mut db: Connection, commands: &Receiver<Command>) {
    while let Ok(first) = commands.recv() {
        let mut calls = Vec::new();
        // A position stands for all that was asked for before it, so it goes last.
        let mut positions = HashMap::new();
        let rest = std::iter::from_fn(|| commands.try_recv().ok()).take(MOST);
        for command in std::iter::once(first).chain(rest) {
            match command {
                Command::Call(call) => calls.push(call),
                Command::Position(bot, position) => drop(positions.insert(bot, position)),
            }
        }
        let outcome = transact(&mut db, &mut calls, &positions).map_err(|error| error.to_string());
        if let Err(words) = &outcome {
            tracing::error!("cannot write the journal of the bots: {words}");
        }
        for call in calls {
            call.tell(outcome.clone());
        }
    }
}

fn transact(
    db: &mut Connection,
    calls: &mut [Box<dyn Call>],
    positions: &HashMap<i64, Position>,
) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for call in calls {
        call.run(&transaction)?;
    }
    for (bot, position) in positions {
        let json = serde_json::to_string(position).expect("a position is plain data");
        transaction
            .prepare_cached("UPDATE bot SET position = ?2 WHERE id = ?1")?
            .execute(params![bot, json])?;
    }
    transaction.commit()
}
