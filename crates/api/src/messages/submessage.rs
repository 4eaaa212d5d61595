//! `POST /submessage`

use crate::{Empty, MessageId, QuotedJson};

endpoint! {
    /// Adds to a message's widget, such as a vote to a poll.
    pub struct SendSubmessage: POST "/submessage" -> Empty {
        required {
            /// The message.
            message_id: MessageId,
            /// `widget`.
            msg_type: String,
            /// What is added, as the widget wants it.
            content: QuotedJson,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn send_submessage_on_the_wire() {
        assert_wire(
            &SendSubmessage::new(
                MessageId(7),
                "widget",
                serde_json::json!({"type": "vote", "key": "canned,0", "vote": 1}),
            ),
            "POST /submessage",
            &[
                ("content", r#"{"type":"vote","key":"canned,0","vote":1}"#),
                ("message_id", "7"),
                ("msg_type", "widget"),
            ],
        );
    }
}
