use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zulipkit_bots::Conversation;
use zulipkit_bots::api::{MessageId, UserId};
use zulipkit_bots::markup::{code, escape, time};

use super::repeat::Repeat;

/// The reminders of one person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Book {
    last: u32,
    entries: Vec<Entry>,
}

/// One reminder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) number: u32,
    /// The message that asked for it. It is handled again if the bot dies meanwhile, and must not count twice.
    pub(super) asked: MessageId,
    pub(super) due: Timestamp,
    /// As it was written.
    pub(super) what: String,
    /// Where it is said.
    pub(super) place: Conversation,
    /// Whether it is for everyone there, not for the person alone.
    pub(super) for_all: bool,
    pub(super) repeat: Option<Repeat>,
    /// The time zone in which it was meant.
    pub(super) zone: String,
}

/// Why there is no further reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

impl Book {
    /// Writes a reminder in and returns it with its number.
    pub(super) fn add(&mut self, entry: Entry, limit: usize) -> Result<Entry, Full> {
        if let Some(known) = self.entries.iter().find(|known| known.asked == entry.asked) {
            return Ok(known.clone());
        }
        if self.entries.len() >= limit {
            return Err(Full);
        }
        self.last += 1;
        let number = self.last;
        self.entries.push(Entry { number, ..entry });
        Ok(self.entries[self.entries.len() - 1].clone())
    }

    pub(super) fn get(&self, number: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.number == number)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Takes a reminder out.
    pub(super) fn remove(&mut self, number: u32) -> Option<Entry> {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.number == number)?;
        Some(self.entries.remove(place))
    }

    /// Notes when a reminder is due next.
    pub(super) fn put_off(&mut self, number: u32, due: Timestamp) {
        let mut entries = self.entries.iter_mut();
        if let Some(entry) = entries.find(|entry| entry.number == number) {
            entry.due = due;
        }
    }

    /// Shows all in the order in which they are due, as Markdown.
    pub(super) fn show(&self) -> String {
        if self.entries.is_empty() {
            return "You have no reminders.".to_owned();
        }
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.due);
        let lines: Vec<String> = entries.into_iter().map(Entry::line).collect();
        lines.join("\n")
    }
}

impl Entry {
    /// Returns the name of the reminder's alarm.
    pub(super) fn alarm(&self, person: UserId) -> String {
        format!("reminder:{person}:{}", self.number)
    }

    /// Says when it is due, and how it is taken back.
    pub(super) fn promise(&self) -> String {
        let again = if self.repeat.is_some() {
            ", and then again"
        } else {
            ""
        };
        let whom = if self.for_all { "all here" } else { "you" };
        format!(
            "I will remind {whom} {}{again}. To take it back, say {}.",
            time(&self.due.to_string()),
            code(&format!("cancel {}", self.number))
        )
    }

    fn line(&self) -> String {
        let again = if self.repeat.is_some() {
            ", repeated"
        } else {
            ""
        };
        format!(
            "* **{}** {}{again}: {}",
            self.number,
            time(&self.due.to_string()),
            escape::inline(&self.what)
        )
    }
}
