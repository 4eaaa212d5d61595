//! What the deliverer reads from the file.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value};
use zulipkit_api::Request;

use crate::clock::{Moment, Reading};
use crate::look::Wanted;
use crate::row::{Fill, RowId};
use crate::state::{Doubled, Progress, State, Terms};
use crate::verdict;

/// A row with all that is needed to deliver it.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: RowId,
    pub(crate) account: i64,
    pub(crate) settings: PathBuf,
    pub(crate) site: i64,
    pub(crate) site_url: String,
    pub(crate) email: String,
    pub(crate) place: String,
    pub(crate) topic: String,
    pub(crate) agent: String,
    pub(crate) endpoint: String,
    pub(crate) body: Map<String, Value>,
    pub(crate) happened_wall_ms: i64,
    /// As it goes over the wire, where that is not as in `body`.
    pub(crate) wire: Option<Map<String, Value>>,
    pub(crate) floor: Option<i64>,
    pub(crate) sent_wall_ms: Option<i64>,
    /// Only a message in its own topic can be it.
    pub(crate) own_topic: bool,
    pub(crate) blobs: Vec<StoredBlob>,
    pub(crate) after: Option<StoredAfter>,
    pub(crate) progress: Progress,
    pub(crate) terms: Terms,
}

/// A file of a row; its bytes are read when it is uploaded.
#[derive(Debug, Clone)]
pub(crate) struct StoredBlob {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) fill: Fill,
    pub(crate) url: Option<String>,
}

/// What a row needs of an earlier one.
#[derive(Debug, Clone)]
pub(crate) struct StoredAfter {
    pub(crate) result: String,
    pub(crate) fill: Fill,
    /// That row as it is now; `None` if it was deleted.
    pub(crate) row: Option<(State, Map<String, Value>)>,
}

/// A row whose turn it is, or will be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) id: RowId,
    pub(crate) destination: i64,
    pub(crate) account: i64,
    /// When it may be tried, holds and pauses considered.
    pub(crate) due: Moment,
    /// Whether it is let through a hold to try, so that no other one of its account is meanwhile.
    pub(crate) held: bool,
}

/// The rows that may be tried next, in order of acceptance: the head of each destination, and all that are parked.
///
/// A row that needs an open row's result is not among them.
pub(crate) fn candidates(db: &Connection) -> rusqlite::Result<Vec<Candidate>> {
    let sql = "
        WITH turn (id) AS (
            SELECT (SELECT MIN(head.id) FROM row head
                    WHERE head.destination = d.id AND head.state IN ('waiting', 'sending', 'unclear') AND head.parked = 0)
            FROM destination d
            UNION ALL
            SELECT id FROM row INDEXED BY row_parked
            WHERE parked = 1 AND state IN ('waiting', 'sending', 'unclear')
        )
        SELECT r.id, r.destination, r.account,
               MAX(r.due, COALESCE(h.due, 0), COALESCE(p.due, 0), COALESCE(pause.until, 0)),
               h.id IS NOT NULL OR p.id IS NOT NULL
        FROM turn
        JOIN row r ON r.id = turn.id
        JOIN account a ON a.id = r.account
        JOIN destination d ON d.id = r.destination
        LEFT JOIN hold h ON h.account = r.account AND h.place = ''
        LEFT JOIN hold p ON p.account = r.account AND p.place = d.place
        LEFT JOIN pause ON pause.site = a.site AND pause.email = a.email
        LEFT JOIN row earlier ON earlier.id = r.after_row
        WHERE r.state <> 'sending' AND (earlier.id IS NULL OR earlier.state IN ('delivered', 'dead'))
        ORDER BY r.id";
    db.prepare_cached(sql)?
        .query_map([], |row| {
            Ok(Candidate {
                id: row.get(0)?,
                destination: row.get(1)?,
                account: row.get(2)?,
                due: row.get(3)?,
                held: row.get(4)?,
            })
        })?
        .collect()
}

/// Reads a row; `None` if it was dropped.
pub(crate) fn load(db: &Connection, id: RowId) -> rusqlite::Result<Option<Job>> {
    let sql = "
        SELECT r.*, a.settings, a.email, site.id AS site, site.url, d.place, d.topic,
               earlier.state AS earlier_state, earlier.result AS earlier_result
        FROM row r
        JOIN account a ON a.id = r.account
        JOIN site ON site.id = a.site
        JOIN destination d ON d.id = r.destination
        LEFT JOIN row earlier ON earlier.id = r.after_row
        WHERE r.id = ?1";
    let job = db.prepare_cached(sql)?.query_row([id], job).optional()?;
    let Some(mut job) = job else {
        return Ok(None);
    };
    let mut blobs =
        db.prepare_cached("SELECT id, name, fill, url FROM blob WHERE row = ?1 ORDER BY id")?;
    job.blobs = blobs
        .query_map([id], |row| {
            Ok(StoredBlob {
                id: row.get(0)?,
                name: row.get(1)?,
                fill: json(row, "fill")?,
                url: row.get(3)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(job))
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let endpoint: String = row.get("endpoint")?;
    let body: Map<String, Value> = json(row, "body")?;
    let max_age: i64 = row.get("max_age")?;
    // A path that still lacks an earlier row's result is not a new message in any case.
    let doubled = Request::from_parts(&endpoint, &body)
        .map_or(Doubled::Harmless, |request| verdict::doubled(&request));
    Ok(Job {
        id: row.get("id")?,
        account: row.get("account")?,
        settings: PathBuf::from(row.get::<_, String>("settings")?),
        site: row.get("site")?,
        site_url: row.get("url")?,
        email: row.get("email")?,
        place: row.get("place")?,
        topic: row.get("topic")?,
        agent: row.get("agent")?,
        happened_wall_ms: row.get("happened_wall")?,
        wire: optional_json(row, "wire")?,
        floor: row.get("floor")?,
        sent_wall_ms: row.get("sent_wall")?,
        own_topic: row.get("own_topic")?,
        blobs: Vec::new(),
        after: after(row)?,
        progress: progress(row)?,
        terms: Terms {
            max_age: Duration::from_millis(max_age.try_into().unwrap_or(0)),
            on_unclear: row.get("on_unclear")?,
            doubled,
        },
        endpoint,
        body,
    })
}

fn after(row: &Row<'_>) -> rusqlite::Result<Option<StoredAfter>> {
    let Some(result) = row.get("after_result")? else {
        return Ok(None);
    };
    let earlier = match row.get("earlier_state")? {
        Some(state) => Some((
            state,
            optional_json(row, "earlier_result")?.unwrap_or_default(),
        )),
        None => None,
    };
    Ok(Some(StoredAfter {
        result,
        fill: json(row, "after_fill")?,
        row: earlier,
    }))
}

pub(crate) fn progress(row: &Row<'_>) -> rusqlite::Result<Progress> {
    Ok(Progress {
        state: row.get("state")?,
        parked: row.get("parked")?,
        doubt: row.get("doubt")?,
        due: row.get("due")?,
        failures: row.get("failures")?,
        born: row.get::<_, Option<Moment>>("born")?.unwrap_or_default(),
        failing_since: row.get("failing_since")?,
        sent: row.get("sent")?,
        reason: row.get("reason")?,
        note: row.get("note")?,
    })
}

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let known = Self::ALL.into_iter().find(|state| state.as_str() == name);
        known.ok_or(FromSqlError::InvalidType)
    }
}

impl Job {
    /// Returns the body as it goes over the wire.
    pub(crate) fn wire(&self) -> &Map<String, Value> {
        self.wire.as_ref().unwrap_or(&self.body)
    }

    /// Returns the place as a log may name it: people are nobody's business.
    pub(crate) fn public_place(&self) -> &str {
        if self.place.starts_with("direct:") {
            "direct"
        } else {
            &self.place
        }
    }

    /// Returns what to look for, for a message that was sent.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            wire: self.wire().clone(),
            floor: self.floor,
            sent_wall_ms: self.sent_wall_ms.unwrap_or_default(),
        }
    }
}

/// Returns the rows that are marked as being sent, or unclear.
pub(crate) fn in_doubt(db: &Connection) -> rusqlite::Result<Vec<RowId>> {
    db.prepare("SELECT id FROM row WHERE state IN ('sending', 'unclear') ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect()
}

pub(crate) fn reading(db: &Connection) -> rusqlite::Result<Reading> {
    db.query_row("SELECT now, wall FROM clock", [], |row| {
        Ok(Reading {
            now: row.get(0)?,
            wall_ms: row.get(1)?,
        })
    })
}

/// Returns when anything was last delivered to a site.
pub(crate) fn last_success(db: &Connection, site: i64) -> rusqlite::Result<Option<Moment>> {
    db.query_row(
        "SELECT last_success FROM site WHERE id = ?1",
        [site],
        |row| row.get(0),
    )
}

/// Tells whether a message belongs to another row already.
pub(crate) fn is_owned(
    db: &Connection,
    site: i64,
    message: i64,
    row: RowId,
) -> rusqlite::Result<bool> {
    let sql = "
        SELECT EXISTS (
            SELECT 1 FROM row r JOIN account a ON a.id = r.account
            WHERE r.message_id = ?1 AND a.site = ?2 AND r.id <> ?3)";
    db.query_row(sql, params![message, site, row], |row| row.get(0))
}

/// Returns the bodies, as sent, of the other rows to a topic of the same place that may have been sent without an answer.
pub(crate) fn rivals(
    db: &Connection,
    job: &Job,
    topic: &str,
) -> rusqlite::Result<Vec<Map<String, Value>>> {
    let sql = "
        SELECT COALESCE(r.wire, r.body) AS wire FROM row r JOIN destination d ON d.id = r.destination
        WHERE d.site = ?1 AND d.place = ?2 AND d.topic = ?3 AND r.id <> ?4
          AND (r.state = 'sending' OR r.doubt = 1)";
    db.prepare_cached(sql)?
        .query_map(params![job.site, job.place, topic, job.id], |row| {
            json(row, "wire")
        })?
        .collect()
}

pub(crate) fn optional_json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => json(row, column).map(Some),
    }
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}
