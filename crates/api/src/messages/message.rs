use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::reactions::EmojiType;
use crate::{ChannelId, MessageId, UserId};

object! {
    /// A message as the server shows it.
    pub struct Message {
        required {
            /// Its number.
            id: MessageId,
            /// Whether it is in a channel or direct.
            kind as "type": MessageType,
            /// The channel's name, or who takes part in the conversation.
            display_recipient: DisplayRecipient,
            /// Who wrote it.
            sender_id: UserId,
            /// The text: HTML, or Markdown where that was asked for.
            content: String,
            /// When it was sent, in seconds since 1970.
            timestamp: i64,
        }
        default {
            /// Its topic; empty for direct messages, and for "general chat" on servers that have it.
            #[serde(alias = "topic")]
            topic as "subject": String,
            /// The sender's e-mail address, as far as the reader may see it.
            sender_email: String,
            /// The sender's name.
            sender_full_name: String,
            /// `text/html` or `text/x-markdown`.
            content_type: String,
            /// The program that sent it.
            client: String,
            /// Whether it begins with `/me `.
            is_me_message: bool,
            /// The reader's flags, such as `read` and `mentioned`. Events carry them beside the message.
            flags: Vec<String>,
            /// The reactions to it.
            reactions: Vec<Reaction>,
            /// What was added to its widget, the widget first.
            submessages: Vec<Submessage>,
        }
        optional {
            /// Its channel, if it is in one.
            stream_id: ChannelId,
            /// When its content was last edited, in seconds since 1970.
            last_edit_timestamp: i64,
        }
    }
}

object! {
    /// A widget, such as a poll, or what was added to it.
    pub struct Submessage {
        required {
            /// Its number.
            id: u64,
            /// Who added it.
            sender_id: UserId,
            /// What it is: JSON as text, in the widget's own form.
            content: String,
        }
        default {
            /// `widget`.
            msg_type: String,
        }
    }
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

object! {
    /// Someone in a direct conversation.
    pub struct Person {
        required {
            /// The user.
            id: UserId,
            /// The e-mail address, as far as the reader may see it.
            email: String,
            /// The name.
            full_name: String,
        }
    }
}

object! {
    /// A reaction to a message.
    pub struct Reaction {
        required {
            /// The emoji's name.
            emoji_name: String,
            /// What identifies it: its code points in hexadecimal, or the number of a custom emoji.
            emoji_code: String,
            /// The emoji's kind.
            reaction_type: EmojiType,
        }
        optional {
            /// Who reacted; since feature level 2.
            user_id: UserId,
        }
    }
}
