//! `DELETE /messages/{message_id}/reactions`

use super::EmojiType;
use crate::{Empty, MessageId};

endpoint! {
    /// Removes an own emoji reaction from a message; the emoji's name or its code is needed.
    ///
    /// If there is none it is refused with `REACTION_DOES_NOT_EXIST`.
    pub struct RemoveReaction: DELETE "/messages/{message_id}/reactions" -> Empty {
        required {
            /// The message.
            message_id: MessageId,
        }
        optional {
            /// The emoji's name, without colons.
            emoji_name: String,
            /// What identifies the emoji, where its name is not enough.
            emoji_code: String,
            /// `unicode_emoji`, `realm_emoji` or `zulip_extra_emoji`.
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
        let mut endpoint = RemoveReaction::new(MessageId(7));
        endpoint.emoji_name = Some("tada".to_owned());
        assert_wire(
            &endpoint,
            "DELETE /messages/7/reactions",
            &[("emoji_name", "tada")],
        );
    }
}
