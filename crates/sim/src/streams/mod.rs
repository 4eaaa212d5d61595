//! Channels; the API still calls them streams.

mod manage;
mod subscribe;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use manage::{archive, update};
pub(crate) use subscribe::{change_subscriptions, set_properties, subscribe, unsubscribe};

use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    ids::{ChannelId, MessageId, UserId},
    organization::Organization,
};

/// Code points in a channel's name.
pub(crate) const MAX_NAME_LENGTH: usize = 60;

const COLORS: &[&str] = &[
    "#76ce90", "#fae589", "#a6c7e5", "#e79ab5", "#bfd56f", "#f4ae55", "#b0a5fd", "#addfe5",
];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) is_private: bool,
    pub(crate) is_archived: bool,
    pub(crate) creator: Option<UserId>,
    pub(crate) date_created: u64,
    pub(crate) first_message: Option<MessageId>,
    pub(crate) subscribers: BTreeMap<UserId, Subscription>,
}

/// How a subscriber has set the channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) properties: BTreeMap<String, Value>,
}

impl Channel {
    /// The colour that the channel is shown in.
    pub(crate) fn color(&self) -> &'static str {
        COLORS[usize::try_from(self.id.0).unwrap_or_default() % COLORS.len()]
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "stream_id": self.id,
            "name": self.name,
            "description": self.description,
            "rendered_description": rendered_description(&self.description),
            "invite_only": self.is_private,
            "is_web_public": false,
            "is_archived": self.is_archived,
            "is_announcement_only": false,
            "is_recently_active": true,
            "stream_post_policy": 1,
            "history_public_to_subscribers": true,
            "first_message_id": self.first_message,
            "message_retention_days": null,
            "date_created": self.date_created,
            "creator_id": self.creator,
            "stream_weekly_traffic": null,
        })
    }

    /// The channel as a subscriber of it sees it.
    pub(crate) fn subscription_json(&self, user: UserId) -> Option<Value> {
        let subscription = self.subscribers.get(&user)?;
        let mut shown = self.to_json();
        let defaults = json!({
            "color": self.color(), "is_muted": false, "in_home_view": true, "pin_to_top": false,
            "audible_notifications": null, "desktop_notifications": null, "email_notifications": null,
            "push_notifications": null, "wildcard_mentions_notify": null,
        });
        if let (Value::Object(shown), Value::Object(defaults)) = (&mut shown, defaults) {
            shown.extend(defaults);
            shown.extend(subscription.properties.clone());
        }
        Some(shown)
    }
}

fn rendered_description(description: &str) -> String {
    struct Nobody;
    impl crate::render::Directory for Nobody {
        fn user(&self, _: Option<&str>, _: Option<u64>) -> Option<(u64, String)> {
            None
        }
        fn channel(&self, _: &str) -> Option<(u64, String)> {
            None
        }
        fn group(&self, _: &str) -> Option<(u64, String)> {
            None
        }
    }
    crate::render::html(description, &Nobody).html
}

/// GET /streams
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&[
        "include_web_public",
        "include_default",
        "include_can_access_content",
        "include_all",
    ]);
    let public = params.flag("include_public")?.unwrap_or(true);
    let subscribed = params.flag("include_subscribed")?.unwrap_or(true);
    let all = params.flag("include_all_active")?.unwrap_or(false);
    if all && !organization.user(user)?.role.is_administrator() {
        return Err(ApiError::bad("User not authorized for this query"));
    }
    let wanted = |channel: &&Channel| {
        let is_mine = channel.subscribers.contains_key(&user);
        let is_public = !channel.is_private && organization.may_read(user, channel);
        !channel.is_archived && (all || (subscribed && is_mine) || (public && is_public))
    };
    let channels: Vec<Value> = organization
        .channels
        .values()
        .filter(wanted)
        .map(Channel::to_json)
        .collect();
    success(json!({"streams": channels}))
}

/// GET /streams/{id}
pub(crate) fn one(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let channel = organization.readable_channel(request.user()?, request.id(0))?;
    success(json!({"stream": channel.to_json()}))
}

/// GET /streams/{id}/members
pub(crate) fn members(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let channel = organization.readable_channel(request.user()?, request.id(0))?;
    success(json!({"subscribers": channel.subscribers.keys().collect::<Vec<_>>()}))
}

/// GET /get_stream_id
pub(crate) fn id(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let name = request.params().required("stream")?;
    let channel = organization
        .channel_by_name(name)
        .filter(|channel| organization.may_read(user, channel));
    let channel = channel.ok_or_else(|| ApiError::bad(format!("Invalid channel name '{name}'")))?;
    success(json!({"stream_id": channel.id}))
}

/// GET /users/me/subscriptions
pub(crate) fn subscriptions(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let with_subscribers = request
        .params()
        .flag("include_subscribers")?
        .unwrap_or(false);
    let active = organization
        .channels
        .values()
        .filter(|channel| !channel.is_archived);
    let subscriptions: Vec<Value> = active
        .filter_map(|channel| {
            let mut shown = channel.subscription_json(user)?;
            if with_subscribers {
                shown["subscribers"] = channel.subscribers.keys().map(|user| json!(user)).collect();
            }
            Some(shown)
        })
        .collect();
    success(json!({"subscriptions": subscriptions}))
}

/// GET /users/{id}/subscriptions/{id}
pub(crate) fn is_subscribed(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let other = organization.user(UserId(request.id(0)))?.id;
    let channel = organization.readable_channel(request.user()?, request.id(1))?;
    success(json!({"is_subscribed": channel.subscribers.contains_key(&other)}))
}

impl Organization {
    /// The channel of this name that is not archived; names compare without regard to case.
    pub(crate) fn channel_by_name(&self, name: &str) -> Option<&Channel> {
        let name = name.trim().to_lowercase();
        self.channels
            .values()
            .find(|channel| !channel.is_archived && channel.name.to_lowercase() == name)
    }

    pub(crate) fn readable_channel(&self, user: UserId, id: u64) -> Result<&Channel, ApiError> {
        let channel = self
            .channels
            .get(&ChannelId(id))
            .filter(|channel| self.may_read(user, channel));
        channel.ok_or_else(|| ApiError::bad("Invalid channel ID"))
    }

    pub(crate) fn add_channel(
        &mut self,
        name: &str,
        is_private: bool,
        creator: Option<UserId>,
    ) -> ChannelId {
        let id = ChannelId(self.next_id());
        let channel = Channel {
            id,
            name: name.to_owned(),
            description: String::new(),
            is_private,
            is_archived: false,
            creator,
            date_created: self.now(),
            first_message: None,
            subscribers: BTreeMap::new(),
        };
        self.channels.insert(id, channel);
        id
    }
}
