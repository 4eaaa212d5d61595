//! `GET /scheduled_messages`, `POST /scheduled_messages`, `PATCH /scheduled_messages/{scheduled_message_id}`, `DELETE /scheduled_messages/{scheduled_message_id}`

use serde::{Deserialize, Serialize};

use crate::messages::{MessageType, RecipientType, To};
use crate::{ChannelId, Empty, ScheduledMessageId, UserId};

endpoint! {
    /// Returns one's messages that wait for their time; since feature level 173.
    pub struct GetScheduledMessages: GET "/scheduled_messages" -> ScheduledMessages {}
}

endpoint! {
    /// Sends a message later; since feature level 179.
    ///
    /// Recipients go by number: channels and people by name or address are refused.
    pub struct ScheduleMessage: POST "/scheduled_messages" -> ScheduledMessageNumber {
        flattened {
            /// Where it goes.
            to: To,
        }
        required {
            /// The text in Markdown.
            content: String,
            /// When it is sent, in seconds since 1970.
            scheduled_delivery_timestamp: i64,
        }
        optional {
            /// Whether it counts as read by its sender; since feature level 236.
            read_by_sender: bool,
        }
    }
}

endpoint! {
    /// Changes a message that waits; since feature level 184.
    ///
    /// One that failed needs a new time.
    pub struct EditScheduledMessage: PATCH "/scheduled_messages/{scheduled_message_id}" -> Empty {
        required {
            /// The message.
            scheduled_message_id: ScheduledMessageId,
        }
        optional {
            /// Whether it goes to a channel or to people; needs `to`, and for a channel `topic`.
            kind as "type": RecipientType,
            /// Where it goes from now on.
            to: Recipient,
            /// Its new topic.
            topic: String,
            /// Its new text.
            content: String,
            /// When it is sent from now on, in seconds since 1970.
            scheduled_delivery_timestamp: i64,
        }
    }
}

endpoint! {
    /// Takes back a message that waits; since feature level 173.
    pub struct DeleteScheduledMessage: DELETE "/scheduled_messages/{scheduled_message_id}" -> Empty {
        required {
            /// The message.
            scheduled_message_id: ScheduledMessageId,
        }
    }
}

/// A channel or people, by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Recipient {
    /// A channel.
    Channel(ChannelId),
    /// People.
    People(Vec<UserId>),
}

object! {
    /// A message that waits for its time.
    pub struct ScheduledMessage {
        required {
            /// Its number, which is not the one that it will have as a message.
            scheduled_message_id: ScheduledMessageId,
            /// Whether it goes to a channel or to people.
            kind as "type": MessageType,
            /// Where it goes.
            to: Recipient,
            /// The text in Markdown.
            content: String,
            /// When it is sent, in seconds since 1970.
            scheduled_delivery_timestamp: i64,
        }
        default {
            /// The topic; empty for people.
            topic: String,
            /// The text as HTML.
            rendered_content: String,
            /// Whether it could not be sent; since feature level 181.
            failed: bool,
        }
    }
}

object! {
    /// Answers [`GetScheduledMessages`].
    pub struct ScheduledMessages {
        required {
            /// The messages, the next first.
            scheduled_messages: Vec<ScheduledMessage>,
        }
    }
}

object! {
    /// Answers [`ScheduleMessage`].
    pub struct ScheduledMessageNumber {
        required {
            /// The number.
            scheduled_message_id: ScheduledMessageId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_scheduled_messages_on_the_wire() {
        assert_wire(&GetScheduledMessages::new(), "GET /scheduled_messages", &[]);
    }

    #[test]
    fn schedule_message_on_the_wire() {
        let mut endpoint = ScheduleMessage::new(To::channel(ChannelId(39), "main"), "text", 5);
        endpoint.read_by_sender = Some(true);
        assert_wire(
            &endpoint,
            "POST /scheduled_messages",
            &[
                ("content", "text"),
                ("read_by_sender", "true"),
                ("scheduled_delivery_timestamp", "5"),
                ("to", "39"),
                ("topic", "main"),
                ("type", "stream"),
            ],
        );
    }

    #[test]
    fn edit_scheduled_message_on_the_wire() {
        let mut endpoint = EditScheduledMessage::new(ScheduledMessageId(7));
        endpoint.kind = Some(RecipientType::Direct);
        endpoint.to = Some(Recipient::People(vec![UserId(9)]));
        endpoint.topic = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "PATCH /scheduled_messages/7",
            &[("to", "[9]"), ("topic", "text"), ("type", "direct")],
        );
    }

    #[test]
    fn delete_scheduled_message_on_the_wire() {
        assert_wire(
            &DeleteScheduledMessage::new(ScheduledMessageId(7)),
            "DELETE /scheduled_messages/7",
            &[],
        );
    }
}
