//! The thread that writes: everything that waits goes into one transaction.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use tokio::sync::oneshot;
use zulipkit_api::MessageId;
use zulipkit_api::events::Position;

use super::bot::{DONE, number};
use super::events;

/// How long something may lie for whose writing nobody waits: a transaction of its own costs more than the rest of it.
const LIES: Duration = Duration::from_millis(20);

/// What is to be written, and a thread that does it.
pub(super) struct Writer {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    batch: Mutex<Batch>,
    changed: Condvar,
}

/// What goes into the next transaction.
#[derive(Default)]
struct Batch {
    /// By bot and number of the message.
    messages: HashMap<(i64, MessageId), Change>,
    calls: Vec<Box<dyn Call>>,
    /// By bot. A position stands for all that was asked for before it, so it goes last.
    positions: HashMap<i64, Position>,
    /// Since when there is something.
    since: Option<Instant>,
    /// Whether somebody waits for it.
    awaited: bool,
    /// Nothing will be written any more.
    closed: bool,
}

/// What changes of a message's row; what is not given stays as it is.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// A state that is lower than the row's does not count: what is known already is never taken back.
    pub(super) state: u8,
    pub(super) sendings: Option<String>,
    pub(super) replies: Option<String>,
}

/// Something to do in a transaction, and somebody to tell.
trait Call: Send {
    fn run(&mut self, db: &Connection) -> rusqlite::Result<()>;
    fn tell(self: Box<Self>, outcome: Result<(), String>);
}

struct Job<T, F> {
    work: Option<F>,
    value: Option<T>,
    tell: oneshot::Sender<Result<T, String>>,
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

impl Writer {
    /// Starts the thread. It ends when the writer is gone and all is written.
    pub(super) fn start(db: Connection) -> std::io::Result<Self> {
        let queue = Arc::<Queue>::default();
        let own = queue.clone();
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || own.run(db))?;
        Ok(Self { queue })
    }

    /// Does some work in the next transaction; the answer comes when it is written.
    pub(super) fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        awaited: bool,
    ) -> oneshot::Receiver<Result<T, String>> {
        let (tell, answer) = oneshot::channel();
        let job = Job {
            work: Some(work),
            value: None,
            tell,
        };
        self.queue
            .add(awaited, |batch| batch.calls.push(Box::new(job)));
        answer
    }

    /// Changes a message's row. It is written with the next call that is waited for, or soon.
    pub(super) fn message(&self, bot: i64, id: MessageId, change: Change) {
        self.queue.add(false, |batch| {
            batch.messages.entry((bot, id)).or_default().add(change);
        });
    }

    /// Notes a position; of several that wait only the last is written.
    pub(super) fn position(&self, bot: i64, position: Position) {
        self.queue.add(false, |batch| {
            batch.positions.insert(bot, position);
        });
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.add(true, |batch| batch.closed = true);
    }
}

impl Change {
    fn add(&mut self, later: Self) {
        self.state = self.state.max(later.state);
        self.sendings = later.sendings.or(self.sendings.take());
        self.replies = later.replies.or(self.replies.take());
    }
}

impl Queue {
    fn add(&self, awaited: bool, add: impl FnOnce(&mut Batch)) {
        let mut batch = self.batch();
        if batch.closed {
            return;
        }
        add(&mut batch);
        let news = (awaited && !batch.awaited) || batch.since.is_none();
        batch.awaited |= awaited;
        batch.since.get_or_insert_with(Instant::now);
        drop(batch);
        if news {
            self.changed.notify_one();
        }
    }

    /// Waits until something is to be written now.
    fn next(&self) -> Batch {
        let mut batch = self.batch();
        while !batch.awaited {
            let left = batch
                .since
                .map(|since| LIES.saturating_sub(since.elapsed()));
            batch = match left {
                None => self
                    .changed
                    .wait(batch)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => break,
                Some(left) => {
                    let waited = self.changed.wait_timeout(batch, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        let closed = batch.closed;
        std::mem::replace(
            &mut *batch,
            Batch {
                closed,
                ..Batch::default()
            },
        )
    }

    fn run(&self, mut db: Connection) {
        // Also after a panic nobody must wait for what will not come.
        let _closes = Closes(self);
        loop {
            let mut batch = self.next();
            let outcome = batch.write(&mut db).map_err(|error| error.to_string());
            if let Err(words) = &outcome {
                tracing::error!("cannot write the journal of the bots: {words}");
            }
            for call in batch.calls {
                call.tell(outcome.clone());
            }
            if batch.closed {
                return;
            }
        }
    }

    /// Nothing that holds this lock can leave the batch half changed.
    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Closes<'q>(&'q Queue);

impl Drop for Closes<'_> {
    fn drop(&mut self) {
        *self.0.batch() = Batch {
            closed: true,
            ..Batch::default()
        };
    }
}

impl Batch {
    fn write(&mut self, db: &mut Connection) -> rusqlite::Result<()> {
        let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for ((bot, id), change) in &self.messages {
            change.write(&transaction, *bot, *id)?;
        }
        for call in &mut self.calls {
            call.run(&transaction)?;
        }
        for (bot, position) in &self.positions {
            let json = serde_json::to_string(position).expect("a position is plain data");
            transaction
                .prepare_cached("UPDATE bot SET position = ?2 WHERE id = ?1")?
                .execute(params![bot, json])?;
            events::forget(&transaction, *bot, position)?;
        }
        transaction.commit()
    }
}

impl Change {
    fn write(&self, db: &Connection, bot: i64, id: MessageId) -> rusqlite::Result<()> {
        let sql = "
            INSERT INTO message (bot, id, state, sendings, replies) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET
                state = MAX(state, excluded.state),
                sendings = IIF(excluded.state = 2, NULL, IFNULL(excluded.sendings, sendings)),
                replies = IFNULL(excluded.replies, replies)";
        let sendings = self.sendings.as_ref().filter(|_| self.state < DONE);
        db.prepare_cached(sql)?
            .execute(params![bot, number(id), self.state, sendings, self.replies])
            .map(drop)
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}
