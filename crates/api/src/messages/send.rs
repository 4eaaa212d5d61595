//! `POST /messages`

use serde::{Deserialize, Serialize};

use super::To;
use crate::{MessageId, QueueId, QuotedJson};

endpoint! {
    /// Sends a message to a channel or to people.
    ///
    /// There is no key that would make a second sending of the same message harmless.
    pub struct SendMessage: POST "/messages" -> Sent {
        flattened {
            /// Where it goes.
            to: To,
        }
        required {
            /// The text in Zulip's Markdown. The server cuts what exceeds `max_message_length`.
            content: String,
        }
        optional {
            /// The queue whose event for this message shall carry `local_id`.
            queue_id: QueueId,
            /// A mark of the sender's own for that event.
            local_id: String,
            /// Whether it counts as read by its sender; since feature level 236.
            read_by_sender: bool,
            /// A widget: an object of `widget_type` and `extra_data`. Only the type `zform` can be sent, which shows buttons.
            widget_content: QuotedJson,
        }
    }
}

/// Answers [`SendMessage`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sent {
    /// The new message.
    pub id: MessageId,
    /// The visibility that the sender's settings gave to the topic, if they changed it (2 unmuted, 3 followed).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic_new_visibility_policy: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{ChannelRef, People};
    use crate::testing::{assert_wire, both_ways};
    use crate::{ChannelId, Request, UserId, stored};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn to_a_channel() {
        let message = SendMessage::new(To::channel("commits", "website/main"), "*2 commits*");
        assert_wire(
            &message,
            "POST /messages",
            &[
                ("content", "*2 commits*"),
                ("to", r#""commits""#),
                ("topic", "website/main"),
                ("type", "stream"),
            ],
        );
        let (endpoint, body) = stored(&message);
        assert_eq!(endpoint, "POST /messages");
        assert_eq!(
            Request::from_parts(&endpoint, &body),
            Ok(Request::of(&message))
        );
    }

    #[test]
    fn a_name_that_looks_like_a_number_stays_a_name() {
        let message = SendMessage::new(To::channel("2026", "t"), "x");
        let to = |message| {
            Request::of(message)
                .params
                .into_iter()
                .find(|(name, _)| name == "to")
        };
        assert_eq!(to(&message).unwrap().1, r#""2026""#);
        both_ways(&message);
        let by_id = SendMessage::new(To::channel(ChannelId(2026), "t"), "x");
        assert_eq!(to(&by_id).unwrap().1, "2026");
        both_ways(&by_id);
    }

    #[test]
    fn to_people() {
        let mut message = SendMessage::new(To::users([UserId(9), UserId(10)]), "hello");
        message.read_by_sender = Some(true);
        assert_wire(
            &message,
            "POST /messages",
            &[
                ("content", "hello"),
                ("read_by_sender", "true"),
                ("to", "[9,10]"),
                ("type", "direct"),
            ],
        );
        let by_email = SendMessage::new(To::emails(["iago@zulip.com"]), "hello");
        assert_wire(
            &by_email,
            "POST /messages",
            &[
                ("content", "hello"),
                ("to", r#"["iago@zulip.com"]"#),
                ("type", "direct"),
            ],
        );
    }

    #[test]
    fn every_way_to_write_a_destination_is_read() {
        let to = |value| serde_json::from_value::<SendMessage>(value).map(|message| message.to);
        let read = |kind, to_value: serde_json::Value| {
            to(json!({"type": kind, "to": to_value, "subject": "t", "content": "x"})).unwrap()
        };
        for value in [json!("commits"), json!("\"commits\""), json!(["commits"])] {
            assert_eq!(read("channel", value), To::channel("commits", "t"));
        }
        assert_eq!(
            read("stream", json!("12")),
            To::Channel {
                channel: ChannelRef::Id(ChannelId(12)),
                topic: "t".into()
            }
        );
        for value in [
            json!("a@b.c, d@e.f"),
            json!(["a@b.c", "d@e.f"]),
            json!("[\"a@b.c\",\"d@e.f\"]"),
        ] {
            assert_eq!(read("private", value), To::emails(["a@b.c", "d@e.f"]));
        }
        assert_eq!(
            read("direct", json!("[1]")),
            To::People(People::Ids(vec![UserId(1)]))
        );
        for wrong in [
            json!({"type": "fax", "to": "1"}),
            json!({"type": "stream", "to": true}),
            json!({"type": "direct", "to": 3}),
        ] {
            assert!(to(wrong.clone()).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_name_comes_back_as_the_same_name(name in "(true|null|12|\"|\\[|\\]|,|\\PC){0,6}", topic in "\\PC{0,9}") {
            both_ways(&SendMessage::new(To::channel(name, topic), "x"));
        }
    }
}
