//! What the deliverer writes into the file: marks before a sending, outcomes after it, holds and pauses.

use rusqlite::{Transaction, params};
use serde_json::{Map, Value, json};
use zulipkit_api::File;

use crate::clock::{Moment, Reading};
use crate::compose::compose;
use crate::look::{Look, Match};
use crate::row::RowId;
use crate::state::{self, Circumstances, Outcome, Progress, Rules, State};
use crate::store::{self, Candidate, Job};
use crate::verdict::{Effect, Scope, Verdict};

/// What to do for a row next. Each step is one attempt.
#[derive(Debug)]
pub(crate) enum Step {
    Upload { blob: i64, file: File },
    Send,
    Look,
}

/// Notes when rows were first seen. A new row tries the holds before it: whoever made the channel pushes again, and
/// expects to see it.
pub(crate) fn see_new(transaction: &Transaction<'_>, now: Moment) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE hold SET due = MIN(due, ?1) WHERE EXISTS (
             SELECT 1 FROM row r JOIN destination d ON d.id = r.destination
             WHERE r.born IS NULL AND r.account = hold.account AND hold.place IN ('', d.place))",
        [now],
    )?;
    transaction
        .execute(
            // What was sent before it was accepted may be on its way until now.
            "UPDATE row SET born = ?1, sent = CASE state WHEN 'unclear' THEN ?1 END WHERE born IS NULL",
            [now],
        )
        .map(drop)
}

/// Begins a row's next step, and marks it first if that is a sending. `None`: there is nothing to do for it any more.
pub(crate) fn begin(
    transaction: &Transaction<'_>,
    candidate: &Candidate,
    time: Reading,
    rules: &Rules,
) -> rusqlite::Result<Option<(Job, Step)>> {
    let Some(mut job) = store::load(transaction, candidate.id)? else {
        return Ok(None);
    };
    if candidate.held {
        let sql = "UPDATE hold SET due = ?1 WHERE account = ?2 AND place IN ('', ?3)";
        transaction.execute(
            sql,
            params![time.now.after(rules.again), job.account, job.place],
        )?;
    }
    let step = match (
        job.progress.state,
        job.blobs.iter().find(|blob| blob.url.is_none()),
    ) {
        (State::Unclear, _) => Step::Look,
        (State::Waiting, Some(blob)) => {
            let sql = "SELECT bytes FROM blob WHERE id = ?1";
            let bytes = transaction.query_row(sql, [blob.id], |row| row.get(0))?;
            let file = File {
                name: blob.name.clone(),
                bytes,
            };
            Step::Upload {
                blob: blob.id,
                file,
            }
        }
        (State::Waiting, None) => {
            if !mark(transaction, &mut job, time, rules)? {
                return Ok(None);
            }
            Step::Send
        }
        _ => return Ok(None),
    };
    Ok(Some((job, step)))
}

/// Writes down that a row is being sent, and what exactly; false if that shows that it never can be.
fn mark(
    transaction: &Transaction<'_>,
    job: &mut Job,
    time: Reading,
    rules: &Rules,
) -> rusqlite::Result<bool> {
    let sql = "SELECT seen_message, max_message_length FROM site WHERE id = ?1";
    let (seen, limit): (Option<i64>, Option<u32>) =
        transaction.query_row(sql, [job.site], |row| Ok((row.get(0)?, row.get(1)?)))?;
    // Anew each time: nothing of an earlier attempt can have arrived, and meanwhile the message may have become late.
    match compose(
        job,
        time.wall_ms,
        rules.late,
        limit.map(|limit| limit as usize),
    ) {
        Ok(wire) => job.wire = Some(wire).filter(|wire| *wire != job.body),
        Err(reason) => {
            let progress = Progress {
                state: State::Dead,
                reason: Some(reason),
                ..job.progress.clone()
            };
            write(transaction, job.id, &progress, time.now)?;
            return Ok(false);
        }
    }
    job.progress.state = State::Sending;
    job.progress.sent = Some(time.now);
    job.floor = job.floor.or(seen);
    job.sent_wall_ms = job.sent_wall_ms.or(Some(time.wall_ms));
    let wire = job.wire.as_ref().map(|wire| json!(wire).to_string());
    transaction
        .prepare_cached(
            "UPDATE row SET state = 'sending', wire = ?2, floor = ?3, sent = ?4, sent_wall = ?5 WHERE id = ?1",
        )?
        .execute(params![job.id, wire, job.floor, time.now, job.sent_wall_ms])?;
    Ok(true)
}

/// Writes down what an attempt came to; returns what the row became.
pub(crate) fn settle(
    transaction: &Transaction<'_>,
    job: &Job,
    verdict: &Verdict,
    stamp: &str,
    around: &Circumstances<'_>,
) -> rusqlite::Result<State> {
    let around = Circumstances {
        site_succeeded: store::last_success(transaction, job.site)?,
        ..*around
    };
    let next = state::settle(
        &job.progress,
        &job.terms,
        verdict.outcome,
        &verdict.words,
        &around,
    );
    write(transaction, job.id, &next, around.now)?;
    match &verdict.effect {
        Effect::None => {}
        Effect::Pause(wait) => {
            // Not all who wait may come back in the same moment.
            let spread = around.rules.first_wait.mul_f64(around.random / 4.0);
            pause(
                transaction,
                job.site,
                &job.email,
                around.now.after(*wait + spread),
            )?;
        }
        Effect::Hold { scope, mend } => {
            let place = match scope {
                Scope::Account => "",
                Scope::Place => &job.place,
            };
            let due = around.now.after(around.rules.again);
            let sql = "
                INSERT INTO hold (account, place, due, since_wall, reason, mend, stamp)
                SELECT ?1, ?2, ?3, wall + ?4 - now, ?5, ?6, ?7 FROM clock WHERE true
                ON CONFLICT (account, place) DO UPDATE SET
                    due = excluded.due, reason = excluded.reason, mend = excluded.mend, stamp = excluded.stamp";
            let words = &verdict.words;
            transaction.execute(
                sql,
                params![job.account, place, due, around.now, words, mend, stamp],
            )?;
        }
    }
    lift_holds(transaction, job, verdict, next.due)?;
    if next.state == State::Delivered {
        let sql = "UPDATE site SET last_success = ?2 WHERE id = ?1";
        transaction.execute(sql, params![job.site, around.now])?;
        transaction.execute("UPDATE blob SET bytes = x'' WHERE row = ?1", [job.id])?;
    }
    Ok(next.state)
}

/// Takes the outcome of a hold's try: what got through lifts it, what says nothing about it may be repeated.
fn lift_holds(
    transaction: &Transaction<'_>,
    job: &Job,
    verdict: &Verdict,
    due: Moment,
) -> rusqlite::Result<()> {
    let account_is_good = matches!(
        verdict.outcome,
        Outcome::Done | Outcome::Found | Outcome::Uploaded | Outcome::Refused
    ) || matches!(
        verdict.effect,
        Effect::Hold {
            scope: Scope::Place,
            ..
        }
    );
    if account_is_good {
        transaction.execute(
            "DELETE FROM hold WHERE account = ?1 AND place = ''",
            [job.account],
        )?;
    }
    if matches!(verdict.outcome, Outcome::Done | Outcome::Found) {
        let sql = "DELETE FROM hold WHERE account = ?1 AND place = ?2";
        transaction.execute(sql, params![job.account, job.place])?;
    }
    if verdict.outcome != Outcome::Blocked {
        let sql = "UPDATE hold SET due = MIN(due, ?3) WHERE account = ?1 AND place IN ('', ?2)";
        transaction.execute(sql, params![job.account, job.place, due])?;
    }
    Ok(())
}

/// Makes a credential wait; the longer of two pauses counts.
pub(crate) fn pause(
    transaction: &Transaction<'_>,
    site: i64,
    email: &str,
    until: Moment,
) -> rusqlite::Result<()> {
    let sql = "
        INSERT INTO pause (site, email, until) VALUES (?1, ?2, ?3)
        ON CONFLICT (site, email) DO UPDATE SET until = MAX(until, excluded.until)";
    transaction
        .execute(sql, params![site, email, until])
        .map(drop)
}

/// Writes down the server's answer to a row, and the message that it became.
pub(crate) fn answer(
    transaction: &Transaction<'_>,
    job: &Job,
    result: &Map<String, Value>,
) -> rusqlite::Result<()> {
    let message = result
        .get("id")
        .and_then(Value::as_i64)
        .filter(|_| job.endpoint == "POST /messages");
    let sql = "UPDATE row SET result = ?2, message_id = ?3 WHERE id = ?1";
    transaction.execute(sql, params![job.id, json!(result).to_string(), message])?;
    saw_message(transaction, job.site, message)
}

/// Writes down where the server keeps a file.
pub(crate) fn uploaded(
    transaction: &Transaction<'_>,
    blob: i64,
    url: &str,
) -> rusqlite::Result<()> {
    let sql = "UPDATE blob SET url = ?2, bytes = x'' WHERE id = ?1";
    transaction.execute(sql, params![blob, url]).map(drop)
}

/// Later messages of this site have higher ids than this one.
pub(crate) fn saw_message(
    transaction: &Transaction<'_>,
    site: i64,
    id: Option<i64>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE site SET seen_message = MAX(COALESCE(seen_message, 0), ?2) WHERE id = ?1 AND ?2 IS NOT NULL";
    transaction.execute(sql, params![site, id]).map(drop)
}

/// Decides which of the messages seen is this row, if any is.
///
/// One of the row's own topic comes first. One of another topic was moved there by somebody, unless a row of ours to that
/// topic with the same text is in doubt itself: then it is that one's.
pub(crate) fn claim(
    transaction: &Transaction<'_>,
    job: &Job,
    look: &Look,
) -> rusqlite::Result<Option<i64>> {
    let content = |wire: &Map<String, Value>| wire.get("content").cloned();
    let (here, elsewhere): (Vec<&Match>, Vec<&Match>) = look
        .matches
        .iter()
        .partition(|found| found.topic == job.topic);
    for found in here.into_iter().chain(elsewhere) {
        let others = found.topic != job.topic
            && store::rivals(transaction, job, &found.topic)?
                .iter()
                .any(|rival| content(rival) == content(job.wire()));
        if !others && !store::is_owned(transaction, job.site, found.id, job.id)? {
            return Ok(Some(found.id));
        }
    }
    Ok(None)
}

/// Writes down how far a row has come.
pub(crate) fn write(
    transaction: &Transaction<'_>,
    id: RowId,
    progress: &Progress,
    now: Moment,
) -> rusqlite::Result<()> {
    let done = (!progress.state.is_open()).then_some(now);
    transaction
        .prepare_cached(
            "UPDATE row SET state = ?2, parked = ?3, doubt = ?4, due = ?5, failures = ?6, failing_since = ?7, sent = ?8,
                            reason = ?9, note = ?10, done = ?11
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            progress.state,
            progress.parked,
            progress.doubt,
            progress.due,
            progress.failures,
            progress.failing_since,
            progress.sent,
            progress.reason,
            progress.note,
            done,
        ])
        .map(drop)
}

/// Writes down the outbox's time, so that the next process goes on from there.
pub(crate) fn tick(transaction: &Transaction<'_>, time: Reading) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE clock SET now = ?1, wall = ?2")?
        .execute(params![time.now, time.wall_ms])
        .map(drop)
}
