//! The journal: what makes a message handled once, also where the process is killed.
//!
//! One SQLite file, `bots.sqlite3` in the state directory, for all bots. It holds, for each bot, how far the events of its
//! queue have been read; the messages that are its business, with how far each has come; what was sent in handling them; and
//! its alarms.
//!
//! # What is promised
//!
//! *The position never runs ahead.* An event's position is written after the message of the event, and a writer keeps the
//! order. So whatever the server may forget stands here.
//!
//! *An edit, a reaction or another event stands here itself* until it is done: nobody could fetch it again. Such an event is
//! handled once, or again after a crash, as a message is.
//!
//! *A message that is done is not handled again*, though its event comes twice, as after a restart of the server, or it is
//! met again when what was missed is fetched.
//!
//! *A sending is written down before the first byte goes out.* In a handling that is repeated, the same sending is known by
//! the message and its number: if it is known to be there, it is not sent; if nobody knows, the server is asked first. The same
//! holds for a sending to which the bot gave a name: who repeats it under that name sends nothing twice.
//!
//! # A crash between any two steps
//!
//! | died after | the file says | the server has | the next start |
//! |---|---|---|---|
//! | an event was read | nothing | nothing | resumes the queue before that event, or fetches the message |
//! | the message was noted | waits | nothing | handles it |
//! | its handling began | begun | perhaps edits and reactions | handles it again, or skips it, as the settings say |
//! | a sending was noted | begun, with a text | perhaps the message | reads back, and sends only what is not there |
//! | the answer was noted | begun, with a number | the message | does not send it again |
//! | it is done | done | all of it | nothing |
//!
//! The file is safe against the end of the process, not of the machine (`synchronous = NORMAL`): what a power failure takes
//! is a little of the newest, which is then fetched and handled again. The outbox, which holds what nobody could repeat, syncs.
//!
//! # One writer
//!
//! A thread of its own writes. It takes all that is asked for at the moment into one transaction, so that handlings side by
//! side do not wait for one another. What nobody waits for lies for a moment, to go with what somebody waits for; if the process
//! is killed meanwhile it was not noted, which is one of the steps above.

mod bot;
mod events;
mod lock;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use zulipkit_api::Site;
use zulipkit_diag::{Diagnostic, Result};

pub(crate) use self::bot::{BotJournal, Key, Known, Sent, Stage, Unfinished};
pub(crate) use self::events::{EventKey, UnfinishedEvent};
pub(crate) use self::lock::AccountLock;
use self::writer::Writer;

const FILE: &str = "bots.sqlite3";

/// The migrations in order; `user_version` counts how many a file has seen. A released one is never changed.
const MIGRATIONS: [&str; 5] = [
    include_str!("tables.sql"),
    include_str!("once.sql"),
    include_str!("events.sql"),
    include_str!("wanted.sql"),
    include_str!("cut_off.sql"),
];

/// The version of the format that this program writes.
const FORMAT: u32 = MIGRATIONS.len() as u32;

/// The journal of all bots in one state directory.
///
/// Clones are the same journal.
#[derive(Debug, Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    writer: Writer,
}

impl Journal {
    /// Opens the journal in a folder, and makes both if they are not there.
    ///
    /// # Errors
    /// The folder cannot be made or is not this user's alone; the file cannot be written, or comes from a newer version.
    pub fn open(dir: &Path) -> Result<Self> {
        zulipkit_outbox::prepare_folder(dir)?;
        let path = dir.join(FILE);
        zulipkit_outbox::private_file(&path).map_err(|error| trouble(&path).source(&error))?;
        let db = connect(&path).map_err(|error| trouble(&path).source(&error))?;
        let writer = Writer::start(db).map_err(|error| trouble(&path).source(&error))?;
        let dir = dir.to_owned();
        Ok(Self {
            inner: Arc::new(Inner { dir, writer }),
        })
    }

    /// Waits until everything that was asked for is written.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn flush(&self) -> impl Future<Output = Result<()>> + use<> {
        self.write(|_| Ok(()))
    }

    /// Returns the part of one bot.
    pub(crate) async fn of(&self, site: &Site, email: &str) -> Result<BotJournal> {
        let (site, email) = (site.to_string(), email.to_lowercase());
        let id = self
            .write(move |db| {
                db.execute(
                    "INSERT INTO bot (site, email) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    [&site, &email],
                )?;
                let sql = "SELECT id FROM bot WHERE site = ?1 AND email = ?2";
                db.query_row(sql, [&site, &email], |row| row.get(0))
            })
            .await?;
        Ok(BotJournal::new(self.clone(), id))
    }

    /// Takes the right to run an account, for as long as the result lives.
    ///
    /// # Errors
    /// Another process of this user has it, or the file for it cannot be made.
    pub(crate) fn lock(&self, site: &Site, email: &str) -> Result<AccountLock> {
        AccountLock::take(&self.inner.dir, site, email)
    }

    /// Does something in the next transaction, and returns what came of it once that is written.
    ///
    /// The order is that of the calls, whenever they are waited for.
    fn write<T: Send + 'static, F>(&self, work: F) -> impl Future<Output = Result<T>> + use<T, F>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let answer = self.writer().call(work, true);
        let inner = self.inner.clone();
        async move {
            match answer.await {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(words)) => Err(trouble(&inner.dir.join(FILE)).cause(words)),
                Err(_) => Err(trouble(&inner.dir.join(FILE)).cause("its writer has ended")),
            }
        }
    }

    /// Does something in a transaction soon; a failure is logged.
    fn write_later(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static) {
        drop(self.writer().call(work, false));
    }

    fn writer(&self) -> &Writer {
        &self.inner.writer
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    // Nothing is in a new file yet that a power failure could take, and syncing it takes longer than all else of a start.
    let new: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let synchronous = if new == 0 { "OFF" } else { "NORMAL" };
    db.pragma_update(None, "synchronous", synchronous)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "foreign_keys", "ON")?;
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let seen: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if seen > FORMAT {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_SCHEMA),
            Some(format!(
                "a newer zulipkit wrote it (format {seen}; this one knows up to {FORMAT})"
            )),
        ));
    }
    for migration in &MIGRATIONS[seen as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(db)
}

fn trouble(path: &Path) -> Diagnostic {
    Diagnostic::failed(format!(
        "cannot use the journal of the bots `{}`",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn only_its_owner_can_read_the_file() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("state");
        let journal = Journal::open(&dir).unwrap();
        journal.flush().await.unwrap();
        for file in [FILE.to_owned(), format!("{FILE}-wal")] {
            let metadata = fs_err::metadata(dir.join(&file)).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{file}");
        }
    }
}
