//! `GET /messages/{message_id}`

use serde::{Deserialize, Serialize};

use super::Message;
use crate::MessageId;

endpoint! {
    /// Returns one message.
    ///
    /// One that does not exist or may not be seen is refused with status 400.
    pub struct GetMessage: GET "/messages/{message_id}" -> OneMessage {
        required {
            /// The message.
            message_id: MessageId,
        }
        optional {
            /// HTML if true or not given, else Markdown; since feature level 120.
            apply_markdown: bool,
            /// Whether the empty topic may be called so; if not, it comes by the name that people see. Since feature level 334.
            allow_empty_topic_name: bool,
        }
    }
}

/// Answers [`GetMessage`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OneMessage {
    /// The message; since feature level 120.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// Its Markdown.
    pub raw_content: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reactions::EmojiType;
    use crate::testing::{assert_wire, response};

    #[test]
    fn the_number_goes_into_the_path() {
        let mut endpoint = GetMessage::new(MessageId(1439));
        endpoint.apply_markdown = Some(false);
        assert_wire(
            &endpoint,
            "GET /messages/1439",
            &[("apply_markdown", "false")],
        );
    }

    #[test]
    fn what_a_server_answered_is_understood() {
        let answer: OneMessage = response(include_str!("../../tests/data/message.json"));
        assert_eq!(answer.raw_content, "x");
        let message = answer.message.unwrap();
        assert_eq!(message.id, MessageId(1439));
        assert_eq!(message.content, "<p>x</p>");
        assert_eq!(message.reactions[0].reaction_type, EmojiType::Custom);
    }
}
