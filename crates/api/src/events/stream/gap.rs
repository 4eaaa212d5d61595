use super::Position;
use crate::MessageId;
use crate::events::Registered;
use crate::messages::{Anchor, GetMessages};

/// What is known of the time for which there was no queue.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Gap {
    /// Up to where the lost queue came.
    pub before: Position,
    /// The state from which the new queue's events start.
    pub after: Registered,
}

impl Gap {
    /// Returns the request for the newest messages of that time, at most so many; none if there can be none.
    ///
    /// The answer may hold older ones too, which [`contains`](Self::contains) tells apart. Then each message is met once,
    /// here or as an event. Without a narrow the server looks among the messages that one received.
    pub fn messages(&self, count: u32) -> Option<GetMessages> {
        let newest = self.after.max_message_id?;
        if count == 0 || !self.contains(newest) {
            return None;
        }
        let mut request = GetMessages::newest(count - 1, []);
        request.anchor = Some(Anchor::Message(newest));
        Some(request)
    }

    /// Tells whether a message came in that time, and so as no event.
    pub fn contains(&self, message: MessageId) -> bool {
        let after_the_last = self
            .before
            .last_message_id
            .is_none_or(|last| message > last);
        after_the_last
            && self
                .after
                .max_message_id
                .is_some_and(|newest| message <= newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;
    use crate::testing::response;

    fn gap(last: &str, newest: &str) -> Gap {
        Gap {
            before: response(&format!(
                r#"{{"queue_id": "q1", "last_event_id": 4{last}}}"#
            )),
            after: response(&format!(r#"{{"queue_id": "q2"{newest}}}"#)),
        }
    }

    #[test]
    fn its_messages_are_those_after_the_last_and_up_to_the_newest() {
        let gap = gap(r#", "last_message_id": 50"#, r#", "max_message_id": 60"#);
        let contained: Vec<_> = [50, 51, 60, 61]
            .map(|id| gap.contains(MessageId(id)))
            .into();
        assert_eq!(contained, [false, true, true, false]);
        let params = Request::of(&gap.messages(5).unwrap()).params;
        for (name, value) in [("anchor", "60"), ("num_before", "4"), ("num_after", "0")] {
            assert!(
                params.contains(&(name.to_owned(), value.to_owned())),
                "{params:?}"
            );
        }
        assert_eq!(gap.messages(0), None);
    }

    #[test]
    fn there_is_nothing_to_ask_for_where_nothing_came() {
        let last = r#", "last_message_id": 60"#;
        assert_eq!(gap(last, r#", "max_message_id": 60"#).messages(5), None);
        assert_eq!(gap(last, "").messages(5), None);
        assert!(gap("", r#", "max_message_id": 60"#).messages(5).is_some());
    }
}
