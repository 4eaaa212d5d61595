//! What a user wants to hear of: topics that are muted or followed, and people who are muted.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done},
    errors::ApiError,
    events::Audience,
    ids::{ChannelId, UserId},
    messages::is_same_topic,
    organization::Organization,
};

const MUTED: u64 = 1;
const FOLLOWED: u64 = 3;

/// How a user wants to see a topic. The numbers are the API's; 0, which is like any other topic, is not kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TopicPolicy {
    #[serde(rename = "stream_id")]
    channel: ChannelId,
    topic_name: String,
    last_updated: u64,
    visibility_policy: u64,
}

/// POST /user_topics
pub(crate) fn set_topic(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let params = request.params();
    let channel = params
        .count("stream_id")?
        .ok_or_else(|| ApiError::missing("stream_id"))?;
    let topic = params.required("topic")?;
    let policy = params
        .count("visibility_policy")?
        .ok_or_else(|| ApiError::missing("visibility_policy"))?;
    if policy > FOLLOWED {
        let words = "Invalid visibility_policy: Value error, Not in the list of possible values";
        return Err(ApiError::bad(words));
    }
    let channel = organization.readable_channel(user, channel)?.id;
    let changed = TopicPolicy {
        channel,
        topic_name: topic.to_owned(),
        last_updated: organization.now(),
        visibility_policy: policy,
    };
    let mut event = json!(changed);
    event["type"] = "user_topic".into();
    let topics = &mut organization.personal_mut(user).topics;
    topics.retain(|known| known.channel != channel || !is_same_topic(&known.topic_name, topic));
    if policy != 0 {
        topics.push(changed);
    }
    let muted = organization.muted_topics(user);
    let muted = json!({"type": "muted_topics", "muted_topics": muted});
    organization.publish(Audience::User(user), muted);
    organization.publish(Audience::User(user), event);
    done()
}

/// POST /users/me/muted_users/{id}
pub(crate) fn mute_user(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let (user, other) = (request.user()?, UserId(request.id(0)));
    if user == other {
        return Err(ApiError::bad("Cannot mute self"));
    }
    organization.user(other)?;
    let now = organization.now();
    let muted = &mut organization.personal_mut(user).muted_users;
    if muted.contains_key(&other) {
        return Err(ApiError::bad("User already muted"));
    }
    muted.insert(other, now);
    organization.publish_muted_users(user);
    done()
}

/// DELETE /users/me/muted_users/{id}
pub(crate) fn unmute_user(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let (user, other) = (request.user()?, UserId(request.id(0)));
    let muted = &mut organization.personal_mut(user).muted_users;
    if muted.remove(&other).is_none() {
        return Err(ApiError::bad("User is not muted"));
    }
    organization.publish_muted_users(user);
    done()
}

impl Organization {
    /// The muted topics in their old form: channel, topic and time.
    pub(crate) fn muted_topics(&self, user: UserId) -> Vec<Value> {
        let topics = self.personal.get(&user).map(|personal| &personal.topics);
        let muted = topics
            .into_iter()
            .flatten()
            .filter(|topic| topic.visibility_policy == MUTED);
        let shown = muted.map(|topic| {
            let channel = self.channels.get(&topic.channel);
            json!([
                channel.map(|channel| &channel.name),
                topic.topic_name,
                topic.last_updated
            ])
        });
        shown.collect()
    }

    pub(crate) fn follows(&self, user: UserId, channel: ChannelId, topic: &str) -> bool {
        let mut topics = self
            .personal
            .get(&user)
            .into_iter()
            .flat_map(|own| &own.topics);
        topics.any(|own| {
            own.visibility_policy == FOLLOWED
                && own.channel == channel
                && is_same_topic(&own.topic_name, topic)
        })
    }

    pub(crate) fn muted_users(&self, user: UserId) -> Vec<Value> {
        let muted = self
            .personal
            .get(&user)
            .map(|personal| &personal.muted_users);
        let shown = muted.into_iter().flatten();
        shown
            .map(|(id, time)| json!({"id": id, "timestamp": time}))
            .collect()
    }

    fn publish_muted_users(&mut self, user: UserId) {
        let event = json!({"type": "muted_users", "muted_users": self.muted_users(user)});
        self.publish(Audience::User(user), event);
    }
}
