use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::events::Register;
use crate::{MessageId, QueueId};

/// What the typed events can express, so that servers need not leave it out or say it in an older way.
const CAPABILITIES: [&str; 9] = [
    "notification_settings_null",
    "bulk_message_deletion",
    "user_avatar_url_field_optional",
    "stream_typing_notifications",
    "user_settings_object",
    "linkifier_url_template",
    "include_deactivated_groups",
    "archived_channels",
    "empty_topic_name",
];

/// Operators of which no message can match two different operands.
const EXCLUSIVE: [&str; 3] = ["channel", "topic", "sender"];

/// Which events are wanted, and from where on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Registration {
    /// The request that opens a queue, whenever there is none.
    pub register: Register,
    /// The queue to go on with, instead of opening one at first.
    pub position: Option<Position>,
}

/// How far the events of a queue have been handed out. It can be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Position {
    /// The queue.
    pub queue_id: QueueId,
    /// Its last event that was handed out; -1 if there was none.
    pub last_event_id: i64,
    /// The newest message that was handed out, or that there was when the queue opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message_id: Option<MessageId>,
}

/// A narrow that no message can match.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no message has both the {operator} `{}` and `{}`: all terms of a narrow must hold at once", operands.0, operands.1)]
#[non_exhaustive]
pub struct Contradiction {
    /// The operator.
    pub operator: &'static str,
    /// Two of its operands.
    pub operands: (String, String),
}

impl Registration {
    /// Asks for these types of events, all if there are none.
    ///
    /// What changed while there was no queue cannot be told for most types; for messages it can, so the newest one is part
    /// of the state that is fetched.
    pub fn new<T: Into<String>>(event_types: impl IntoIterator<Item = T>) -> Self {
        let mut register = Register::new();
        let event_types: Vec<_> = event_types.into_iter().map(Into::into).collect();
        register.event_types = (!event_types.is_empty()).then_some(event_types);
        register.fetch_event_types = Some(vec!["message".to_owned()]);
        register.client_capabilities = Some(capabilities());
        register.into()
    }

    /// Asks for messages alone.
    pub fn messages() -> Self {
        Self::new(["message"])
    }

    /// Asks, of the messages, only for those that match as well.
    ///
    /// Servers know few operators here: `channel`, `topic`, `sender` by e-mail address, and `is`.
    #[must_use]
    pub fn narrow(mut self, operator: impl Into<String>, operand: impl Into<String>) -> Self {
        let term = (operator.into(), operand.into());
        self.register.narrow.get_or_insert_default().push(term);
        self
    }

    /// Goes on from where another stream was, if its queue is still there; if not, the stream begins with a gap.
    #[must_use]
    pub fn resume(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Finds two terms of the narrow that cannot both hold.
    pub(super) fn contradiction(&self) -> Option<Contradiction> {
        let narrow = self.register.narrow.as_deref().unwrap_or_default();
        EXCLUSIVE.into_iter().find_map(|operator| {
            let mut operands = narrow
                .iter()
                .filter(|(other, _)| modern(other) == operator)
                .map(|(_, operand)| operand);
            let first = operands.next()?;
            let other = operands.find(|other| other.to_lowercase() != first.to_lowercase())?;
            Some(Contradiction {
                operator,
                operands: (first.clone(), other.clone()),
            })
        })
    }
}

impl From<Register> for Registration {
    /// Asks for exactly that.
    fn from(register: Register) -> Self {
        Self {
            register,
            position: None,
        }
    }
}

fn capabilities() -> BTreeMap<String, bool> {
    CAPABILITIES
        .into_iter()
        .map(|name| (name.to_owned(), true))
        .collect()
}

/// Returns an operator's name of today.
fn modern(operator: &str) -> &str {
    match operator {
        "stream" => "channel",
        "subject" => "topic",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_is_kept_with_and_without_event_types() {
        let all = Registration::new([] as [&str; 0]).narrow("is", "mentioned");
        assert_eq!(all.register.event_types, None);
        assert_eq!(all.register.narrow.as_ref().unwrap().len(), 1);
        assert_eq!(all.contradiction(), None);
        let messages = Registration::messages()
            .narrow("stream", "commits")
            .narrow("topic", "main");
        assert_eq!(messages.register.narrow.as_ref().unwrap().len(), 2);
        assert_eq!(messages.contradiction(), None);
    }

    #[test]
    fn two_channels_at_once_cannot_be() {
        let registration = Registration::messages()
            .narrow("stream", "commits")
            .narrow("channel", "Commits")
            .narrow("stream", "general");
        assert_eq!(
            registration.contradiction().unwrap().to_string(),
            "no message has both the channel `commits` and `general`: all terms of a narrow must hold at once"
        );
    }

    #[test]
    fn a_position_can_be_stored() {
        let position = Position {
            queue_id: QueueId("q:1".to_owned()),
            last_event_id: 4,
            last_message_id: Some(MessageId(9)),
        };
        crate::testing::both_ways(&position);
    }
}
