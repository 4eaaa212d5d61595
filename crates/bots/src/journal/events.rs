//! Edits, reactions and other events, until they are done.
//!
//! The server forgets an event once a later one is asked for, and no one can fetch it again, unlike a message. So the event
//! itself stands here before the position moves past it.

use rusqlite::{Connection, params};
use zulipkit_api::QueueId;
use zulipkit_api::events::{Event, Position};

use super::bot::{BotJournal, DONE, Sent, Stage, read};

/// An event, by where it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct EventKey {
    pub(crate) queue: QueueId,
    pub(crate) id: i64,
    /// Whether the bot gets it as it came, and not as an edit or a reaction.
    pub(crate) plain: bool,
}

/// An event that is not done.
#[derive(Debug, Clone)]
pub(crate) struct UnfinishedEvent {
    pub(crate) key: EventKey,
    pub(crate) event: Event,
    /// Whether its handling had begun.
    pub(crate) begun: bool,
    /// How often the program that handled it ended meanwhile.
    pub(crate) cut_off: u32,
    pub(crate) sendings: Vec<Sent>,
}

/// What is known of a bot's events when it starts.
#[derive(Debug, Default)]
pub(crate) struct KnownEvents {
    /// In the order in which they came.
    pub(crate) unfinished: Vec<UnfinishedEvent>,
    /// All of them, also those that are done and may come again.
    pub(crate) met: Vec<EventKey>,
}

impl BotJournal {
    /// Notes an event that is the bot's business; its position may be noted after that.
    pub(crate) fn event(&self, key: &EventKey, event: &Event) {
        let (bot, key) = (self.bot, key.clone());
        let json = serde_json::to_string(event).expect("an event is plain data");
        self.journal.write_later(move |db| {
            let sql = "INSERT OR IGNORE INTO event (bot, queue, id, plain, state, event)
                       VALUES (?1, ?2, ?3, ?4, 0, ?5)";
            let row = params![bot, key.queue.0, key.id, key.plain, json];
            db.prepare_cached(sql)?.execute(row).map(drop)
        });
    }

    pub(super) fn event_begun(&self, key: &EventKey) {
        self.change_event(key, Stage::Begun as u8, None);
    }

    pub(super) fn event_sendings(&self, key: &EventKey, sendings: String) {
        self.change_event(key, Stage::Begun as u8, Some(sendings));
    }

    pub(super) fn event_done(&self, key: &EventKey) {
        self.change_event(key, DONE, None);
    }

    pub(super) fn event_cut_off(&self, key: EventKey) {
        let bot = self.bot;
        self.journal.write_later(move |db| {
            let sql = "UPDATE event SET cut_off = cut_off + 1
                       WHERE bot = ?1 AND queue = ?2 AND id = ?3 AND plain = ?4";
            let row = params![bot, key.queue.0, key.id, key.plain];
            db.execute(sql, row).map(drop)
        });
    }

    fn change_event(&self, key: &EventKey, state: u8, sendings: Option<String>) {
        let (bot, key) = (self.bot, key.clone());
        self.journal.write_later(move |db| {
            let sql = "
                UPDATE event
                SET state = MAX(state, ?5), sendings = IIF(?5 = 2, NULL, IFNULL(?6, sendings))
                WHERE bot = ?1 AND queue = ?2 AND id = ?3 AND plain = ?4";
            let row = params![bot, key.queue.0, key.id, key.plain, state, sendings];
            db.prepare_cached(sql)?.execute(row).map(drop)
        });
    }
}

/// Reads what is known of a bot's events.
pub(super) fn known(db: &Connection, bot: i64) -> rusqlite::Result<KnownEvents> {
    let mut known = KnownEvents::default();
    let sql = "SELECT queue, id, plain, state, event, sendings, cut_off FROM event WHERE bot = ?1
               ORDER BY queue, id, plain";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([bot])?;
    while let Some(row) = rows.next()? {
        let key = EventKey {
            queue: QueueId(row.get(0)?),
            id: row.get(1)?,
            plain: row.get(2)?,
        };
        known.met.push(key.clone());
        let (state, json): (u8, String) = (row.get(3)?, row.get(4)?);
        if state == DONE {
            continue;
        }
        if let Ok(event) = serde_json::from_str(&json) {
            known.unfinished.push(UnfinishedEvent {
                key,
                event,
                begun: state == Stage::Begun as u8,
                cut_off: row.get(6)?,
                sendings: read(row.get(5)?),
            });
        }
    }
    Ok(known)
}

/// Forgets those that are done and cannot come again, since the position is past them.
pub(super) fn forget(db: &Connection, bot: i64, position: &Position) -> rusqlite::Result<()> {
    let sql = "DELETE FROM event WHERE bot = ?1 AND state = 2 AND NOT (queue = ?2 AND id > ?3)";
    db.prepare_cached(sql)?
        .execute(params![bot, position.queue_id.0, position.last_event_id])
        .map(drop)
}
