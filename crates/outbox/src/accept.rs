//! Accepting: rows and cursors, all of them or none, on the disk when the call returns.
//!
//! This is the hot path of every hook. It makes no thread, no runtime and no socket; it costs one transaction and what
//! the disk takes to make it durable.

use rusqlite::{OptionalExtension as _, Transaction, params};
use zulipkit_diag::{Diagnostic, Result};

use crate::Outbox;
use crate::clock::{Clock as _, SystemClock, millis};
use crate::probe::Point;
use crate::row::{Account, After, Cursor, Destination, Earlier, NewRow, RowId};
use crate::state::State;

impl Outbox {
    /// Accepts rows, in this order, all or none.
    ///
    /// When it returns they are on the disk and will be delivered, held for a person or become dead letters, but not be lost.
    /// A row that replaced a waiting one by its coalescing key has that one's number.
    ///
    /// # Errors
    ///
    /// The disk is full or cannot be written; an `after` names a later row of the batch or one that does not exist.
    pub fn accept(&mut self, rows: &[NewRow]) -> Result<Vec<RowId>> {
        self.accept_and_advance(rows, &[])
    }

    /// Accepts rows and moves cursors in one step, so that what was read is neither lost nor sent again.
    ///
    /// # Errors
    ///
    /// As [`Outbox::accept`].
    pub fn accept_and_advance(
        &mut self,
        rows: &[NewRow],
        cursors: &[Cursor],
    ) -> Result<Vec<RowId>> {
        self.accept_probed(rows, cursors, &|_| {})
    }

    /// Accepts rows, and tells `probe` of each point that it passes: for tests that end the process there.
    #[doc(hidden)]
    pub fn accept_probed(
        &mut self,
        rows: &[NewRow],
        cursors: &[Cursor],
        probe: &dyn Fn(Point),
    ) -> Result<Vec<RowId>> {
        for (at, row) in rows.iter().enumerate() {
            if let Some(After {
                row: Earlier::InBatch(index),
                ..
            }) = row.after
                && index >= at
            {
                return Err(Diagnostic::failed(
                    "cannot accept a row that depends on a later one",
                ));
            }
        }
        let ids = self.write(|transaction| {
            let mut ids = Vec::with_capacity(rows.len());
            for row in rows {
                ids.push(insert(transaction, row, &ids)?);
            }
            for cursor in cursors {
                transaction.execute(
                    "INSERT INTO cursor (name, value) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    params![cursor.name, cursor.value],
                )?;
            }
            probe(Point::Accepting);
            Ok(ids)
        })?;
        probe(Point::Accepted);
        Ok(ids)
    }

    /// Tells whether anything of an account still waits, and whether anything of it does in one place: what is sent there
    /// past the outbox would come before it.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn waits(&self, account: &Account, destination: &Destination) -> Result<(bool, bool)> {
        let sql = "
            SELECT COUNT(*) > 0, COALESCE(MAX(d.place = ?3 AND d.topic = ?4), 0)
            FROM row r JOIN account a ON a.id = r.account JOIN site s ON s.id = a.site
            JOIN destination d ON d.id = r.destination
            WHERE r.state IN ('waiting', 'sending', 'unclear') AND r.parked = 0 AND s.url = ?1 AND a.email = ?2";
        let Destination { place, topic } = destination;
        let values = params![account.site.as_str(), account.email, place, topic];
        self.read(|db| {
            db.prepare_cached(sql)?
                .query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))
        })
    }

    /// Returns how far a source has been read.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn cursor(&self, name: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM cursor WHERE name = ?1";
        self.read(|db| db.query_row(sql, [name], |row| row.get(0)).optional())
    }
}

fn insert(transaction: &Transaction<'_>, row: &NewRow, batch: &[RowId]) -> rusqlite::Result<RowId> {
    let account = account_id(transaction, &row.account)?;
    let destination = destination_id(transaction, &row.account, &row.destination)?;
    let after = row.after.as_ref().map(|after| match after.row {
        Earlier::Row(id) => id,
        Earlier::InBatch(index) => batch[index],
    });
    let replaced = replaceable(transaction, row, destination, after)?;
    if let Some(id) = replaced {
        transaction.execute("DELETE FROM blob WHERE row = ?1", [id])?;
    }
    let state = if row.unclear.is_some() {
        State::Unclear
    } else {
        State::Waiting
    };
    let id = transaction
        .prepare_cached(
            "INSERT INTO row (id, account, destination, agent, endpoint, body, coalesce_key, on_unclear, max_age,
                              happened_wall, accepted_wall, after_row, after_result, after_fill,
                              state, doubt, floor, sent_wall)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
             ON CONFLICT (id) DO UPDATE SET
                 account = excluded.account, agent = excluded.agent, endpoint = excluded.endpoint, body = excluded.body,
                 on_unclear = excluded.on_unclear, max_age = excluded.max_age, happened_wall = excluded.happened_wall,
                 after_row = excluded.after_row, after_result = excluded.after_result, after_fill = excluded.after_fill,
                 state = excluded.state, doubt = excluded.doubt, floor = excluded.floor, sent_wall = excluded.sent_wall
             RETURNING id",
        )?
        .query_row(
            params![
                replaced,
                account,
                destination,
                row.agent,
                row.endpoint,
                json(&row.body),
                row.coalesce,
                row.on_unclear,
                millis(row.max_age),
                row.happened_ms,
                SystemClock::default().wall_ms(),
                after,
                row.after.as_ref().map(|after| &after.result),
                row.after.as_ref().map(|after| json(&after.fill)),
                state,
                row.unclear.is_some(),
                row.unclear.and_then(|unclear| i64::try_from(unclear.after.0).ok()),
                row.unclear.map(|unclear| unclear.sent_ms),
            ],
            |row| row.get(0),
        )?;
    for blob in &row.blobs {
        transaction.execute(
            "INSERT INTO blob (row, name, bytes, fill) VALUES (?1, ?2, ?3, ?4)",
            params![id, blob.name, blob.bytes, json(&blob.fill)],
        )?;
    }
    Ok(id)
}

/// Finds the row that a new one replaces: same key, same destination, and certainly not at the server.
///
/// A row whose place is before the one that the new one needs cannot be replaced, since it would wait for a later row.
fn replaceable(
    transaction: &Transaction<'_>,
    row: &NewRow,
    destination: i64,
    after: Option<RowId>,
) -> rusqlite::Result<Option<RowId>> {
    let Some(key) = &row.coalesce else {
        return Ok(None);
    };
    transaction
        .query_row(
            "SELECT id FROM row
             WHERE destination = ?1 AND coalesce_key = ?2 AND state = 'waiting' AND doubt = 0 AND id > ?3
             ORDER BY id DESC LIMIT 1",
            params![destination, key, after.map_or(0, |after| after.0)],
            |row| row.get(0),
        )
        .optional()
}

fn account_id(transaction: &Transaction<'_>, account: &Account) -> rusqlite::Result<i64> {
    let site = site_id(transaction, account.site.as_str())?;
    // The deliverer has another working directory.
    let settings =
        std::path::absolute(&account.settings).unwrap_or_else(|_| account.settings.clone());
    let settings = settings.to_string_lossy();
    upsert(
        transaction,
        "SELECT id FROM account WHERE settings = ?1 AND site = ?2 AND email = ?3",
        "INSERT INTO account (settings, site, email) VALUES (?1, ?2, ?3)",
        params![settings, site, account.email],
    )
}

fn destination_id(
    transaction: &Transaction<'_>,
    account: &Account,
    destination: &Destination,
) -> rusqlite::Result<i64> {
    let site = site_id(transaction, account.site.as_str())?;
    upsert(
        transaction,
        "SELECT id FROM destination WHERE site = ?1 AND place = ?2 AND topic = ?3",
        "INSERT INTO destination (site, place, topic) VALUES (?1, ?2, ?3)",
        params![site, destination.place, destination.topic],
    )
}

pub(crate) fn site_id(transaction: &Transaction<'_>, url: &str) -> rusqlite::Result<i64> {
    upsert(
        transaction,
        "SELECT id FROM site WHERE url = ?1",
        "INSERT INTO site (url) VALUES (?1)",
        params![url],
    )
}

fn upsert(
    transaction: &Transaction<'_>,
    select: &str,
    insert: &str,
    values: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<i64> {
    let found = transaction
        .prepare_cached(select)?
        .query_row(values, |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => Ok(id),
        None => {
            transaction.execute(insert, values)?;
            Ok(transaction.last_insert_rowid())
        }
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("maps with text as keys become JSON")
}
