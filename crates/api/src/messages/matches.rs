//! `GET /messages/matches_narrow`

use std::collections::BTreeMap;

use super::Narrow;
use crate::MessageId;

endpoint! {
    /// Returns which of some messages belong to a search, with what was found in them.
    pub struct MatchMessages: GET "/messages/matches_narrow" -> Matches {
        required {
            /// The messages.
            msg_ids: Vec<MessageId>,
            /// The search.
            narrow: Vec<Narrow>,
        }
    }
}

object! {
    /// Answers [`MatchMessages`].
    pub struct Matches {
        required {
            /// What was found, by the message's number.
            messages: BTreeMap<String, Match>,
        }
    }
}

object! {
    /// What was found in a message.
    pub struct Match {
        default {
            /// The message as HTML, what was found in it marked.
            match_content: String,
            /// The topic as HTML, what was found in it marked.
            match_topic as "match_subject": String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn match_messages_on_the_wire() {
        assert_wire(
            &MatchMessages::new([MessageId(7)], [Narrow::topic("t")]),
            "GET /messages/matches_narrow",
            &[
                ("msg_ids", "[7]"),
                ("narrow", r#"[{"operator":"topic","operand":"t"}]"#),
            ],
        );
    }
}
