//! What the journal knows of one bot.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zulipkit_api::MessageId;
use zulipkit_api::events::Position;
use zulipkit_diag::Result;

use super::Journal;
use super::events::{self, EventKey, KnownEvents};
use super::writer::Change;
use crate::Alarm;

/// How many messages that are done are remembered: far more than events come twice.
const REMEMBERED: i64 = 1_000;

/// The state of a message that is done; those before are a [`Stage`].
pub(super) const DONE: u8 = 2;

/// How many names of sendings are remembered, of all bots together: far more than can be under way at a time.
const NAMES: i64 = 10_000;

/// The part of the journal that one bot has.
#[derive(Debug, Clone)]
pub(crate) struct BotJournal {
    pub(super) journal: Journal,
    pub(super) bot: i64,
}

/// What is being handled, as the journal names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Message(MessageId),
    /// An alarm by its name, and when it was due, in milliseconds since 1970.
    Alarm(String, i64),
    /// A message that the bot has given a name.
    Once(String),
    /// An edit, a reaction, or another event.
    Event(EventKey),
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Waits = 0,
    Begun = 1,
}

/// A sending: the message, or a part of one that was too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    /// Which message of the handling it was, from 0.
    pub(crate) nth: u32,
    /// Which part of that message, from 0.
    pub(crate) part: u32,
    /// A message that was there before it was sent.
    pub(crate) after: MessageId,
    /// The body as it went out, while it is not known to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wire: Option<Map<String, Value>>,
    /// Its number, once it is known to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<MessageId>,
    /// Whether the outbox has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) kept: bool,
}

/// What is known of a bot when it starts.
#[derive(Debug)]
pub(crate) struct Known {
    /// Up to where its events were read; none before the first start.
    pub(crate) position: Option<Position>,
    /// For which events its queue was opened, if that is known.
    pub(crate) wanted: Option<String>,
    /// No message up to this one is handled any more.
    pub(crate) floor: MessageId,
    /// How long a message may be.
    pub(crate) max_length: Option<usize>,
    /// The newest messages that are done.
    pub(crate) done: Vec<MessageId>,
    /// What was sent in handling them, or under a name.
    pub(crate) replies: Vec<MessageId>,
    /// The messages that are not, by rising number.
    pub(crate) unfinished: Vec<Unfinished>,
    /// What is known of other events.
    pub(crate) events: KnownEvents,
}

/// A message that is not done.
#[derive(Debug, Clone)]
pub(crate) struct Unfinished {
    pub(crate) id: MessageId,
    /// Whether its handling had begun.
    pub(crate) begun: bool,
    /// How often the program that handled it ended meanwhile.
    pub(crate) cut_off: u32,
    pub(crate) sendings: Vec<Sent>,
}

impl BotJournal {
    pub(super) fn new(journal: Journal, bot: i64) -> Self {
        Self { journal, bot }
    }

    /// Returns what is known.
    pub(crate) async fn known(&self) -> Result<Known> {
        let bot = self.bot;
        self.journal.write(move |db| known(db, bot)).await
    }

    /// Notes up to where events were read.
    pub(crate) fn position(&self, position: Position) {
        self.journal.writer().position(self.bot, position);
    }

    /// Notes for which events its queue is opened.
    pub(crate) fn wanted(&self, wanted: String) {
        let bot = self.bot;
        self.journal.write_later(move |db| {
            let sql = "UPDATE bot SET wanted = ?2 WHERE id = ?1";
            db.execute(sql, params![bot, wanted]).map(drop)
        });
    }

    /// Notes that nothing up to a message is handled any more.
    pub(crate) fn floor(&self, floor: MessageId) {
        let bot = self.bot;
        self.journal.write_later(move |db| {
            let sql = "UPDATE bot SET floor = MAX(floor, ?2) WHERE id = ?1";
            db.execute(sql, params![bot, number(floor)]).map(drop)
        });
    }

    /// Notes how long a message may be.
    pub(crate) fn max_length(&self, length: usize) {
        let bot = self.bot;
        self.journal.write_later(move |db| {
            let sql = "UPDATE bot SET max_length = ?2 WHERE id = ?1";
            db.execute(sql, params![bot, length as i64]).map(drop)
        });
    }

    /// Notes how far a message has come; its position may be noted after that.
    pub(crate) fn note(&self, id: MessageId, stage: Stage) {
        let change = Change {
            state: stage as u8,
            ..Change::default()
        };
        self.journal.writer().message(self.bot, id, change);
    }

    /// Notes that a handling begins.
    pub(crate) fn begun(&self, key: &Key) {
        match key {
            Key::Message(id) => self.note(*id, Stage::Begun),
            Key::Event(key) => self.event_begun(key),
            // An alarm that went off does so again until it is done.
            Key::Alarm(..) | Key::Once(_) => {}
        }
    }

    /// Notes that the program that handled something has ended meanwhile.
    pub(crate) fn cut_off(&self, key: &Key) {
        let bot = self.bot;
        match key.clone() {
            Key::Message(id) => self.journal.write_later(move |db| {
                let sql = "UPDATE message SET cut_off = cut_off + 1 WHERE bot = ?1 AND id = ?2";
                db.execute(sql, params![bot, number(id)]).map(drop)
            }),
            Key::Event(key) => self.event_cut_off(key),
            Key::Alarm(..) | Key::Once(_) => {}
        }
    }

    /// Notes how far a message has come, and returns when that is written.
    pub(crate) async fn note_now(&self, id: MessageId, stage: Stage) -> Result<()> {
        self.note(id, stage);
        self.journal.flush().await
    }

    /// Returns what was sent under a name.
    pub(crate) async fn sent_once(&self, name: &str) -> Result<Vec<Sent>> {
        let (bot, name) = (self.bot, name.to_owned());
        self.journal
            .write(move |db| sent_once(db, bot, &name))
            .await
    }

    /// Notes what was sent, and returns when that is written.
    pub(crate) fn sendings_now(
        &self,
        key: &Key,
        sendings: &[Sent],
    ) -> impl Future<Output = Result<()>> + use<> {
        self.sendings(key, sendings);
        self.journal.flush()
    }

    /// Notes what was sent.
    pub(crate) fn sendings(&self, key: &Key, sendings: &[Sent]) {
        let (bot, json) = (self.bot, json(sendings));
        match key.clone() {
            Key::Message(id) => {
                let change = Change {
                    sendings: Some(json),
                    ..Change::default()
                };
                self.journal.writer().message(bot, id, change);
            }
            Key::Alarm(name, due) => self.journal.write_later(move |db| {
                let sql =
                    "UPDATE alarm SET sendings = ?4 WHERE bot = ?1 AND name = ?2 AND due = ?3";
                db.execute(sql, params![bot, name, due, json]).map(drop)
            }),
            Key::Once(name) => self
                .journal
                .write_later(move |db| note_once(db, bot, &name, &json)),
            Key::Event(key) => self.event_sendings(&key, json),
        }
    }

    /// Notes that something is done, and which messages came of it.
    pub(crate) fn done(&self, key: &Key, replies: &[MessageId]) {
        let bot = self.bot;
        match key.clone() {
            Key::Message(id) => {
                let change = Change {
                    state: DONE,
                    replies: Some(json(replies)),
                    ..Change::default()
                };
                self.journal.writer().message(bot, id, change);
            }
            // The bot may have set it anew meanwhile.
            Key::Alarm(name, due) => self.journal.write_later(move |db| {
                let sql = "DELETE FROM alarm WHERE bot = ?1 AND name = ?2 AND due = ?3";
                db.execute(sql, params![bot, name, due]).map(drop)
            }),
            // A name is remembered.
            Key::Once(_) => {}
            Key::Event(key) => self.event_done(&key),
        }
    }

    /// Forgets the oldest of what is done.
    pub(crate) fn prune(&self) {
        let bot = self.bot;
        self.journal.write_later(move |db| prune(db, bot));
    }

    /// Sets an alarm, in place of one of the same name.
    pub(crate) async fn set_alarm(&self, alarm: Alarm) -> Result<()> {
        let bot = self.bot;
        let sql = "INSERT OR REPLACE INTO alarm (bot, name, due, data) VALUES (?1, ?2, ?3, ?4)";
        self.journal
            .write(move |db| {
                let due = alarm.due.as_millisecond();
                db.execute(sql, params![bot, alarm.name, due, alarm.data.to_string()])
                    .map(drop)
            })
            .await
    }

    /// Takes an alarm back; tells whether there was one.
    pub(crate) async fn cancel_alarm(&self, name: &str) -> Result<bool> {
        let (bot, name) = (self.bot, name.to_owned());
        let sql = "DELETE FROM alarm WHERE bot = ?1 AND name = ?2";
        let deleted = self
            .journal
            .write(move |db| db.execute(sql, params![bot, name]))
            .await?;
        Ok(deleted > 0)
    }

    /// Returns the next alarm, with what was sent in handling it before.
    pub(crate) async fn next_alarms(&self) -> Result<Vec<(Alarm, Vec<Sent>)>> {
        let bot = self.bot;
        self.journal.write(move |db| next_alarms(db, bot)).await
    }
}

fn known(db: &Connection, bot: i64) -> rusqlite::Result<Known> {
    prune(db, bot)?;
    let sql = "SELECT position, floor, max_length, wanted FROM bot WHERE id = ?1";
    let mut known = db.query_row(sql, [bot], |row| {
        let position: Option<String> = row.get(0)?;
        let max_length: Option<i64> = row.get(2)?;
        Ok(Known {
            position: position.and_then(|json| serde_json::from_str(&json).ok()),
            wanted: row.get(3)?,
            floor: message(row.get(1)?),
            max_length: max_length.and_then(|length| length.try_into().ok()),
            done: Vec::new(),
            replies: Vec::new(),
            unfinished: Vec::new(),
            events: KnownEvents::default(),
        })
    })?;
    let sql =
        "SELECT id, state, sendings, replies, cut_off FROM message WHERE bot = ?1 ORDER BY id";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([bot])?;
    while let Some(row) = rows.next()? {
        let (id, state) = (message(row.get(0)?), row.get::<_, u8>(1)?);
        if state == DONE {
            known.done.push(id);
            known.replies.extend(read::<MessageId>(row.get(3)?));
            continue;
        }
        known.unfinished.push(Unfinished {
            id,
            begun: state == Stage::Begun as u8,
            cut_off: row.get(4)?,
            sendings: read(row.get(2)?),
        });
    }
    known.events = events::known(db, bot)?;
    let sql = "SELECT sendings FROM once WHERE bot = ?1";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([bot])?;
    while let Some(row) = rows.next()? {
        let sendings = read::<Sent>(row.get(0)?);
        known
            .replies
            .extend(sendings.iter().filter_map(|sent| sent.id));
    }
    Ok(known)
}

fn sent_once(db: &Connection, bot: i64, name: &str) -> rusqlite::Result<Vec<Sent>> {
    let sql = "SELECT sendings FROM once WHERE bot = ?1 AND name = ?2";
    let sendings = db
        .prepare_cached(sql)?
        .query_row(params![bot, name], |row| row.get(0))
        .optional()?;
    Ok(read(sendings))
}

fn note_once(db: &Connection, bot: i64, name: &str, json: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO once (bot, name, sendings) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET sendings = excluded.sendings";
    db.prepare_cached(sql)?.execute(params![bot, name, json])?;
    let sql = "DELETE FROM once WHERE rowid <= (SELECT MAX(rowid) FROM once) - ?1";
    db.prepare_cached(sql)?.execute([NAMES]).map(drop)
}

fn prune(db: &Connection, bot: i64) -> rusqlite::Result<()> {
    let sql = "
        DELETE FROM message WHERE bot = ?1 AND state = 2 AND id <
            (SELECT id FROM message WHERE bot = ?1 AND state = 2 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    db.prepare_cached(sql)?
        .execute(params![bot, REMEMBERED])
        .map(drop)
}

fn next_alarms(db: &Connection, bot: i64) -> rusqlite::Result<Vec<(Alarm, Vec<Sent>)>> {
    let sql = "SELECT name, due, data, sendings FROM alarm WHERE bot = ?1 ORDER BY due LIMIT 100";
    let alarm = |row: &rusqlite::Row<'_>| {
        let data: String = row.get(2)?;
        let alarm = Alarm {
            name: row.get(0)?,
            due: jiff::Timestamp::from_millisecond(row.get(1)?).unwrap_or(jiff::Timestamp::MAX),
            data: serde_json::from_str(&data).unwrap_or_default(),
        };
        Ok((alarm, read(row.get(3)?)))
    };
    db.prepare_cached(sql)?.query_map([bot], alarm)?.collect()
}

pub(super) fn read<T: DeserializeOwned>(json: Option<String>) -> Vec<T> {
    json.and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

fn json<T: Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).expect("sendings and numbers are plain data")
}

/// SQLite's numbers are signed; the server's stay far below that.
pub(super) fn number(id: MessageId) -> i64 {
    id.0 as i64
}

fn message(number: i64) -> MessageId {
    MessageId(number as u64)
}
