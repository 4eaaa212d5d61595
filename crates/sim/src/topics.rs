//! Topics of a channel.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, success},
    ids::{ChannelId, MessageId},
    organization::Organization,
};

/// GET /users/me/{id}/topics: the newest first.
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.params().accept(&["allow_empty_topic_name"]);
    let id = organization
        .readable_channel(request.user()?, request.id(0))?
        .id;
    let topics: Vec<Value> = organization
        .topics(id)
        .into_iter()
        .map(|(name, max_id)| json!({"name": name, "max_id": max_id}))
        .collect();
    success(json!({"topics": topics}))
}

/// POST /streams/{id}/delete_topic
pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let topic = request.params().required("topic_name")?;
    let id = organization.readable_channel(user, request.id(0))?.id;
    organization.require_administrator(user)?;
    let gone = organization
        .messages
        .values()
        .filter(|message| message.is_in(id, topic));
    let gone: Vec<MessageId> = gone.map(|message| message.id).collect();
    organization.delete_messages(&gone);
    success(json!({"complete": true}))
}

impl Organization {
    /// The topics of a channel with their newest message, the newest first, each as it was written last.
    pub(crate) fn topics(&self, id: ChannelId) -> Vec<(String, MessageId)> {
        let mut newest: HashMap<String, (String, MessageId)> = HashMap::new();
        for message in self.messages.values() {
            if let Some((channel, topic)) = message.channel()
                && channel == id
            {
                newest.insert(topic.to_lowercase(), (topic.to_owned(), message.id));
            }
        }
        let mut topics: Vec<_> = newest.into_values().collect();
        topics.sort_by_key(|(_, id)| std::cmp::Reverse(*id));
        topics
    }
}
