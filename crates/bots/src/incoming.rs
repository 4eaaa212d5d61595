use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zulipkit_api::messages::Message;
use zulipkit_api::{MessageId, UserId};
use zulipkit_diag::{Diagnostic, Result};

use crate::Conversation;

/// A message that is addressed to the bot.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// The message as the server shows it. Its `content` is the full text, the mention included.
    pub message: Message,
    /// The text without the mention that addressed the bot, and without the blanks around it.
    pub text: String,
    /// Where it stands.
    pub conversation: Conversation,
    /// How it is addressed to the bot.
    pub addressed: Addressed,
    /// Whether it was sent while the bot was not there, and was fetched afterwards.
    pub caught_up: bool,
    /// Whether its handling had begun before, and was cut off when the process died.
    pub again: bool,
}

/// Why a message is the bot's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressed {
    /// It mentions the bot.
    Mention,
    /// It is a direct message to the bot alone.
    Direct,
    /// It stands in a direct conversation of several, all of whose messages the bot handles.
    Group,
    /// It stands in a channel of which the bot handles all messages.
    Channel,
}

impl Incoming {
    /// Returns the message's number.
    pub fn id(&self) -> MessageId {
        self.message.id
    }

    /// Returns who sent it.
    pub fn sender(&self) -> UserId {
        self.message.sender_id
    }

    /// Returns the text without the mention that addressed the bot.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the full text, as it was written.
    pub fn full_text(&self) -> &str {
        &self.message.content
    }
}

/// The edit of a message that is addressed to the bot.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The message as it is now.
    pub message: Incoming,
    /// The full text before.
    pub before: String,
}

/// A reaction that came or went, on a message of the bot's or on one that was addressed to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReactionEvent {
    /// The message.
    pub message: MessageId,
    /// Where the message stands, if the bot still knows.
    pub conversation: Option<Conversation>,
    /// Who reacted.
    pub user: UserId,
    /// The emoji's name.
    pub emoji: String,
    /// Whether it came; otherwise it went.
    pub added: bool,
}

/// A moment for which an alarm was set.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// The name under which it was set.
    pub name: String,
    /// When it was due.
    pub due: jiff::Timestamp,
    /// What the bot wanted to know then.
    pub data: serde_json::Value,
}

impl Alarm {
    /// Returns what the bot wanted to know, as it was given to [`Context::set_alarm`](crate::Context::set_alarm).
    ///
    /// # Errors
    /// It was something of another type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.data).map_err(|error| {
            Diagnostic::failed(format!("cannot read the alarm `{}`", self.name)).source(&error)
        })
    }
}
