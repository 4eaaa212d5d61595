//! `GET /messages/{message_id}/history`, `GET /messages/{message_id}/read_receipts`

use crate::{ChannelId, MessageId, UserId};

endpoint! {
    /// Returns what a message was, the oldest first.
    pub struct GetMessageHistory: GET "/messages/{message_id}/history" -> MessageHistory {
        required {
            /// The message.
            message_id: MessageId,
        }
        optional {
            /// Whether the empty topic may be called so; if not, it comes by the name that people see. Since feature
            /// level 334.
            allow_empty_topic_name: bool,
        }
    }
}

endpoint! {
    /// Returns who has read a message, as far as they let that be seen; since feature level 137.
    pub struct GetReadReceipts: GET "/messages/{message_id}/read_receipts" -> Readers {
        required {
            /// The message.
            message_id: MessageId,
        }
    }
}

object! {
    /// Answers [`GetMessageHistory`].
    pub struct MessageHistory {
        required {
            /// The versions.
            message_history: Vec<Version>,
        }
    }
}

object! {
    /// What a message was from one moment on, and what it had been before.
    pub struct Version {
        required {
            /// When it came to be, in seconds since 1970.
            timestamp: i64,
        }
        optional {
            /// Who made it; no one for very old edits.
            user_id: UserId,
            /// The text in Markdown.
            content: String,
            /// The text as HTML.
            rendered_content: String,
            /// The text before, if it changed.
            prev_content: String,
            /// The topic.
            topic: String,
            /// The topic before, if it changed.
            prev_topic: String,
            /// The channel, if it changed.
            channel as "stream": ChannelId,
            /// The channel before, if it changed.
            prev_channel as "prev_stream": ChannelId,
        }
    }
}

object! {
    /// Answers [`GetReadReceipts`].
    pub struct Readers {
        required {
            /// The users.
            user_ids: Vec<UserId>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_message_history_on_the_wire() {
        let mut endpoint = GetMessageHistory::new(MessageId(7));
        endpoint.allow_empty_topic_name = Some(true);
        assert_wire(
            &endpoint,
            "GET /messages/7/history",
            &[("allow_empty_topic_name", "true")],
        );
    }

    #[test]
    fn get_read_receipts_on_the_wire() {
        assert_wire(
            &GetReadReceipts::new(MessageId(7)),
            "GET /messages/7/read_receipts",
            &[],
        );
    }
}
