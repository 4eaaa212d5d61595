//! Flags of messages: read, starred, collapsed.

use serde_json::{Value, json};

use super::get::{Range, read_narrow, select};
use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::{ChannelId, MessageId, UserId},
    organization::Organization,
    params::Params,
};

/// What is to be done to a flag.
struct Change {
    flag: String,
    add: bool,
}

impl Change {
    fn read(params: &Params) -> Result<Self, ApiError> {
        let operation = params.required("op")?;
        let flag = params.required("flag")?;
        if !matches!(operation, "add" | "remove") {
            return Err(ApiError::bad(format!(
                "Invalid message flag operation: '{operation}'"
            )));
        }
        match flag {
            "read" | "starred" | "collapsed" => Ok(Self {
                flag: flag.to_owned(),
                add: operation == "add",
            }),
            "mentioned"
            | "wildcard_mentioned"
            | "stream_wildcard_mentioned"
            | "topic_wildcard_mentioned"
            | "has_alert_word"
            | "historical" => Err(ApiError::bad(format!("Flag not editable: '{flag}'"))),
            _ => Err(ApiError::bad(format!("Invalid flag: '{flag}'"))),
        }
    }
}

/// POST /messages/flags
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    let ids = params
        .ids("messages")?
        .ok_or_else(|| ApiError::missing("messages"))?;
    let change = Change::read(params)?;
    organization.change_flags(
        user,
        &ids.iter().map(|id| MessageId(*id)).collect::<Vec<_>>(),
        &change,
    );
    success(json!({"messages": ids}))
}

/// POST /messages/flags/narrow
pub(crate) fn update_narrow(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    let change = Change::read(params)?;
    let range = Range::read(params)?;
    let narrow = read_narrow(organization, user, params)?;
    let selection = select(organization, user, &range, &narrow);
    let updated = organization.change_flags(user, &selection.ids, &change);
    success(json!({
        "processed_count": selection.ids.len(),
        "updated_count": updated,
        "first_processed_id": selection.ids.first(),
        "last_processed_id": selection.ids.last(),
        "found_oldest": selection.found_oldest,
        "found_newest": selection.found_newest,
    }))
}

/// POST /mark_all_as_read
pub(crate) fn mark_all(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let messages = organization.messages.values_mut();
    for flags in messages.filter_map(|message| message.flags.get_mut(&user)) {
        flags.insert("read".to_owned());
    }
    // All are meant, so none is named.
    let event = json!({
        "type": "update_message_flags", "op": "add", "operation": "add", "flag": "read", "messages": [], "all": true,
    });
    organization.publish(Audience::User(user), event);
    success(json!({"complete": true}))
}

/// POST /mark_stream_as_read
pub(crate) fn mark_channel(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    mark_in_channel(organization, request, None)
}

/// POST /mark_topic_as_read
pub(crate) fn mark_topic(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let topic = request.params().required("topic_name")?;
    mark_in_channel(organization, request, Some(topic))
}

fn mark_in_channel(
    organization: &mut Organization,
    request: &Request<'_>,
    topic: Option<&str>,
) -> Outcome {
    let user = request.user()?;
    let id = request
        .params()
        .count("stream_id")?
        .ok_or_else(|| ApiError::missing("stream_id"))?;
    let channel = organization.readable_channel(user, id)?.id;
    let inside = |id: ChannelId, own: &str| {
        id == channel && topic.is_none_or(|topic| topic.to_lowercase() == own.to_lowercase())
    };
    let messages = organization.messages.values();
    let messages =
        messages.filter(|message| message.channel().is_some_and(|(id, own)| inside(id, own)));
    let ids: Vec<MessageId> = messages.map(|message| message.id).collect();
    if let Some(topic) = topic
        && ids.is_empty()
    {
        return Err(ApiError::bad(format!("No such topic '{topic}'")));
    }
    organization.change_flags(
        user,
        &ids,
        &Change {
            flag: "read".to_owned(),
            add: true,
        },
    );
    done()
}

/// GET /messages/{id}/read_receipts
pub(crate) fn read_receipts(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let message = organization.visible_message(request.user()?, request.id(0))?;
    let readers: Vec<UserId> = message
        .flags
        .keys()
        .copied()
        .filter(|reader| *reader != message.sender && message.has_flag(*reader, "read"))
        .collect();
    success(json!({"user_ids": readers}))
}

impl Organization {
    /// Changes a flag of this user's and says for how many messages it was otherwise before. Messages that the user was
    /// not sent are left alone.
    fn change_flags(&mut self, user: UserId, ids: &[MessageId], change: &Change) -> usize {
        let mut changed: Vec<MessageId> = Vec::new();
        for id in ids {
            let flags = self
                .messages
                .get_mut(id)
                .and_then(|message| message.flags.get_mut(&user));
            let is_new = flags.is_some_and(|flags| match change.add {
                true => flags.insert(change.flag.clone()),
                false => flags.remove(&change.flag),
            });
            if is_new {
                changed.push(*id);
            }
        }
        if !changed.is_empty() {
            let operation = if change.add { "add" } else { "remove" };
            let mut event = json!({
                "type": "update_message_flags", "op": operation, "operation": operation,
                "flag": change.flag, "messages": changed, "all": false,
            });
            if change.flag == "read" && !change.add {
                event["message_details"] = self.message_details(&changed);
            }
            self.publish(Audience::User(user), event);
        }
        changed.len()
    }

    /// Where the messages are that became unread, for clients that count.
    fn message_details(&self, ids: &[MessageId]) -> Value {
        let details = ids
            .iter()
            .filter_map(|id| self.messages.get(id))
            .map(|message| {
                let details = match message.channel() {
                    Some((id, topic)) => json!({"type": "stream", "stream_id": id, "topic": topic, "unmuted_stream_msg": true}),
                    None => json!({"type": "private"}),
                };
                (message.id.to_string(), details)
            });
        Value::Object(details.collect())
    }
}
