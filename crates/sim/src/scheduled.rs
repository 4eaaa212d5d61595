//! Scheduled messages: written now, sent later.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::{ChannelId, UserId},
    messages::{
        Destination,
        recipients::{Named, People},
        send::topic_parameter,
        text,
    },
    organization::Organization,
    params::Params,
    serve::Shared,
};

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    id: u64,
    sender: UserId,
    client: String,
    destination: Destination,
    content: String,
    rendered: String,
    /// Seconds since 1970.
    due: u64,
}

impl Scheduled {
    fn to_json(&self) -> Value {
        let mut shown = json!({
            "scheduled_message_id": self.id, "content": self.content, "rendered_content": self.rendered,
            "scheduled_delivery_timestamp": self.due, "failed": false,
        });
        match &self.destination {
            Destination::Channel { id, topic } => {
                shown["type"] = "stream".into();
                shown["to"] = json!(id);
                shown["topic"] = topic.as_str().into();
            }
            Destination::Direct(people) => {
                let others: Vec<&UserId> = people.iter().filter(|id| **id != self.sender).collect();
                shown["type"] = "private".into();
                shown["to"] = if others.is_empty() {
                    json!([self.sender])
                } else {
                    json!(others)
                };
            }
        }
        shown
    }
}

/// GET /scheduled_messages: the next one first.
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let messages = organization.scheduled_of(request.user()?);
    success(json!({"scheduled_messages": messages}))
}

/// POST /scheduled_messages
pub(crate) fn create(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let sender = request.user()?;
    let params = request.params();
    params.accept(&["read_by_sender", "topic", "subject"]);
    let kind = params.required("type")?;
    let to = params.required_json("to")?;
    let content = params.required("content")?;
    let due = params
        .count("scheduled_delivery_timestamp")?
        .ok_or_else(|| ApiError::missing("scheduled_delivery_timestamp"))?;
    let destination = organization.scheduled_destination(sender, kind, &to, params)?;
    organization.check_due(due)?;
    let content = text::content(content, organization.settings.max_message_length)?;
    let id = organization.next_id();
    let message = Scheduled {
        id,
        sender,
        client: request.call.client(),
        destination,
        rendered: organization.render(&content).html,
        content,
        due,
    };
    let event = json!({
        "type": "scheduled_messages", "op": "add", "scheduled_messages": [message.to_json()],
    });
    organization.scheduled.push(message);
    organization.publish(Audience::User(sender), event);
    success(json!({"scheduled_message_id": id}))
}

/// PATCH /scheduled_messages/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&["to", "topic", "subject"]);
    let place = organization.scheduled_place(user, request.id(0))?;
    let mut message = organization.scheduled[place].clone();
    if let Some(kind) = params.text("type") {
        let to = params.required_json("to")?;
        message.destination = organization.scheduled_destination(user, kind, &to, params)?;
    } else if let Some(new) = topic_parameter(params)?
        && let Destination::Channel { topic, .. } = &mut message.destination
    {
        *topic = text::topic(new, organization.settings.max_topic_length)?;
    }
    if let Some(content) = params.text("content") {
        message.content = text::content(content, organization.settings.max_message_length)?;
        message.rendered = organization.render(&message.content).html;
    }
    if let Some(due) = params.count("scheduled_delivery_timestamp")? {
        organization.check_due(due)?;
        message.due = due;
    }
    let event = json!({
        "type": "scheduled_messages", "op": "update", "scheduled_message": message.to_json(),
    });
    organization.scheduled[place] = message;
    organization.publish(Audience::User(user), event);
    done()
}

/// DELETE /scheduled_messages/{id}
pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let place = organization.scheduled_place(user, request.id(0))?;
    let gone = organization.scheduled.remove(place);
    organization.publish_unscheduled(&gone);
    done()
}

impl Organization {
    pub(crate) fn scheduled_of(&self, user: UserId) -> Vec<Value> {
        let mut mine: Vec<&Scheduled> = self
            .scheduled
            .iter()
            .filter(|it| it.sender == user)
            .collect();
        mine.sort_by_key(|message| message.due);
        mine.into_iter().map(Scheduled::to_json).collect()
    }

    fn scheduled_place(&self, user: UserId, id: u64) -> Result<usize, ApiError> {
        let mut all = self.scheduled.iter();
        all.position(|message| message.id == id && message.sender == user)
            .ok_or_else(|| ApiError::nothing("Scheduled message does not exist"))
    }

    fn check_due(&self, due: u64) -> Result<(), ApiError> {
        if due > self.now() {
            Ok(())
        } else {
            Err(ApiError::bad(
                "Scheduled delivery time must be in the future.",
            ))
        }
    }

    /// Unlike in POST /messages, `to` holds ids only.
    fn scheduled_destination(
        &self,
        sender: UserId,
        kind: &str,
        to: &Value,
        params: &Params,
    ) -> Result<Destination, ApiError> {
        match kind {
            "channel" | "stream" => {
                let words = "Invalid data type for channel ID";
                let id = to.as_u64().ok_or_else(|| ApiError::bad(words))?;
                let topic =
                    topic_parameter(params)?.ok_or_else(|| ApiError::bad("Missing topic"))?;
                let id: ChannelId = self.channel_to_send_to(sender, &Named::Id(id))?;
                let topic = text::topic(topic, self.settings.max_topic_length)?;
                Ok(Destination::Channel { id, topic })
            }
            "direct" | "private" => {
                let ids = to
                    .as_array()
                    .and_then(|ids| ids.iter().map(Value::as_u64).collect());
                let ids: Vec<u64> =
                    ids.ok_or_else(|| ApiError::bad("Invalid data type for recipients"))?;
                let people: BTreeSet<UserId> = self.conversation(sender, &People::Ids(ids))?;
                Ok(Destination::Direct(people))
            }
            _ => Err(ApiError::bad("Invalid type")),
        }
    }

    fn publish_unscheduled(&mut self, gone: &Scheduled) {
        let event = json!({
            "type": "scheduled_messages", "op": "remove", "scheduled_message_id": gone.id,
        });
        self.publish(Audience::User(gone.sender), event);
    }

    fn send_due(&mut self) {
        let now = self.now();
        for message in self
            .scheduled
            .extract_if(.., |message| message.due <= now)
            .collect::<Vec<_>>()
        {
            self.publish_unscheduled(&message);
            let Scheduled {
                sender,
                client,
                destination,
                content,
                ..
            } = message;
            let draft = self.draft(sender, &client, destination, content);
            self.post(draft);
        }
    }
}

/// Sends the messages whose time has come.
pub(crate) async fn serve(shared: Arc<Shared>) {
    let clock = Arc::clone(&shared.organization().clock);
    loop {
        shared.organization().send_due();
        clock.sleep(LOOK).await;
    }
}
