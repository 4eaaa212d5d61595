use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ChannelRef, People};

/// One term of a search; all terms of a list must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Narrow {
    /// What is looked at, such as `topic` or `sender`.
    pub operator: String,
    /// What it must be: text, a number, or a list of numbers.
    pub operand: Value,
    /// Whether it must not be so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
}

impl Narrow {
    /// Builds a term of any operator.
    pub fn new(operator: impl Into<String>, operand: impl Into<Value>) -> Self {
        Self {
            operator: operator.into(),
            operand: operand.into(),
            negated: false,
        }
    }

    /// Asks for messages in a channel. `stream` is the operator that every server knows.
    pub fn channel(channel: impl Into<ChannelRef>) -> Self {
        match channel.into() {
            ChannelRef::Id(id) => Self::new("stream", id.0),
            ChannelRef::Name(name) => Self::new("stream", name),
        }
    }

    /// Asks for messages of a topic, whose capitals do not matter.
    pub fn topic(topic: impl Into<String>) -> Self {
        Self::new("topic", topic.into())
    }

    /// Asks for messages that this user sent, by e-mail address.
    pub fn sender(email: impl Into<String>) -> Self {
        Self::new("sender", email.into())
    }

    /// Asks for the direct messages between exactly these people and the reader; since feature level 177.
    pub fn direct(people: &People) -> Self {
        match people {
            People::Ids(ids) => Self::new("dm", ids.iter().map(|id| id.0).collect::<Vec<_>>()),
            People::Emails(emails) => Self::new("dm", emails.join(",")),
        }
    }
}
