//! `PATCH /messages/{message_id}`

use crate::{ChannelId, Empty, MessageId};

endpoint! {
    /// Changes a message's content, or moves it to another topic or channel.
    ///
    /// Content and channel cannot change together, and content only by its author.
    pub struct EditMessage: PATCH "/messages/{message_id}" -> Empty {
        required {
            /// The message.
            message_id: MessageId,
        }
        optional {
            /// The new text.
            content: String,
            /// The new topic.
            topic: String,
            /// The new channel; since feature level 1.
            stream_id: ChannelId,
            /// Which messages move; only this one if not given.
            propagate_mode: PropagateMode,
            /// Whether a notice is posted where they were; no if not given. Since feature level 9.
            send_notification_to_old_thread: bool,
            /// Whether a notice is posted where they go; yes if not given. Since feature level 9.
            send_notification_to_new_thread: bool,
            /// The SHA-256 in hexadecimal of the text that is replaced: if it is another by now, nothing changes. Since feature
            /// level 379.
            prev_content_sha256: String,
        }
    }
}

open_enum! {
    /// Which messages of a topic move.
    pub enum PropagateMode {
        /// This one.
        One = "change_one",
        /// This one and later ones.
        Later = "change_later",
        /// All.
        All = "change_all",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn new_content() {
        let mut endpoint = EditMessage::new(MessageId(7));
        endpoint.content = Some("better".to_owned());
        assert_wire(&endpoint, "PATCH /messages/7", &[("content", "better")]);
    }

    #[test]
    fn a_move() {
        let mut endpoint = EditMessage::new(MessageId(7));
        endpoint.topic = Some("there".to_owned());
        endpoint.propagate_mode = Some(PropagateMode::All);
        endpoint.send_notification_to_new_thread = Some(false);
        assert_wire(
            &endpoint,
            "PATCH /messages/7",
            &[
                ("propagate_mode", "change_all"),
                ("send_notification_to_new_thread", "false"),
                ("topic", "there"),
            ],
        );
    }
}
