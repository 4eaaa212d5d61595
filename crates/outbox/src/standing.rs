//! What a person sees of a row. All of it can be written as JSON.

use std::fmt::{self, Display};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::row::RowId;

/// How a row stands, as a person sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It will be sent, or sent again.
    Waiting,
    /// It is under way.
    Sending,
    /// It was sent without an answer; the server will be asked whether it arrived.
    Unclear,
    /// It failed often while others got through, which may overtake it now; it is tried each hour.
    Parked,
    /// It waits until a person has mended something.
    Held,
    /// It was given up.
    Dead,
    /// The server has it.
    Delivered,
}

impl Standing {
    pub(crate) const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Sending,
        Self::Unclear,
        Self::Parked,
        Self::Held,
        Self::Dead,
        Self::Delivered,
    ];

    /// Returns the name, as in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Unclear => "unclear",
            Self::Parked => "parked",
            Self::Held => "held",
            Self::Dead => "dead",
            Self::Delivered => "delivered",
        }
    }

    pub(crate) fn named(name: &str) -> Self {
        let found = Self::ALL
            .into_iter()
            .find(|standing| standing.as_str() == name);
        found.unwrap_or(Self::Waiting)
    }
}

/// A row in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    /// Its number.
    pub id: RowId,
    /// How it stands.
    pub standing: Standing,
    /// Where it goes: `commits > website`, or the people; folded to lower case.
    pub destination: String,
    /// The server.
    pub site: String,
    /// As whom.
    pub email: String,
    /// The settings file that it came from.
    pub settings: String,
    /// `POST /messages`.
    pub endpoint: String,
    /// When it was accepted: milliseconds since 1970.
    pub accepted_ms: i64,
    /// When its event was: milliseconds since 1970.
    pub happened_ms: i64,
    /// How often it failed.
    pub failures: u32,
    /// When it is tried next: milliseconds since 1970.
    pub due_ms: Option<i64>,
    /// Why it stands so.
    pub reason: Option<String>,
    /// What a person may do.
    pub mend: Option<String>,
    /// What else should be known.
    pub note: Option<String>,
    /// The message that it became.
    pub message_id: Option<i64>,
}

/// A row with all that is in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// What a list says of it.
    pub row: Listed,
    /// Its parameters as accepted.
    pub body: Map<String, Value>,
    /// Its parameters as sent, if it ever was.
    pub sent: Option<Map<String, Value>>,
    /// The server's answer.
    pub result: Option<Map<String, Value>>,
    /// The row whose result it needs.
    pub after: Option<RowId>,
    /// Its files.
    pub files: Vec<ShownFile>,
}

/// A file of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownFile {
    /// Its name.
    pub name: String,
    /// How many bytes are still kept; none once it is uploaded.
    pub bytes: i64,
    /// Where the server keeps it.
    pub url: Option<String>,
}

/// Which rows to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only rows that stand so; empty: all but delivered ones.
    pub standings: Vec<Standing>,
    /// Only rows of this settings file.
    pub settings: Option<String>,
    /// At most so many, the oldest first.
    pub limit: Option<u32>,
}

/// How many rows stand how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Status {
    /// Waiting, under way or unclear.
    pub waiting: i64,
    /// Waiting for a person.
    pub held: i64,
    /// Overtaken by later ones.
    pub parked: i64,
    /// Given up.
    pub dead: i64,
    /// Delivered, as far as they are still kept.
    pub delivered: i64,
    /// When the oldest row was accepted that is not delivered or dead: milliseconds since 1970.
    pub oldest_ms: Option<i64>,
    /// What waits for a person.
    pub notices: Vec<Notice>,
}

/// Rows that wait for a person, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How many.
    pub count: i64,
    /// Why.
    pub cause: String,
    /// What to do.
    pub mend: String,
}

impl Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages = if self.count == 1 {
            "message waits"
        } else {
            "messages wait"
        };
        let line = format!(
            "{} {messages} for you: {}; {}",
            self.count, self.cause, self.mend
        );
        // The words are a server's: they stay on one line.
        f.write_str(&line.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
