use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_outbox::private_file;

use super::{Change, Store};

/// What the tables of each format are made by; `user_version` counts those that were run.
const MIGRATIONS: &[&str] = &[include_str!("migrations/1.sql")];
/// For how long it waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// A SQLite file with the texts of many bots.
///
/// What is written is on the disk when the writing returns. Several processes may have it open. Clones share one
/// connection.
#[derive(Debug, Clone)]
pub struct SqliteFile {
    path: Arc<PathBuf>,
    connection: Arc<Mutex<Option<Connection>>>,
}

/// The texts of one bot in a [`SqliteFile`].
#[derive(Debug)]
pub struct Sqlite {
    file: SqliteFile,
    bot: Arc<str>,
}

impl SqliteFile {
    /// Opens a file. If it is not there it is made with the first use, since many bots remember nothing and making it takes
    /// longer than all else of a start; only its owner can read it.
    ///
    /// # Errors
    /// It cannot be opened, is no such file, or a newer zulipkit wrote it.
    pub fn open(path: &Path) -> Result<Self> {
        let there = path.try_exists().unwrap_or(true);
        let connection = there.then(|| connect(path)).transpose()?;
        Ok(Self {
            path: Arc::new(path.to_owned()),
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Returns the texts of the bot of this name.
    pub fn of(&self, bot: &str) -> Sqlite {
        Sqlite {
            file: self.clone(),
            bot: bot.into(),
        }
    }

    /// Works with the file where it may take its time.
    async fn work<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let file = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            // A transaction that a panic cut short was rolled back, so the connection can be used.
            let mut connection = file
                .connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let connection = match &mut *connection {
                Some(open) => open,
                none => none.insert(connect(&file.path)?),
            };
            work(connection).map_err(|error| cannot(what, &file.path).source(&error))
        });
        done.await
            .unwrap_or_else(|error| Err(cannot(what, &self.path).source(&error)))
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn get(&self, key: &str) -> Result<Option<String>> {
        let (bot, key) = (self.bot.clone(), key.to_owned());
        let get = move |db: &mut Connection| {
            db.prepare_cached("SELECT text FROM texts WHERE bot = ?1 AND key = ?2")?
                .query_row(params![bot, key], |row| row.get(0))
                .optional()
        };
        self.file.work("read", get).await
    }

    async fn apply(&self, changes: &[Change]) -> Result<()> {
        let (bot, changes) = (self.bot.clone(), changes.to_vec());
        let apply = move |db: &mut Connection| {
            let all = db.transaction()?;
            for change in &changes {
                match change {
                    Change::Put { key, text } => all
                        .prepare_cached("INSERT OR REPLACE INTO texts VALUES (?1, ?2, ?3)")?
                        .execute(params![bot, key, text])?,
                    Change::Remove { key } => all
                        .prepare_cached("DELETE FROM texts WHERE bot = ?1 AND key = ?2")?
                        .execute(params![bot, key])?,
                };
            }
            all.commit()
        };
        self.file.work("write", apply).await
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>> {
        let (bot, prefix) = (self.bot.clone(), prefix.to_owned());
        let keys = move |db: &mut Connection| {
            // Keys are compared as bytes, so those with this beginning follow each other, from it on.
            let mut sorted = db.prepare_cached(
                "SELECT key FROM texts WHERE bot = ?1 AND key >= ?2 ORDER BY key",
            )?;
            let keys = sorted.query_map(params![bot, prefix], |row| row.get::<_, String>(0))?;
            keys.take_while(|key| !key.as_ref().is_ok_and(|key| !key.starts_with(&prefix)))
                .collect()
        };
        self.file.work("read", keys).await
    }
}

/// Opens the file, or makes it.
fn connect(path: &Path) -> Result<Connection> {
    let failed = |error: &(dyn std::error::Error + 'static)| cannot("open", path).source(error);
    private_file(path).map_err(|error| failed(&error))?;
    let mut connection = Connection::open(path).map_err(|error| failed(&error))?;
    let version = migrate(&mut connection).map_err(|error| failed(&error))?;
    if version as usize > MIGRATIONS.len() {
        return Err(cannot("open", path)
            .cause(format!("a newer zulipkit wrote it (format {version})"))
            .hint("upgrade zulipkit; what is stored stays as it is"));
    }
    Ok(connection)
}

/// Brings the file up to date, unless it is newer, and returns the format that it had. Of several processes one does it.
fn migrate(connection: &mut Connection) -> rusqlite::Result<u32> {
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")?;
    let alone = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: u32 = alone.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (format, migration) in (1..).zip(MIGRATIONS) {
        if format > version {
            alone.execute_batch(migration)?;
            alone.pragma_update(None, "user_version", format)?;
        }
    }
    alone.commit()?;
    Ok(version)
}

fn cannot(what: &str, path: &Path) -> Diagnostic {
    Diagnostic::failed(format!(
        "cannot {what} the bots' storage `{}`",
        path.display()
    ))
}
