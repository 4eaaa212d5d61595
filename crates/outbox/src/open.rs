//! Opening the file: making it, bringing it up to date, and one clear line for whatever is in the way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use zulipkit_diag::{Diagnostic, Kind, Result};

use crate::clock::{Clock as _, SystemClock};
use crate::folder;

/// The migrations in order; `user_version` counts how many a file has seen. A released one is never changed.
const MIGRATIONS: [&str; 2] = [
    include_str!("../migrations/0001-outbox.sql"),
    include_str!("../migrations/0002-senders.sql"),
];

/// The version of the format that this program writes.
const FORMAT: u32 = MIGRATIONS.len() as u32;

/// The length in bytes at which any writer empties the log: reached where no deliverer comes by for long.
const LONG_LOG: u64 = 1 << 20;

/// How long to wait for another process that is just writing.
const BUSY: Duration = Duration::from_secs(5);

/// The outbox of one Unix user: a file in which requests wait until a server has taken them.
///
/// Any number of processes may hold it open at once.
#[derive(Debug)]
pub struct Outbox {
    dir: PathBuf,
    db: Connection,
}

impl Outbox {
    /// Opens the outbox in a folder, and makes both if they are not there.
    ///
    /// # Errors
    ///
    /// The folder cannot be made, belongs to another user, can be entered by others, or lies on a network file system; the
    /// file cannot be written, is damaged, or comes from a newer version. Nothing is changed then.
    pub fn open(dir: &Path) -> Result<Self> {
        folder::prepare(dir)?;
        // What is in the way here is in SQLite's way too, and said there.
        let _ = folder::private_file(&dir.join(FILE));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut outbox = Self::connect(dir, flags)?;
        if outbox.version()? < FORMAT {
            outbox.migrate()?;
        }
        Ok(outbox)
    }

    /// Opens the outbox to look at it or to act on its rows; `None` if there is none. It makes nothing.
    ///
    /// # Errors
    ///
    /// As [`Outbox::open`]: root is kept from another user's outbox here too, since even reading may leave files behind
    /// that this user cannot use.
    pub fn look(dir: &Path) -> Result<Option<Self>> {
        if dir.try_exists().is_ok_and(|exists| !exists) {
            return Ok(None);
        }
        folder::check(dir)?;
        if dir.join(FILE).try_exists().is_ok_and(|exists| !exists) {
            return Ok(None);
        }
        let mut outbox = Self::connect(dir, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if outbox.version()? < FORMAT {
            outbox.migrate()?;
        }
        Ok(Some(outbox))
    }

    /// Returns the folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Reads, and says what SQLite's error means.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        work(&self.db).map_err(|error| trouble(&self.dir, "read", &error))
    }

    /// Does some writing in one transaction, durable when it returns.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let write = |db: &mut Connection| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        let value = write(&mut self.db).map_err(|error| trouble(&self.dir, "write to", &error))?;
        // What was written is safe, whatever becomes of this.
        if let Err(error) = self.shorten_log(LONG_LOG) {
            tracing::warn!("{error}");
        }
        Ok(value)
    }

    /// Moves what is in the log into the file and empties the log, if it is longer than so many bytes and nobody uses it.
    ///
    /// Whoever opens the file first has to read the log from its beginning, so a long one makes each hook slower. SQLite's
    /// own checkpoints do not help: they forget how far they came when the last process closes the file.
    pub(crate) fn shorten_log(&self, longer_than: u64) -> Result<()> {
        let log = self.dir.join(format!("{FILE}-wal"));
        if !std::fs::metadata(log).is_ok_and(|log| log.len() > longer_than) {
            return Ok(());
        }
        self.read(|db| {
            db.busy_timeout(Duration::ZERO)?;
            let shortened = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            db.busy_timeout(BUSY)?;
            shortened
        })
    }

    fn connect(dir: &Path, flags: OpenFlags) -> Result<Self> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = dir.join(FILE);
        let open = || -> rusqlite::Result<Connection> {
            let db = Connection::open_with_flags(&file, flags)?;
            db.busy_timeout(BUSY)?;
            // A hook that happens to be the last to close must not spend its user's time on moving pages; the deliverer does.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            db.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0")?;
            Ok(db)
        };
        let db = open().map_err(|error| trouble(dir, "open", &error))?;
        Ok(Self {
            dir: dir.to_owned(),
            db,
        })
    }

    /// Returns how many migrations the file has seen; more than this program knows are an error.
    fn version(&self) -> Result<u32> {
        let version: u32 = self
            .db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|error| trouble(&self.dir, "open", &error))?;
        if version > FORMAT {
            return Err(Diagnostic::failed(format!(
                "cannot use the outbox `{}`",
                self.dir.join(FILE).display()
            ))
            .cause(format!(
                "a newer zulipkit wrote it (format {version}; this one knows up to {})",
                MIGRATIONS.len()
            ))
            .hint("upgrade zulipkit; the rows are kept as they are"));
        }
        Ok(version)
    }

    /// Brings the file up to date; of several processes one does it while the others wait.
    fn migrate(&mut self) -> Result<()> {
        let lock = fs_err::File::create(self.dir.join("migrate.lock"))
            .map_err(|error| cannot(&self.dir, "create").source(&error))?;
        lock.file()
            .lock()
            .map_err(|error| cannot(&self.dir, "lock").source(&error))?;
        let seen = self.version()?;
        let mut migrate = || -> rusqlite::Result<()> {
            self.db.pragma_update(None, "journal_mode", "WAL")?;
            let transaction = self
                .db
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            for migration in &MIGRATIONS[seen as usize..] {
                transaction.execute_batch(migration)?;
            }
            if seen == 0 {
                transaction.execute(
                    "UPDATE clock SET wall = ?1",
                    [SystemClock::default().wall_ms()],
                )?;
            }
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()
        };
        migrate().map_err(|error| trouble(&self.dir, "create", &error))
    }
}

/// The file's name within the folder.
const FILE: &str = "outbox.sqlite3";

fn cannot(dir: &Path, verb: &str) -> Diagnostic {
    Diagnostic::new(
        Kind::Failed,
        format!("cannot {verb} the outbox `{}`", dir.join(FILE).display()),
    )
}

/// Says what SQLite's error means for a person.
fn trouble(dir: &Path, verb: &str, error: &rusqlite::Error) -> Diagnostic {
    let diagnostic = cannot(dir, verb).source(error);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            diagnostic.hint("the disk is full: make room on it, and try again")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            diagnostic.hint(
                "make the folder writable for its owner, or set XDG_STATE_HOME to another place",
            )
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => diagnostic
            .hint("another program holds it for longer than 5 s; `fuser` on the file names it"),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => diagnostic.hint(format!(
            "save what is readable with `sqlite3 '{}' .recover`, then move the file away",
            dir.join(FILE).display()
        )),
        Some(ErrorCode::SystemIoFailure) => diagnostic
            .hint("the disk may be full, read-only or failing: look at `df` and the system's log"),
        _ => diagnostic,
    }
}
