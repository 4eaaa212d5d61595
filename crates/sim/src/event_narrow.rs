//! The narrow of an event queue: pairs of words, and fewer operators than `GET /messages` has.

use serde_json::Value;

use crate::{
    errors::ApiError,
    ids::UserId,
    messages::{Destination, Message},
    organization::Organization,
};

#[derive(Debug, Default)]
pub(crate) struct EventNarrow {
    terms: Vec<(String, String)>,
}

impl EventNarrow {
    pub(crate) fn parse(narrow: &[Value]) -> Result<Self, ApiError> {
        let mut terms = Vec::new();
        for (place, item) in narrow.iter().enumerate() {
            let Value::Array(pair) = item else {
                return Err(ApiError::bad(format!("narrow[{place}] is not a list")));
            };
            let [Value::String(operator), Value::String(operand)] = pair.as_slice() else {
                return Err(ApiError::bad(format!(
                    "narrow[{place}] is not a string pair"
                )));
            };
            if !matches!(
                operator.as_str(),
                "channel" | "stream" | "topic" | "sender" | "is"
            ) {
                return Err(ApiError::bad(format!("Operator {operator} not supported.")));
            }
            terms.push((operator.clone(), operand.clone()));
        }
        Ok(Self { terms })
    }

    /// Whether it names a channel: then the messages of a public one come without a subscription.
    pub(crate) fn names_channel(&self) -> bool {
        self.terms
            .iter()
            .any(|(operator, _)| matches!(operator.as_str(), "channel" | "stream"))
    }

    pub(crate) fn matches(
        &self,
        organization: &Organization,
        user: UserId,
        message: &Message,
    ) -> bool {
        self.terms.iter().all(|(operator, operand)| {
            match (operator.as_str(), &message.destination) {
                ("channel" | "stream", Destination::Channel { id, .. }) => organization
                    .channel_by_name(operand)
                    .is_some_and(|channel| channel.id == *id),
                ("topic", Destination::Channel { topic, .. }) => {
                    topic.to_lowercase() == operand.to_lowercase()
                }
                ("sender", _) => organization
                    .user_by_email(operand)
                    .is_some_and(|sender| sender.id == message.sender),
                ("is", destination) => match operand.as_str() {
                    "dm" | "private" => matches!(destination, Destination::Direct(_)),
                    "unread" => !message.has_flag(user, "read"),
                    // A wildcard mention does not count here, unlike in `GET /messages`.
                    flag => message.has_flag(user, flag),
                },
                _ => false,
            }
        })
    }
}
