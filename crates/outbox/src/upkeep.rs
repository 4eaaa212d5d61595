//! What keeps the file small and the holds true.

use std::path::PathBuf;

use rusqlite::params;
use zulipkit_diag::Result;

use crate::Outbox;
use crate::clock::{Clock as _, Moment, SystemClock};
use crate::open::trouble;
use crate::shift::stamp;

/// How long delivered rows are kept, so that what they became is not taken for another row's when that is read back.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// How many delivered rows are kept at most.
const KEPT_ROWS: i64 = 10_000;

impl Outbox {
    /// Tells whether there are rows that no deliverer has seen.
    pub(crate) fn has_unseen(&self) -> Result<bool> {
        self.db
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM row WHERE born IS NULL)",
                [],
                |row| row.get(0),
            )
            .map_err(|error| trouble(&self.dir, "read", &error))
    }

    /// Lets one row through each hold whose settings file has changed.
    pub(crate) fn release_changed_settings(&self, now: Moment) -> Result<()> {
        let release = || -> rusqlite::Result<()> {
            let mut holds = self.db.prepare_cached(
                "SELECT h.id, a.settings, h.stamp FROM hold h JOIN account a ON a.id = h.account",
            )?;
            let holds = holds
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<rusqlite::Result<Vec<(i64, String, String)>>>()?;
            for (id, settings, known) in holds {
                let stamp = stamp(&PathBuf::from(settings));
                if stamp != known {
                    let sql = "UPDATE hold SET due = ?2, stamp = ?3 WHERE id = ?1";
                    self.db.execute(sql, params![id, now, stamp])?;
                }
            }
            Ok(())
        };
        release().map_err(|error| trouble(&self.dir, "write to", &error))
    }

    /// Forgets old delivered rows, and moves what was written from the log into the file.
    pub(crate) fn tidy(&self) -> Result<()> {
        let tidy = || -> rusqlite::Result<()> {
            let sql = "
                DELETE FROM row
                WHERE state = 'delivered'
                  AND (accepted_wall < ?1
                       OR id <= (SELECT id FROM row WHERE state = 'delivered' ORDER BY id DESC LIMIT 1 OFFSET ?2))
                  AND NOT EXISTS (SELECT 1 FROM row later WHERE later.after_row = row.id AND later.state <> 'delivered')";
            let oldest = SystemClock::default().wall_ms() - KEPT_MS;
            let forgotten = self.db.execute(sql, params![oldest, KEPT_ROWS])?;
            if forgotten > 0 {
                self.db.execute_batch(
                    "DELETE FROM destination WHERE id NOT IN (SELECT destination FROM row);
                     DELETE FROM pause WHERE until < (SELECT now FROM clock)",
                )?;
            }
            // PASSIVE waits for nobody. The log itself stays, so that the next hook need not make it.
            self.db
                .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        };
        tidy().map_err(|error| trouble(&self.dir, "tidy", &error))
    }
}
