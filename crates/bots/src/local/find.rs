//! `GET /messages`: the searches that bots make.

use serde_json::{Value, json};
use zulipkit_api::messages::{Message, Narrow};
use zulipkit_api::{MessageId, Request};

use super::World;
use super::answer::{Answered, Refusal, from_json, param, refuse};
use super::world::State;

/// The most messages that one search gives.
const MOST: usize = 5_000;

impl World {
    pub(super) fn find(&self, request: &Request) -> Answered {
        let state = self.state();
        if let Some(ids) = param(request, "message_ids") {
            let ids: Vec<MessageId> = from_json(ids)?;
            let messages = state.messages.iter();
            let messages: Vec<_> = messages
                .filter(|message| ids.contains(&message.id))
                .collect();
            return Ok(json!({"messages": messages}));
        }
        let narrow: Vec<Narrow> = param(request, "narrow").map_or(Ok(Vec::new()), from_json)?;
        let mut found = Vec::new();
        for message in &state.messages {
            if state.matches_all(message, &narrow)? {
                found.push(message);
            }
        }
        let anchor = match param(request, "anchor") {
            Some("oldest") => 0,
            Some("newest" | "first_unread") | None => u64::MAX,
            Some(id) => id.parse().or_else(|_| refuse("Invalid anchor"))?,
        };
        let with_anchor = param(request, "include_anchor") != Some("false");
        let at = found.partition_point(|message| message.id.0 < anchor);
        let is_there = usize::from(found.get(at).is_some_and(|found| found.id.0 == anchor));
        let first = at.saturating_sub(count(request, "num_before"));
        let last = (at + is_there + count(request, "num_after")).min(found.len());
        let page = found[first..last].iter();
        let page: Vec<_> = page
            .filter(|message| with_anchor || message.id.0 != anchor)
            .collect();
        Ok(json!({
            "messages": page, "found_oldest": first == 0, "found_newest": last == found.len(),
            "found_anchor": is_there == 1, "history_limited": false, "anchor": anchor.min(i64::MAX as u64),
        }))
    }
}

impl State {
    fn matches_all(&self, message: &Message, narrow: &[Narrow]) -> Result<bool, Refusal> {
        for term in narrow {
            if self.matches(message, term)? == term.negated {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn matches(&self, message: &Message, term: &Narrow) -> Result<bool, Refusal> {
        let operand = &term.operand;
        Ok(match (term.operator.as_str(), operand.as_str()) {
            ("channel" | "stream", name) => {
                let channel = match name {
                    Some(name) => self.channel_named(name).map(|channel| channel.id.0),
                    None => operand.as_u64(),
                };
                channel.is_some() && message.stream_id.map(|id| id.0) == channel
            }
            ("topic" | "subject", Some(topic)) => {
                message.topic.to_lowercase() == topic.to_lowercase()
            }
            ("sender", Some(email)) => message.sender_email.eq_ignore_ascii_case(email),
            ("sender", None) => Some(message.sender_id.0) == operand.as_u64(),
            ("id", _) => is_number(operand, message.id.0),
            ("is", Some("dm" | "private")) => message.stream_id.is_none(),
            ("is", Some("mentioned")) => message.flags.iter().any(|flag| flag == "mentioned"),
            ("search", Some(words)) => {
                let text = message.content.to_lowercase();
                words
                    .split_whitespace()
                    .all(|word| text.contains(&word.to_lowercase()))
            }
            (operator, _) => {
                return refuse(format!(
                    "there is no server here: no search by `{operator}`"
                ));
            }
        })
    }
}

fn is_number(operand: &Value, number: u64) -> bool {
    match operand {
        Value::String(text) => text.parse() == Ok(number),
        other => other.as_u64() == Some(number),
    }
}

fn count(request: &Request, name: &str) -> usize {
    let count = param(request, name).and_then(|count| count.parse().ok());
    count.unwrap_or(0).min(MOST)
}
