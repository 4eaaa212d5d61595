use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::reactions::EmojiType;
use crate::{ChannelId, MessageId, UserId};

/// A message as the server shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// Whether it is in a channel or direct.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// Its channel, if it is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<ChannelId>,
    /// Its topic; empty for direct messages, and for "general chat" on servers that have it.
    #[serde(rename = "subject", alias = "topic", default)]
    pub topic: String,
    /// The channel's name, or who takes part in the conversation.
    pub display_recipient: DisplayRecipient,
    /// Who wrote it.
    pub sender_id: UserId,
    /// The sender's e-mail address, as far as the reader may see it.
    #[serde(default)]
    pub sender_email: String,
    /// The sender's name.
    #[serde(default)]
    pub sender_full_name: String,
    /// The text: HTML, or Markdown where that was asked for.
    pub content: String,
    /// `text/html` or `text/x-markdown`.
    #[serde(default)]
    pub content_type: String,
    /// When it was sent, in seconds since 1970.
    pub timestamp: i64,
    /// When its content was last edited, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_edit_timestamp: Option<i64>,
    /// The program that sent it.
    #[serde(default)]
    pub client: String,
    /// Whether it begins with `/me `.
    #[serde(default)]
    pub is_me_message: bool,
    /// The reader's flags, such as `read` and `mentioned`. Events carry them beside the message.
    #[serde(default)]
    pub flags: Vec<String>,
    /// The reactions to it.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
}

open_enum! {
    /// Whether a message is in a channel or direct.
    pub enum MessageType {
        /// In a channel.
        Channel = "stream" | "channel",
        /// Direct, to one or more people.
        Direct = "private" | "direct",
    }
}

/// The channel's name, or those who take part in a direct conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum DisplayRecipient {
    /// The name of the channel.
    Channel(String),
    /// Everyone in the conversation, the reader as well.
    People(Vec<Person>),
    /// Something that this version does not know.
    Other(Value),
}

/// Someone in a direct conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// The user.
    pub id: UserId,
    /// The e-mail address, as far as the reader may see it.
    pub email: String,
    /// The name.
    pub full_name: String,
}

/// A reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reaction {
    /// The emoji's name.
    pub emoji_name: String,
    /// What identifies it: its code points in hexadecimal, or the number of a custom emoji.
    pub emoji_code: String,
    /// The emoji's kind.
    pub reaction_type: EmojiType,
    /// Who reacted; since feature level 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}
