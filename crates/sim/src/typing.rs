//! POST /typing: that someone is writing.

use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    messages::{recipients::People, send::topic_parameter},
    organization::Organization,
};

pub(crate) fn notify(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&["to", "stream_id", "topic"]);
    let operation = params.required("op")?;
    if !matches!(operation, "start" | "stop") {
        return Err(ApiError::bad("Invalid op"));
    }
    let sender = organization.user(user)?;
    let mut event = json!({
        "type": "typing", "op": operation, "sender": {"user_id": sender.id, "email": sender.email},
    });
    let audience: Vec<UserId> = match params.text("type").unwrap_or("direct") {
        "channel" | "stream" => {
            let id = params
                .count("stream_id")?
                .ok_or_else(|| ApiError::bad("Missing 'stream_id' argument"))?;
            let topic = topic_parameter(params)?.ok_or_else(|| ApiError::bad("Missing topic"))?;
            let channel = organization.readable_channel(user, id)?;
            event["message_type"] = "stream".into();
            event["stream_id"] = id.into();
            event["topic"] = topic.into();
            channel.subscribers.keys().copied().collect()
        }
        _ => {
            let ids = params
                .ids("to")?
                .ok_or_else(|| ApiError::bad("Missing 'to' argument"))?;
            if ids.is_empty() {
                return Err(ApiError::bad("Empty 'to' list"));
            }
            let people = organization.conversation(user, &People::Ids(ids))?;
            event["message_type"] = "direct".into();
            event["recipients"] = people
                .iter()
                .filter_map(|id| organization.users.get(id))
                .map(|user| json!({"user_id": user.id, "email": user.email}))
                .collect::<Vec<Value>>()
                .into();
            people.into_iter().collect()
        }
    };
    organization.publish(Audience::Users(audience), event);
    done()
}
