//! What is known of a server without asking it: its limits, and until when it wants a credential to pause.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use zulipkit_api::Site;
use zulipkit_diag::Result;

use crate::Outbox;
use crate::accept::site_id;
use crate::clock::{Clock as _, Moment, SystemClock};
use crate::{record, store};

/// The limits of a server, as it once said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// `max_topic_length`, in code points.
    pub max_topic_length: u32,
    /// `max_message_length`, in code points.
    pub max_message_length: u32,
    /// `zulip_feature_level`.
    pub feature_level: u32,
    /// When it said so: milliseconds since 1970.
    pub checked_ms: i64,
}

impl Outbox {
    /// Returns a server's limits, if it was ever asked.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn limits(&self, site: &Site) -> Result<Option<Limits>> {
        let sql = "
            SELECT max_topic_length, max_message_length, feature_level, limits_wall FROM site
            WHERE url = ?1 AND limits_wall IS NOT NULL";
        self.read(|db| {
            let found = db.query_row(sql, [site.as_str()], |row| {
                Ok(Limits {
                    max_topic_length: row.get(0)?,
                    max_message_length: row.get(1)?,
                    feature_level: row.get(2)?,
                    checked_ms: row.get(3)?,
                })
            });
            found.optional()
        })
    }

    /// Remembers a server's limits.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn set_limits(&mut self, site: &Site, limits: Limits) -> Result<()> {
        let sql = "
            UPDATE site SET max_topic_length = ?2, max_message_length = ?3, feature_level = ?4, limits_wall = ?5
            WHERE id = ?1";
        let Limits {
            max_topic_length,
            max_message_length,
            feature_level,
            checked_ms,
        } = limits;
        self.write(|transaction| {
            let id = site_id(transaction, site.as_str())?;
            transaction.execute(
                sql,
                params![
                    id,
                    max_topic_length,
                    max_message_length,
                    feature_level,
                    checked_ms
                ],
            )
        })
        .map(drop)
    }

    /// Remembers that a message with this id exists, so that all messages of rows sent later have higher ones.
    ///
    /// A program that sent one by itself, as a test message, should say so: until an id is known, only the wall clock tells
    /// an old message with the same text from a new one when the first row has to be read back.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn saw_message(&mut self, site: &Site, id: i64) -> Result<()> {
        self.write(|transaction| {
            let site = site_id(transaction, site.as_str())?;
            record::saw_message(transaction, site, Some(id))
        })
    }

    /// Returns how long a credential has to pause yet because its server said so; zero if it need not.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn pause(&self, site: &Site, email: &str) -> Result<Duration> {
        let sql = "SELECT until FROM pause JOIN site ON site.id = pause.site WHERE site.url = ?1 AND email = ?2";
        self.read(|db| {
            let now = store::reading(db)?.resume(SystemClock::default().wall_ms());
            let until: Option<Moment> = db
                .query_row(sql, [site.as_str(), email], |row| row.get(0))
                .optional()?;
            Ok(until.map_or(Duration::ZERO, |until| until.since(now)))
        })
    }

    /// Makes all processes that use this outbox pause for a credential, as its server asked this one to.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn set_pause(&mut self, site: &Site, email: &str, wait: Duration) -> Result<()> {
        self.write(|transaction| {
            let now = store::reading(transaction)?.resume(SystemClock::default().wall_ms());
            let site = site_id(transaction, site.as_str())?;
            record::pause(transaction, site, email, now.after(wait))
        })
    }
}
