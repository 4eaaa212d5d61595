//! Messages: what is stored of one, who may see it, and how it is shown.

pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod flags;
pub(crate) mod get;
pub(crate) mod post;
pub(crate) mod reactions;
pub(crate) mod recipients;
pub(crate) mod send;
pub(crate) mod text;
pub(crate) mod widgets;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    errors::ApiError,
    ids::{ChannelId, MessageId, UserId},
    organization::Organization,
    streams::Channel,
    users::Role,
};
use reactions::Reaction;

/// Where a message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Destination {
    Channel {
        id: ChannelId,
        topic: String,
    },
    /// All who take part, the sender among them.
    Direct(BTreeSet<UserId>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) sender: UserId,
    pub(crate) client: String,
    /// Seconds since 1970.
    pub(crate) timestamp: u64,
    pub(crate) destination: Destination,
    pub(crate) content: String,
    pub(crate) rendered: String,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) submessages: Vec<Value>,
    /// Whom it was delivered to, with their flags. Who reads it without having got it sees it as read and historical.
    pub(crate) flags: BTreeMap<UserId, BTreeSet<String>>,
    /// The newest first, as `edit_history` shows them.
    pub(crate) edits: Vec<Edit>,
}

/// What a message was before an edit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Edit {
    pub(crate) user: Option<UserId>,
    pub(crate) timestamp: u64,
    pub(crate) previous_content: Option<(String, String)>,
    pub(crate) previous_topic: Option<String>,
    pub(crate) previous_channel: Option<ChannelId>,
}

/// Topics compare without regard to case. Nothing is allocated, since it may be asked of each message.
pub(crate) fn is_same_topic(one: &str, other: &str) -> bool {
    let lower = |character: char| character.to_lowercase();
    one.eq_ignore_ascii_case(other)
        || one
            .chars()
            .flat_map(lower)
            .eq(other.chars().flat_map(lower))
}

/// How a client wants to get messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    pub(crate) apply_markdown: bool,
    pub(crate) client_gravatar: bool,
}

impl Message {
    pub(crate) fn channel(&self) -> Option<(ChannelId, &str)> {
        match &self.destination {
            Destination::Channel { id, topic } => Some((*id, topic)),
            Destination::Direct(_) => None,
        }
    }

    /// Whether it is in this topic; topics compare without regard to case.
    pub(crate) fn is_in(&self, channel: ChannelId, topic: &str) -> bool {
        self.channel()
            .is_some_and(|(id, own)| id == channel && is_same_topic(own, topic))
    }

    pub(crate) fn has_flag(&self, user: UserId, flag: &str) -> bool {
        self.flags
            .get(&user)
            .is_some_and(|flags| flags.contains(flag))
    }

    /// The flags that this user sees.
    pub(crate) fn flags_of(&self, user: UserId) -> Vec<&str> {
        match self.flags.get(&user) {
            Some(flags) => flags.iter().map(String::as_str).collect(),
            None => vec!["read", "historical"],
        }
    }

    pub(crate) fn is_me_message(&self) -> bool {
        self.content.starts_with("/me ")
    }
}

impl Organization {
    /// The message, if this user may see it.
    pub(crate) fn visible_message(&self, user: UserId, id: u64) -> Result<&Message, ApiError> {
        let message = self
            .messages
            .get(&MessageId(id))
            .filter(|message| self.may_see(user, message));
        message.ok_or_else(ApiError::no_message)
    }

    /// Whether this user may see the message: their own conversations, their channels, and public ones unless a guest.
    pub(crate) fn may_see(&self, user: UserId, message: &Message) -> bool {
        match &message.destination {
            Destination::Direct(people) => people.contains(&user),
            Destination::Channel { id, .. } => self
                .channels
                .get(id)
                .is_some_and(|channel| self.may_read(user, channel)),
        }
    }

    /// Whether this user may read what was written in the channel.
    pub(crate) fn may_read(&self, user: UserId, channel: &Channel) -> bool {
        let is_guest = self
            .users
            .get(&user)
            .is_none_or(|user| user.role == Role::Guest);
        channel.subscribers.contains_key(&user) || (!channel.is_private && !is_guest)
    }

    /// The message as `GET /messages` and events show it, but for its flags.
    pub(crate) fn message_json(&self, message: &Message, form: Form) -> Value {
        let sender = self.users.get(&message.sender);
        let content = if form.apply_markdown {
            &message.rendered
        } else {
            &message.content
        };
        let content_type = if form.apply_markdown {
            "text/html"
        } else {
            "text/x-markdown"
        };
        let reactions: Vec<Value> = message
            .reactions
            .iter()
            .map(|reaction| self.reaction_json(reaction))
            .collect();
        let mut shown = json!({
            "id": message.id,
            "sender_id": message.sender,
            "content": content,
            "content_type": content_type,
            "recipient_id": self.recipient_id(&message.destination),
            "timestamp": message.timestamp,
            "client": message.client,
            "subject": message.channel().map_or("", |(_, topic)| topic),
            "topic_links": message.channel().map_or(Vec::new(), |(_, topic)| self.topic_links(topic)),
            "is_me_message": message.is_me_message(),
            "reactions": reactions,
            "submessages": message.submessages,
            "sender_full_name": sender.map(|sender| &sender.full_name),
            "sender_email": sender.map(|sender| &sender.email),
            "sender_realm_str": "",
            "display_recipient": self.display_recipient(&message.destination),
            "type": if message.channel().is_some() { "stream" } else { "private" },
            "avatar_url": if form.client_gravatar { Value::Null } else { sender.map(crate::users::User::avatar_url).into() },
        });
        if let Some((channel, _)) = message.channel() {
            shown["stream_id"] = json!(channel);
        }
        if let Some(latest) = message.edits.first() {
            shown["last_edit_timestamp"] = latest.timestamp.into();
            shown["edit_history"] = message.edits.iter().map(Edit::to_json).collect();
        }
        shown
    }

    fn display_recipient(&self, destination: &Destination) -> Value {
        match destination {
            Destination::Channel { id, .. } => json!(self.channels.get(id).map(|channel| &channel.name)),
            Destination::Direct(people) => people.iter().filter_map(|id| self.users.get(id)).map(|user| {
                json!({"id": user.id, "email": user.email, "full_name": user.full_name, "is_mirror_dummy": false})
            }).collect(),
        }
    }

    /// One number for each channel and each set of people. Channels count up from 1, sets from a million.
    fn recipient_id(&self, destination: &Destination) -> u64 {
        match destination {
            Destination::Channel { id, .. } => id.0,
            Destination::Direct(people) => {
                let place = self
                    .conversations
                    .iter()
                    .position(|known| known == people)
                    .unwrap_or_default();
                1_000_000 + place as u64
            }
        }
    }
}

impl Edit {
    fn to_json(&self) -> Value {
        let mut shown = json!({"user_id": self.user, "timestamp": self.timestamp});
        if let Some((content, rendered)) = &self.previous_content {
            shown["prev_content"] = content.as_str().into();
            shown["prev_rendered_content"] = rendered.as_str().into();
        }
        if let Some(topic) = &self.previous_topic {
            shown["prev_topic"] = topic.as_str().into();
        }
        if let Some(channel) = self.previous_channel {
            shown["prev_stream"] = json!(channel);
        }
        shown
    }
}
