//! `GET /messages`

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Message, Narrow};
use crate::MessageId;

endpoint! {
    /// Returns messages around one of them, oldest first, or those with given numbers.
    ///
    /// At most 5,000 at once; the anchor comes in addition to those before and after it.
    pub struct GetMessages: GET "/messages" -> Messages {
        optional {
            /// The message from which is counted; required unless `message_ids` is given.
            anchor: Anchor,
            /// Whether the anchor itself is wanted; yes if not given. Since feature level 155.
            include_anchor: bool,
            /// How many before the anchor.
            num_before: u32,
            /// How many after the anchor.
            num_after: u32,
            /// Which messages, of those that one may see.
            narrow: Vec<Narrow>,
            /// These messages; since feature level 300.
            message_ids: Vec<MessageId>,
            /// HTML if true or not given, else Markdown.
            apply_markdown: bool,
            /// Whether the address of a gravatar may be left out; yes if not given.
            client_gravatar: bool,
            /// Whether the anchor is the first that is unread, as old servers have it; no if not given.
            use_first_unread_anchor: bool,
            /// Whether the empty topic may be called so; if not, it comes by the name that people see. Since feature level 334.
            allow_empty_topic_name: bool,
            /// With [`Anchor::Date`], the moment as ISO 8601 has it; since feature level 445.
            anchor_date: String,
        }
    }
}

impl GetMessages {
    /// Asks for the newest messages of a search.
    pub fn newest(count: u32, narrow: impl IntoIterator<Item = Narrow>) -> Self {
        Self {
            anchor: Some(Anchor::Newest),
            num_before: Some(count),
            num_after: Some(0),
            narrow: Some(narrow.into_iter().collect()),
            ..Self::new()
        }
    }

    /// Asks for the messages of a search that are later than one.
    pub fn after(message: MessageId, count: u32, narrow: impl IntoIterator<Item = Narrow>) -> Self {
        Self {
            anchor: Some(Anchor::Message(message)),
            include_anchor: Some(false),
            num_before: Some(0),
            num_after: Some(count),
            narrow: Some(narrow.into_iter().collect()),
            ..Self::new()
        }
    }
}

/// The message from which is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
#[non_exhaustive]
pub enum Anchor {
    /// The newest.
    Newest,
    /// The oldest.
    Oldest,
    /// The first that is unread, else the newest.
    FirstUnread,
    /// The first that is not older than `anchor_date`; since feature level 445.
    Date,
    /// This one, or where it would be.
    Message(MessageId),
}

impl From<Anchor> for Value {
    fn from(anchor: Anchor) -> Self {
        match anchor {
            Anchor::Newest => "newest".into(),
            Anchor::Oldest => "oldest".into(),
            Anchor::FirstUnread => "first_unread".into(),
            Anchor::Date => "date".into(),
            Anchor::Message(id) => id.0.into(),
        }
    }
}

impl TryFrom<Value> for Anchor {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match (value.as_str(), value.as_u64()) {
            (Some("newest"), _) => Ok(Self::Newest),
            (Some("oldest"), _) => Ok(Self::Oldest),
            (Some("first_unread"), _) => Ok(Self::FirstUnread),
            (Some("date"), _) => Ok(Self::Date),
            (Some(text), _) => text.parse().map(Self::Message).map_err(|_| text.to_owned()),
            (None, Some(id)) => Ok(Self::Message(MessageId(id))),
            (None, None) => Err(value.to_string()),
        }
        .map_err(|text| format!("no anchor `{text}`"))
    }
}

/// Answers [`GetMessages`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Messages {
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether the newest of the search is certainly among them.
    #[serde(default)]
    pub found_newest: bool,
    /// Whether the oldest of the search is certainly among them.
    #[serde(default)]
    pub found_oldest: bool,
    /// Whether the anchor is among them.
    #[serde(default)]
    pub found_anchor: bool,
    /// Whether older ones are hidden by the organization's plan.
    #[serde(default)]
    pub history_limited: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{DisplayRecipient, MessageType};
    use crate::testing::{assert_wire, response};

    #[test]
    fn what_is_later_than_one_message() {
        let narrow = [Narrow::channel("commits"), Narrow::topic("2026")];
        let mut endpoint = GetMessages::after(MessageId(1439), 50, narrow);
        endpoint.apply_markdown = Some(false);
        assert_wire(
            &endpoint,
            "GET /messages",
            &[
                ("anchor", "1439"),
                ("apply_markdown", "false"),
                ("include_anchor", "false"),
                (
                    "narrow",
                    r#"[{"operand":"commits","operator":"stream"},{"operand":"2026","operator":"topic"}]"#,
                ),
                ("num_after", "50"),
                ("num_before", "0"),
            ],
        );
    }

    #[test]
    fn the_newest_need_no_number() {
        assert_wire(
            &GetMessages::newest(1, []),
            "GET /messages",
            &[
                ("anchor", "newest"),
                ("narrow", "[]"),
                ("num_after", "0"),
                ("num_before", "1"),
            ],
        );
    }

    #[test]
    fn what_a_server_answered_is_understood() {
        let answer: Messages = response(include_str!("../../tests/data/messages.json"));
        let message = &answer.messages[0];
        assert_eq!(message.kind, MessageType::Channel);
        assert_eq!(
            message.display_recipient,
            DisplayRecipient::Channel("conf-general".to_owned())
        );
        assert!(message.topic.starts_with("events"));
        let direct: Messages = response(include_str!("../../tests/data/messages-direct.json"));
        let message = &direct.messages[0];
        assert_eq!(message.kind, MessageType::Direct);
        assert_eq!((message.stream_id, message.topic.as_str()), (None, ""));
        assert!(
            matches!(&message.display_recipient, DisplayRecipient::People(people) if people.len() > 1)
        );
    }
}
