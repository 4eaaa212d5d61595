//! `POST /typing`, `POST /messages/{message_id}/typing`

use crate::messages::RecipientType;
use crate::{ChannelId, Empty, MessageId, UserId};

endpoint! {
    /// Tells others that one begins or ceases to write a message.
    ///
    /// A start is told again every `server_typing_started_wait_period_milliseconds`, and ends by itself.
    pub struct SetTyping: POST "/typing" -> Empty {
        required {
            /// Whether one begins or ceases.
            op: TypingOp,
        }
        optional {
            /// Whether the message is for a channel or for people; for people if not given. Since feature level 58.
            kind as "type": RecipientType,
            /// The people.
            to: Vec<UserId>,
            /// The channel; since feature level 215.
            stream_id: ChannelId,
            /// The topic; since feature level 58.
            topic: String,
        }
    }
}

endpoint! {
    /// Tells others that one begins or ceases to edit a message; since feature level 361.
    pub struct SetEditTyping: POST "/messages/{message_id}/typing" -> Empty {
        required {
            /// The message.
            message_id: MessageId,
            /// Whether one begins or ceases.
            op: TypingOp,
        }
    }
}

open_enum! {
    /// Whether someone begins or ceases to write.
    pub enum TypingOp {
        /// Begins, or goes on.
        Start = "start",
        /// Ceases.
        Stop = "stop",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn set_typing_on_the_wire() {
        let mut endpoint = SetTyping::new(TypingOp::Start);
        endpoint.kind = Some(RecipientType::Channel);
        endpoint.to = Some(vec![UserId(7)]);
        endpoint.stream_id = Some(ChannelId(7));
        assert_wire(
            &endpoint,
            "POST /typing",
            &[
                ("op", "start"),
                ("stream_id", "7"),
                ("to", "[7]"),
                ("type", "stream"),
            ],
        );
    }

    #[test]
    fn set_edit_typing_on_the_wire() {
        assert_wire(
            &SetEditTyping::new(MessageId(7), TypingOp::Stop),
            "POST /messages/7/typing",
            &[("op", "stop")],
        );
    }
}
