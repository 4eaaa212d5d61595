//! Where a message goes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::endpoint::Flattened;
use crate::{ChannelId, Parameter, UserId};

/// Where a message goes: a topic of a channel, or people.
///
/// On the wire these are the parameters `type`, `to` and `topic`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub enum To {
    /// A topic of a channel.
    Channel {
        /// The channel.
        channel: ChannelRef,
        /// The topic. Servers cut it at `max_topic_length`; an empty one is allowed since feature level 334.
        topic: String,
    },
    /// A direct message to these and its sender.
    People(People),
}

impl Flattened for To {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::required("type"),
        Parameter::required("to"),
        Parameter::optional("topic"),
    ];
}

open_enum! {
    /// Whether something goes to a channel or to people, where that is said apart from the destination.
    ///
    /// `stream` is understood by every server, `direct` since feature level 174.
    pub enum RecipientType {
        /// To a channel.
        Channel = "stream" | "channel",
        /// To people.
        Direct = "direct" | "private",
    }
}

/// A channel, by name or by number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChannelRef {
    /// Its number.
    Id(ChannelId),
    /// Its name, whose capitals do not matter.
    Name(String),
}

/// Some people: all by number or all by address, as the server wants it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum People {
    /// By number.
    Ids(Vec<UserId>),
    /// By e-mail address.
    Emails(Vec<String>),
}

impl To {
    /// Returns a topic of a channel, which is given by name or number.
    pub fn channel(channel: impl Into<ChannelRef>, topic: impl Into<String>) -> Self {
        Self::Channel {
            channel: channel.into(),
            topic: topic.into(),
        }
    }

    /// Returns people by number.
    pub fn users(ids: impl IntoIterator<Item = UserId>) -> Self {
        Self::People(People::Ids(ids.into_iter().collect()))
    }

    /// Returns people by e-mail address.
    pub fn emails<T: Into<String>>(emails: impl IntoIterator<Item = T>) -> Self {
        Self::People(People::Emails(emails.into_iter().map(Into::into).collect()))
    }
}

impl From<&str> for ChannelRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for ChannelRef {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<ChannelId> for ChannelRef {
    fn from(id: ChannelId) -> Self {
        Self::Id(id)
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(rename = "type")]
    kind: String,
    to: Value,
    #[serde(alias = "subject", default, skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
}

impl From<To> for Wire {
    /// `stream` is understood by every server, `channel` only since feature level 248; `direct` since 174.
    fn from(to: To) -> Self {
        match to {
            To::Channel { channel, topic } => Self {
                kind: "stream".to_owned(),
                to: channel.to_value(),
                topic: Some(topic),
            },
            To::People(people) => Self {
                kind: "direct".to_owned(),
                to: match people {
                    People::Ids(ids) => ids.into_iter().map(|id| id.0).collect(),
                    People::Emails(emails) => emails.into(),
                },
                topic: None,
            },
        }
    }
}

impl TryFrom<Wire> for To {
    type Error = String;

    fn try_from(wire: Wire) -> Result<Self, String> {
        match wire.kind.as_str() {
            "stream" | "channel" => Ok(Self::Channel {
                channel: ChannelRef::from_value(wire.to)?,
                topic: wire.topic.unwrap_or_default(),
            }),
            "direct" | "private" => People::from_value(wire.to).map(Self::People),
            kind => Err(format!("no type of message `{kind}`")),
        }
    }
}

impl ChannelRef {
    /// A name goes as a JSON string within the parameter: the server reads that as JSON first, so that `2026` would be a
    /// number and `true` nothing at all.
    fn to_value(&self) -> Value {
        match self {
            Self::Id(id) => id.0.into(),
            Self::Name(name) => Value::from(name.as_str()).to_string().into(),
        }
    }

    /// Reads it as the server does.
    fn from_value(to: Value) -> Result<Self, String> {
        match as_json(to) {
            Value::String(name) => Ok(Self::Name(name)),
            Value::Number(number) => number
                .as_u64()
                .map(|id| Self::Id(ChannelId(id)))
                .ok_or_else(|| format!("no channel {number}")),
            Value::Array(mut one) if one.len() == 1 && !one[0].is_array() => {
                Self::from_value(one.remove(0))
            }
            other => Err(format!("no channel {other}")),
        }
    }
}

impl People {
    fn from_value(to: Value) -> Result<Self, String> {
        match as_json(to) {
            Value::String(list) => Ok(Self::Emails(
                list.split(',')
                    .map(|email| email.trim().to_owned())
                    .collect(),
            )),
            list => serde_json::from_value(list).map_err(|_| {
                "recipients are a list of user ids or a list of e-mail addresses".to_owned()
            }),
        }
    }
}

/// Text that is JSON means that JSON; other text means itself.
fn as_json(to: Value) -> Value {
    match to {
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => other,
    }
}
