//! `DELETE /messages/{message_id}`

use crate::{Empty, MessageId};

endpoint! {
    /// Deletes a message for good.
    pub struct DeleteMessage: DELETE "/messages/{message_id}" -> Empty {
        required {
            /// The message.
            message_id: MessageId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn all_is_in_the_path() {
        assert_wire(&DeleteMessage::new(MessageId(7)), "DELETE /messages/7", &[]);
    }
}
