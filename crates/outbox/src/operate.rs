//! What a person may do: list, show, retry, drop, flush.

use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::{Map, Value};
use zulipkit_diag::{Diagnostic, Result};

use crate::Outbox;
use crate::clock::Moment;
use crate::row::RowId;
use crate::standing::{Filter, Listed, Notice, Shown, ShownFile, Standing, Status};
use crate::store;

/// Each row with its hold, if it lies behind one.
const LISTED: &str = "
    WITH listed AS (
        SELECT r.*, a.email, a.settings, site.url, d.place, d.topic, COALESCE(h.mend, p.mend) AS mend,
               COALESCE(h.reason, p.reason) AS cause,
               MAX(r.due, COALESCE(h.due, 0), COALESCE(p.due, 0), COALESCE(pause.until, 0)) AS next,
               CASE
                   WHEN r.state NOT IN ('waiting', 'unclear') THEN r.state
                   WHEN h.id IS NOT NULL OR p.id IS NOT NULL THEN 'held'
                   WHEN r.parked THEN 'parked'
                   ELSE r.state
               END AS standing
        FROM row r
        JOIN account a ON a.id = r.account
        JOIN site ON site.id = a.site
        JOIN destination d ON d.id = r.destination
        LEFT JOIN hold h ON h.account = r.account AND h.place = ''
        LEFT JOIN hold p ON p.account = r.account AND p.place = d.place
        LEFT JOIN pause ON pause.site = a.site AND pause.email = a.email
    )";

impl Outbox {
    /// Lists rows, the oldest first.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Listed>> {
        let wanted = if filter.standings.is_empty() {
            &Standing::ALL[..6]
        } else {
            &filter.standings
        };
        let names: Vec<_> = wanted
            .iter()
            .map(|standing| format!("'{}'", standing.as_str()))
            .collect();
        let sql = format!(
            "{LISTED} SELECT * FROM listed
             WHERE standing IN ({}) AND (?1 IS NULL OR settings = ?1) ORDER BY id LIMIT ?2",
            names.join(", ")
        );
        let limit = filter.limit.map_or(-1, i64::from);
        self.read(|db| {
            let clock = store::reading(db)?;
            db.prepare(&sql)?
                .query_map(params![filter.settings, limit], |row| {
                    listed(row, |due| clock.wall_of(due))
                })?
                .collect()
        })
    }

    /// Shows one row with all that is in it.
    ///
    /// # Errors
    ///
    /// There is no such row, or the file cannot be read.
    pub fn show(&self, id: RowId) -> Result<Shown> {
        let shown = self.read(|db| {
            let clock = store::reading(db)?;
            let mut statement =
                db.prepare(&format!("{LISTED} SELECT * FROM listed WHERE id = ?1"))?;
            statement
                .query_row([id], |row| shown(row, |due| clock.wall_of(due)))
                .optional()
        })?;
        let files = self.read(|db| {
            db.prepare("SELECT name, length(bytes), url FROM blob WHERE row = ?1 ORDER BY id")?
                .query_map([id], |row| {
                    Ok(ShownFile {
                        name: row.get(0)?,
                        bytes: row.get(1)?,
                        url: row.get(2)?,
                    })
                })?
                .collect()
        })?;
        let shown = shown.ok_or_else(|| no_row(id))?;
        Ok(Shown { files, ..shown })
    }

    /// Lets rows be tried again now as if they were new: dead and held ones too, and in spite of a hold.
    ///
    /// A held row is sent without asking the server again, since it could not say. Ring for a deliverer, or start one.
    ///
    /// # Errors
    ///
    /// There is no such row, it is delivered, or the file cannot be written; then nothing is changed.
    pub fn retry(&mut self, ids: &[RowId]) -> Result<()> {
        self.act(
            ids,
            "UPDATE row SET
                 state = CASE WHEN state IN ('dead', 'unclear') AND doubt = 1 THEN 'unclear' ELSE 'waiting' END,
                 doubt = state <> 'held' AND doubt,
                 parked = 0, due = 0, failures = 0, failing_since = NULL, born = NULL, done = NULL
             WHERE id = ?1 AND state NOT IN ('sending', 'delivered')",
        )
    }

    /// Drops rows for good. What depends on them becomes a dead letter.
    ///
    /// # Errors
    ///
    /// There is no such row, it is delivered, or the file cannot be written; then nothing is changed.
    pub fn drop(&mut self, ids: &[RowId]) -> Result<()> {
        self.act(
            ids,
            "DELETE FROM row WHERE id = ?1 AND state <> 'delivered'",
        )
    }

    /// Lets everything that waits be tried now, except where the server asked for a pause; returns how many rows that are.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn flush(&mut self) -> Result<usize> {
        self.write(|transaction| {
            transaction.execute("UPDATE hold SET due = 0", [])?;
            transaction.execute(
                "UPDATE row SET due = 0 WHERE state IN ('waiting', 'unclear')",
                [],
            )
        })
    }

    /// Counts the rows and says what waits for a person.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn status(&self) -> Result<Status> {
        let sql = format!(
            "{LISTED} SELECT standing, count(*), min(accepted_wall) FROM listed GROUP BY standing"
        );
        let counts: Vec<(String, i64, i64)> = self.read(|db| {
            db.prepare(&sql)?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        })?;
        let mut status = Status {
            notices: self.notices()?,
            ..Status::default()
        };
        for (name, count, oldest) in counts {
            let standing = Standing::named(&name);
            match standing {
                Standing::Waiting | Standing::Sending | Standing::Unclear => {
                    status.waiting += count;
                }
                Standing::Held => status.held += count,
                Standing::Parked => status.parked += count,
                Standing::Dead => status.dead += count,
                Standing::Delivered => status.delivered += count,
            }
            if !matches!(standing, Standing::Dead | Standing::Delivered) {
                status.oldest_ms = Some(status.oldest_ms.map_or(oldest, |known| known.min(oldest)));
            }
        }
        Ok(status)
    }

    /// Returns what waits for a person, each cause once. Cheap where nothing does: a hook may ask each time.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn notices(&self) -> Result<Vec<Notice>> {
        let sql = "
            SELECT count(*), h.reason, h.mend
            FROM hold h
            JOIN row r ON r.account = h.account AND r.state IN ('waiting', 'sending', 'unclear')
            JOIN destination d ON d.id = r.destination AND h.place IN ('', d.place)
            GROUP BY h.id
            UNION ALL
            SELECT count(*), reason, CASE state
                WHEN 'dead' THEN 'see `zulipkit outbox list`, then `retry` or `drop` them'
                ELSE 'look in Zulip whether it arrived, then `zulipkit outbox retry` or `drop` it' END
            FROM row WHERE state IN ('held', 'dead') GROUP BY state, reason";
        self.read(|db| {
            db.prepare_cached(sql)?
                .query_map([], |row| {
                    Ok(Notice {
                        count: row.get(0)?,
                        cause: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                        mend: row.get(2)?,
                    })
                })?
                .collect()
        })
    }

    /// Does a statement for each row, or nothing at all.
    fn act(&mut self, ids: &[RowId], sql: &str) -> Result<()> {
        for id in ids {
            let state: Option<String> = self.read(|db| {
                db.query_row("SELECT state FROM row WHERE id = ?1", [id], |row| {
                    row.get(0)
                })
                .optional()
            })?;
            match state.as_deref() {
                None => return Err(no_row(*id)),
                Some("delivered") => {
                    return Err(Diagnostic::usage(format!(
                        "message {id} is delivered already"
                    )));
                }
                Some(_) => {}
            }
        }
        self.write(|transaction| {
            for id in ids {
                transaction.execute(sql, [id])?;
            }
            Ok(())
        })
    }
}

fn no_row(id: RowId) -> Diagnostic {
    Diagnostic::usage(format!("there is no message {id} in the outbox"))
        .hint("`zulipkit outbox list` shows those that are there")
}

fn shown(row: &Row<'_>, wall_of: impl Fn(Moment) -> i64) -> rusqlite::Result<Shown> {
    let body: Map<String, Value> = store::json(row, "body")?;
    let was_sent = row.get::<_, Option<i64>>("sent")?.is_some();
    let wire = store::optional_json(row, "wire")?;
    Ok(Shown {
        row: listed(row, wall_of)?,
        sent: wire.or_else(|| was_sent.then(|| body.clone())),
        body,
        result: store::optional_json(row, "result")?,
        after: row.get("after_row")?,
        files: Vec::new(),
    })
}

fn listed(row: &Row<'_>, wall_of: impl Fn(Moment) -> i64) -> rusqlite::Result<Listed> {
    let standing = Standing::named(row.get_ref("standing")?.as_str()?);
    let place: String = row.get("place")?;
    let place = place
        .split_once(':')
        .map_or(place.as_str(), |(_, name)| name);
    let topic: String = row.get("topic")?;
    let done = matches!(
        standing,
        Standing::Dead | Standing::Delivered | Standing::Sending
    );
    let due = (!done && row.get_ref("state")?.as_str()? != "held")
        .then(|| row.get("next"))
        .transpose()?;
    Ok(Listed {
        id: row.get("id")?,
        standing,
        destination: if topic.is_empty() {
            place.to_owned()
        } else {
            format!("{place} > {topic}")
        },
        site: row.get("url")?,
        email: row.get("email")?,
        settings: row.get("settings")?,
        endpoint: row.get("endpoint")?,
        accepted_ms: row.get("accepted_wall")?,
        happened_ms: row.get("happened_wall")?,
        failures: row.get("failures")?,
        due_ms: due.map(wall_of),
        reason: row
            .get::<_, Option<String>>("cause")?
            .map_or_else(|| row.get("reason"), |cause| Ok(Some(cause)))?,
        mend: row.get("mend")?,
        note: row.get("note")?,
        message_id: row.get("message_id")?,
    })
}
