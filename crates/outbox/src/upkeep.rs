//! What keeps the file small and the holds true.

use std::path::Path;

use rusqlite::params;
use zulipkit_diag::Result;

use crate::Outbox;
use crate::account::{Accounts, stamp};
use crate::clock::{Clock as _, Moment, SystemClock};

/// How long delivered rows are kept, so that what they became is not taken for another row's when that is read back.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// How many delivered rows are kept at most.
const KEPT_ROWS: i64 = 10_000;

/// The length in bytes at which a deliverer that leaves empties the log. The first to write to an empty log pays for one
/// more sync, so a short one is left.
const SHORT_LOG: u64 = 128 << 10;

impl Outbox {
    /// Tells whether there are rows that no deliverer has seen.
    pub(crate) fn has_unseen(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM row WHERE born IS NULL)";
        self.read(|db| db.prepare_cached(sql)?.query_row([], |row| row.get(0)))
    }

    /// Lets one row through each hold of whose account a file has changed.
    pub(crate) fn release_changed_settings(
        &mut self,
        accounts: &dyn Accounts,
        now: Moment,
    ) -> Result<()> {
        let sql = "SELECT h.id, a.settings, h.stamp FROM hold h JOIN account a ON a.id = h.account";
        let holds: Vec<(i64, String, String)> = self.read(|db| {
            db.prepare_cached(sql)?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        })?;
        for (id, settings, known) in holds {
            let stamp = stamp(accounts, Path::new(&settings));
            if stamp != known {
                let sql = "UPDATE hold SET due = ?2, stamp = ?3 WHERE id = ?1";
                self.write(|transaction| transaction.execute(sql, params![id, now, stamp]))?;
            }
        }
        Ok(())
    }

    /// Forgets old delivered rows, a few hundred at a time, and moves what was written from the log into the file.
    pub(crate) fn tidy(&mut self) -> Result<()> {
        let sql = "
            DELETE FROM row
            WHERE id IN (SELECT id FROM row WHERE state = 'delivered' ORDER BY id LIMIT 500)
              AND (accepted_wall < ?1
                   OR id <= (SELECT id FROM row WHERE state = 'delivered' ORDER BY id DESC LIMIT 1 OFFSET ?2))
              AND NOT EXISTS (SELECT 1 FROM row later WHERE later.after_row = row.id AND later.state <> 'delivered')";
        let oldest = SystemClock::default().wall_ms() - KEPT_MS;
        self.write(|transaction| {
            if transaction.execute(sql, params![oldest, KEPT_ROWS])? > 0 {
                transaction.execute(
                    "DELETE FROM destination WHERE id NOT IN (SELECT destination FROM row)",
                    [],
                )?;
                transaction.execute(
                    "DELETE FROM pause WHERE until < (SELECT now FROM clock)",
                    [],
                )?;
            }
            Ok(())
        })?;
        self.shorten_log(SHORT_LOG)
    }
}
