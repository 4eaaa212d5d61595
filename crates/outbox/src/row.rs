//! What is put into the outbox: a request as data, with all that is needed to send it later.

use std::fmt::{self, Display};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zulipkit_api::messages::{ChannelRef, People, To};
use zulipkit_api::{MessageId, Site};

/// How long a row is tried before it becomes a dead letter, where nothing else is said.
pub const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The number of a row: the order in which rows were accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowId(pub i64);

impl Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RowId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl ToSql for RowId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for RowId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// Who sends: never a key, only where to read it again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    /// The absolute path of the settings file that holds, or names, the key.
    pub settings: PathBuf,
    /// The server that the settings must name when the row is delivered.
    pub site: Site,
    /// The e-mail address that the settings must name when the row is delivered.
    pub email: String,
}

/// A place within which order is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Destination {
    /// `channel:NAME` or `direct:PEOPLE`.
    pub(crate) place: String,
    /// Empty for direct messages.
    pub(crate) topic: String,
}

impl Destination {
    /// Names a topic of a channel; the server compares both names without case.
    pub fn channel(channel: &str, topic: &str) -> Self {
        Self {
            place: format!("channel:{}", channel.trim().to_lowercase()),
            topic: topic.trim().to_lowercase(),
        }
    }

    /// Names a set of people, by e-mail address or user id, in any order.
    pub fn direct<P: Display>(people: impl IntoIterator<Item = P>) -> Self {
        let mut people: Vec<_> = people
            .into_iter()
            .map(|person| person.to_string().trim().to_lowercase())
            .collect();
        people.sort();
        people.dedup();
        Self {
            place: format!("direct:{}", people.join(",")),
            topic: String::new(),
        }
    }
}

impl From<&To> for Destination {
    fn from(to: &To) -> Self {
        match to {
            To::Channel { channel, topic } => {
                let channel = match channel {
                    ChannelRef::Name(name) => name.clone(),
                    // A channel that is really called so shares this order, which does no harm.
                    ChannelRef::Id(id) => format!("#{id}"),
                };
                Self::channel(&channel, topic)
            }
            To::People(People::Emails(emails)) => Self::direct(emails),
            To::People(People::Ids(ids)) => Self::direct(ids),
        }
    }
}

/// What to do when a request was sent, no answer was seen, and the server cannot be asked whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnclear {
    /// Sends it again: it may be there twice, and is never lost.
    #[default]
    Resend,
    /// Leaves it to a person.
    Hold,
}

impl ToSql for OnUnclear {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let name = match self {
            Self::Resend => "resend",
            Self::Hold => "hold",
        };
        name.to_sql()
    }
}

impl FromSql for OnUnclear {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "resend" => Ok(Self::Resend),
            "hold" => Ok(Self::Hold),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// Where in the body a value is put that is known only at delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// The field of the body.
    pub field: String,
    /// A piece of text in that field which the value replaces; without it the value becomes the whole field.
    pub placeholder: Option<String>,
}

/// A file to upload before the row is sent. Its URL takes the place that `fill` names.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob {
    /// The file's name.
    pub name: String,
    /// Its contents.
    pub bytes: Vec<u8>,
    /// Where the URL goes.
    pub fill: Fill,
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({:?}, {} bytes)", self.name, self.bytes.len())
    }
}

/// The result of an earlier row that a row needs, such as the id of the message to edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// That row.
    pub row: Earlier,
    /// The field of the server's answer to it, such as `id`.
    pub result: String,
    /// Where the value goes.
    pub fill: Fill,
}

/// An earlier row, accepted long ago or in the same call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// A row that is already there.
    Row(RowId),
    /// The row at this index of the same batch.
    InBatch(usize),
}

/// A row to accept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRow {
    /// Who sends it.
    pub account: Account,
    /// The name in the User-Agent, such as `ZulipGit`.
    pub agent: String,
    /// Method and path, such as `POST /messages`.
    pub endpoint: String,
    /// The endpoint's parameters.
    pub body: Map<String, Value>,
    /// Within what it keeps its order.
    pub destination: Destination,
    /// When that happened of which it tells: milliseconds since 1970.
    pub happened_ms: i64,
    /// After having been tried for that long it is given up; see [`MAX_AGE`].
    pub max_age: Duration,
    /// What to do when it cannot be known whether it arrived.
    pub on_unclear: OnUnclear,
    /// Files to upload first.
    pub blobs: Vec<Blob>,
    /// An earlier row whose result it needs.
    pub after: Option<After>,
    /// Replaces a row with the same key and destination that still waits.
    pub coalesce: Option<String>,
    /// Its sender also sends past the outbox, so that only a message in its own topic can be it when it is read back.
    pub own_topic: bool,
    /// It was sent before it was accepted, and no answer was seen: it is read back before it is sent again.
    pub unclear: Option<Unclear>,
}

/// A sending without an answer, by a program that then gave the message to the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclear {
    /// A message that was there before.
    pub after: MessageId,
    /// When it was sent: milliseconds since 1970.
    pub sent_ms: i64,
}

impl NewRow {
    /// Builds an ordinary message: no files, nothing to wait for, sent again when in doubt.
    pub fn new(
        account: Account,
        agent: &str,
        endpoint: &str,
        body: Map<String, Value>,
        destination: Destination,
        happened_ms: i64,
    ) -> Self {
        Self {
            account,
            agent: agent.to_owned(),
            endpoint: endpoint.to_owned(),
            body,
            destination,
            happened_ms,
            max_age: MAX_AGE,
            on_unclear: OnUnclear::default(),
            blobs: Vec::new(),
            after: None,
            coalesce: None,
            own_topic: false,
            unclear: None,
        }
    }
}

/// How far a source has been read, moved in the same transaction as the rows that stand for what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The name, chosen by the integration.
    pub name: String,
    /// The position, in a format of its own.
    pub value: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use zulipkit_api::UserId;

    #[test]
    fn a_destination_is_the_same_however_it_is_written() {
        assert_eq!(
            Destination::channel(" Commits", "Website/Main "),
            Destination::channel("commits", "website/main")
        );
        assert_eq!(
            Destination::direct(["B@x.org", "a@x.org", "a@x.org"]),
            Destination::direct(["a@x.org", "b@x.org"])
        );
        assert_ne!(Destination::channel("a", ""), Destination::direct(["a"]));
        assert_eq!(
            Destination::from(&To::channel("Commits", "Website/Main")),
            Destination::channel("commits", "website/main")
        );
        assert_eq!(
            Destination::from(&To::users([UserId(9), UserId(7)])),
            Destination::direct([7, 9])
        );
    }
}
