//! GET /messages and GET /messages/{id}

use serde_json::{Value, json};

use super::{Form, Message};
use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    ids::{MessageId, UserId},
    narrow::Narrow,
    organization::Organization,
    params::Params,
};

/// The anchor that `newest` stands for.
const NEWEST: u64 = 10_000_000_000_000_000;
const MOST_AT_ONCE: u64 = 5000;

/// Which part of the matching messages is asked for.
#[derive(Debug)]
pub(crate) struct Range {
    anchor: Anchor,
    before: u64,
    after: u64,
    include_anchor: bool,
}

#[derive(Debug)]
enum Anchor {
    FirstUnread,
    At(u64),
}

/// The messages of a range, oldest first, and what is known about its ends.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) ids: Vec<MessageId>,
    anchor: u64,
    found_anchor: bool,
    pub(crate) found_oldest: bool,
    pub(crate) found_newest: bool,
}

/// GET /messages
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&[
        "anchor",
        "num_before",
        "num_after",
        "include_anchor",
        "use_first_unread_anchor",
        "narrow",
    ]);
    params.accept(&["allow_empty_topic_name", "anchor_date"]);
    let form = Form {
        apply_markdown: params.flag("apply_markdown")?.unwrap_or(true),
        client_gravatar: params.flag("client_gravatar")?.unwrap_or(true),
    };
    if let Some(ids) = params.ids("message_ids")? {
        let found = ids
            .into_iter()
            .filter_map(|id| organization.visible_message(user, id).ok());
        let messages: Vec<Value> = found
            .map(|message| shown(organization, user, message, form))
            .collect();
        return success(json!({
            "messages": messages, "found_anchor": false, "found_oldest": false, "found_newest": false,
            "history_limited": false,
        }));
    }
    let range = Range::read(params)?;
    let narrow = read_narrow(organization, user, params)?;
    let selection = select(organization, user, &range, &narrow);
    let messages: Vec<Value> = selection
        .ids
        .iter()
        .filter_map(|id| organization.messages.get(id))
        .map(|message| {
            let mut value = shown(organization, user, message, form);
            if let Some(words) = narrow.searched() {
                mark_matches(&mut value, message, words);
            }
            value
        })
        .collect();
    success(json!({
        "messages": messages,
        "anchor": selection.anchor,
        "found_anchor": selection.found_anchor,
        "found_oldest": selection.found_oldest,
        "found_newest": selection.found_newest,
        "history_limited": false,
    }))
}

/// GET /messages/{id}
pub(crate) fn one(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&["allow_empty_topic_name"]);
    let form = Form {
        apply_markdown: params.flag("apply_markdown")?.unwrap_or(true),
        client_gravatar: true,
    };
    let message = organization.visible_message(user, request.id(0))?;
    success(
        json!({"message": shown(organization, user, message, form), "raw_content": message.content}),
    )
}

/// GET /messages/matches_narrow
pub(crate) fn matches_narrow(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let ids = request
        .params()
        .ids("msg_ids")?
        .ok_or_else(|| ApiError::missing("msg_ids"))?;
    let narrow = read_narrow(organization, user, request.params())?;
    let found = ids
        .into_iter()
        .filter_map(|id| organization.messages.get(&MessageId(id)));
    let matching = found.filter(|message| narrow.matches(organization, user, message));
    let messages: serde_json::Map<String, Value> = matching
        .map(|message| {
            let subject = message.channel().map_or("", |(_, topic)| topic);
            (
                message.id.to_string(),
                json!({"match_content": message.rendered, "match_subject": subject}),
            )
        })
        .collect();
    success(json!({"messages": messages}))
}

pub(crate) fn read_narrow(
    organization: &Organization,
    user: UserId,
    params: &Params,
) -> Result<Narrow, ApiError> {
    Narrow::parse(
        organization,
        user,
        &params.list("narrow")?.unwrap_or_default(),
    )
}

fn shown(organization: &Organization, user: UserId, message: &Message, form: Form) -> Value {
    let mut value = organization.message_json(message, form);
    value["flags"] = json!(message.flags_of(user));
    value
}

/// What a search adds: the content with the matches marked.
fn mark_matches(value: &mut Value, message: &Message, words: &[String]) {
    let mark = |text: &str| {
        let any = words
            .iter()
            .map(|word| regex::escape(word))
            .collect::<Vec<_>>()
            .join("|");
        // Tags are matched too, and given back as they are, so that nothing inside of one is marked.
        let Ok(pattern) = regex::Regex::new(&format!("(?i)<[^>]*>|{any}")) else {
            return text.to_owned();
        };
        let marked = |found: &regex::Captures<'_>| match &found[0] {
            tag if tag.starts_with('<') => tag.to_owned(),
            word => format!("<span class=\"highlight\">{word}</span>"),
        };
        pattern.replace_all(text, marked).into_owned()
    };
    value["match_content"] = mark(&message.rendered).into();
    value["match_subject"] = mark(message.channel().map_or("", |(_, topic)| topic)).into();
}

impl Range {
    pub(crate) fn read(params: &Params) -> Result<Self, ApiError> {
        let before = params.count("num_before")?.unwrap_or(0);
        let after = params.count("num_after")?.unwrap_or(0);
        let include_anchor = params.flag("include_anchor")?.unwrap_or(true);
        let anchor = if params.flag("use_first_unread_anchor")?.unwrap_or(false) {
            Anchor::FirstUnread
        } else {
            let text = params
                .text("anchor")
                .ok_or_else(|| ApiError::bad("Missing 'anchor' argument."))?;
            Anchor::parse(text)?
        };
        if before.saturating_add(after) > MOST_AT_ONCE {
            return Err(ApiError::bad(format!(
                "Too many messages requested (maximum {MOST_AT_ONCE})."
            )));
        }
        if before > 0 && after > 0 && !include_anchor {
            return Err(ApiError::bad(
                "The anchor can only be excluded at an end of the range",
            ));
        }
        Ok(Self {
            anchor,
            before,
            after,
            include_anchor,
        })
    }
}

impl Anchor {
    fn parse(text: &str) -> Result<Self, ApiError> {
        match text {
            "newest" => Ok(Self::At(NEWEST)),
            "oldest" => Ok(Self::At(0)),
            "first_unread" => Ok(Self::FirstUnread),
            number => {
                let number: i128 = number
                    .parse()
                    .map_err(|_| ApiError::bad("Invalid anchor"))?;
                // What is out of range is brought to the nearest end.
                Ok(Self::At(
                    u64::try_from(number.max(0)).map_or(NEWEST, |id| id.min(NEWEST)),
                ))
            }
        }
    }
}

pub(crate) fn select(
    organization: &Organization,
    user: UserId,
    range: &Range,
    narrow: &Narrow,
) -> Selection {
    let matches = |message: &&Message| narrow.matches(organization, user, message);
    let messages = &organization.messages;
    let anchor = match range.anchor {
        Anchor::At(id) => id,
        Anchor::FirstUnread => {
            let is_unread = |message: &&Message| {
                message.flags.contains_key(&user) && !message.has_flag(user, "read")
            };
            let mut unread = messages.values().filter(is_unread).filter(matches);
            unread.next().map_or(NEWEST, |message| message.id.0)
        }
    };
    let (wanted_before, wanted_after) = (size(range.before), size(range.after));
    // Nothing beyond what is wanted is looked at: a server may hold very many messages.
    let before = messages.range(..MessageId(anchor)).rev();
    let before = before.map(|(_, message)| message).filter(matches);
    let mut ids: Vec<MessageId> = before
        .take(wanted_before)
        .map(|message| message.id)
        .collect();
    ids.reverse();
    let found_oldest = anchor == 0 || ids.len() < wanted_before;
    let at_anchor = messages.get(&MessageId(anchor));
    let found_anchor = range.include_anchor && at_anchor.is_some_and(|message| matches(&message));
    if found_anchor {
        ids.push(MessageId(anchor));
    }
    let after = messages.range(MessageId(anchor.saturating_add(1))..);
    let after = after.map(|(_, message)| message).filter(matches);
    let after: Vec<MessageId> = after.take(wanted_after).map(|message| message.id).collect();
    let found_newest = anchor == NEWEST || after.len() < wanted_after;
    ids.extend(after);
    Selection {
        ids,
        anchor,
        found_anchor,
        found_oldest,
        found_newest,
    }
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
