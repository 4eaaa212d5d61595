//! `POST /messages/{message_id}/reactions`

use super::EmojiType;
use crate::{Empty, MessageId};

endpoint! {
    /// Adds an emoji reaction to a message.
    ///
    /// A second time it is refused with `REACTION_ALREADY_EXISTS`.
    pub struct AddReaction: POST "/messages/{message_id}/reactions" -> Empty {
        required {
            /// The message.
            message_id: MessageId,
            /// The emoji's name, without colons.
            emoji_name: String,
        }
        optional {
            /// What identifies the emoji, where its name is not enough.
            emoji_code: String,
            /// The emoji's kind, where its name is not enough.
            reaction_type: EmojiType,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn the_emoji_goes_by_name() {
        let endpoint = AddReaction::new(MessageId(7), "tada");
        assert_wire(
            &endpoint,
            "POST /messages/7/reactions",
            &[("emoji_name", "tada")],
        );
    }
}
