//! `POST /messages/{message_id}/report`

use crate::{Empty, MessageId};

endpoint! {
    /// Tells the organization's moderators of a message; since feature level 382.
    pub struct ReportMessage: POST "/messages/{message_id}/report" -> Empty {
        required {
            /// The message.
            message_id: MessageId,
            /// Why: one of those that `server_report_message_types` names.
            report_type: String,
        }
        optional {
            /// What is wrong, in one's own words; required for `other`.
            description: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn report_message_on_the_wire() {
        let mut endpoint = ReportMessage::new(MessageId(7), "spam");
        endpoint.description = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "POST /messages/7/report",
            &[("description", "text"), ("report_type", "spam")],
        );
    }
}
