//! Storing a message and telling everyone: what all messages go through, the server's own notices too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Destination, Message};
use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    ids::{ChannelId, MessageId, UserId},
    organization::{Organization, now},
    render::{self, Rendered},
    users::Role,
};

/// Beyond so many subscribers only moderators and above may mention them all.
const LARGE_CHANNEL: usize = 15;

/// A message that is to be stored.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) sender: UserId,
    pub(crate) client: String,
    pub(crate) destination: Destination,
    pub(crate) content: String,
    pub(crate) widget: Option<Value>,
    pub(crate) read_by_sender: bool,
    pub(crate) echo: Option<Echo>,
}

/// What the sender's own queue gets back, so that it knows its message again.
#[derive(Debug)]
pub(crate) struct Echo {
    pub(crate) queue: String,
    pub(crate) local_id: String,
}

impl Organization {
    pub(crate) fn post(&mut self, draft: Draft) -> Result<MessageId, ApiError> {
        let rendered = render::html(&draft.content, self);
        self.check_wildcards(&draft, &rendered)?;
        if let Destination::Direct(people) = &draft.destination
            && !self.conversations.contains(people)
        {
            self.conversations.push(people.clone());
        }
        let flags = self.flags_of_new(&draft, &rendered);
        let id = self.next_message_id();
        let submessages = draft
            .widget
            .map(|widget| self.widget_submessage(id, draft.sender, &widget));
        let message = Message {
            id,
            sender: draft.sender,
            client: draft.client,
            timestamp: now(),
            destination: draft.destination,
            content: draft.content,
            rendered: rendered.html,
            reactions: Vec::new(),
            submessages: submessages.into_iter().collect(),
            flags,
            edits: Vec::new(),
        };
        self.uploads.claim(&message);
        if let Some(channel) = message
            .channel()
            .and_then(|(id, _)| self.channels.get_mut(&id))
        {
            channel.first_message.get_or_insert(id);
        }
        self.publish_message(&message, draft.echo.as_ref());
        self.messages.insert(id, message);
        self.page_changed(id);
        Ok(id)
    }

    /// Posts a notice of the server's own.
    pub(crate) fn notice(&mut self, id: ChannelId, topic: &str, content: String) {
        let draft = Draft {
            sender: self.notifier,
            client: "Internal".to_owned(),
            destination: Destination::Channel {
                id,
                topic: topic.to_owned(),
            },
            content,
            widget: None,
            read_by_sender: false,
            echo: None,
        };
        // A notice mentions nobody, which is all that could be refused.
        let posted = self.post(draft);
        debug_assert!(posted.is_ok());
    }

    /// Wakes the open pages. That none is open is no error.
    pub(crate) fn page_changed(&self, id: MessageId) {
        self.changes.send(id).ok();
    }

    fn check_wildcards(&self, draft: &Draft, rendered: &Rendered) -> Result<(), ApiError> {
        let Destination::Channel { id, .. } = &draft.destination else {
            return Ok(());
        };
        // The roles' numbers fall as their power grows.
        let is_trusted = self
            .users
            .get(&draft.sender)
            .is_some_and(|sender| sender.role as u16 <= Role::Moderator as u16);
        let subscribers = self
            .channels
            .get(id)
            .map_or(0, |channel| channel.subscribers.len());
        if rendered.wildcard && subscribers > LARGE_CHANNEL && !is_trusted {
            let words =
                "You do not have permission to use channel wildcard mentions in this channel.";
            return Err(ApiError::coded(
                "STREAM_WILDCARD_MENTION_NOT_ALLOWED",
                words,
            ));
        }
        Ok(())
    }

    /// Who gets the message, and how it is flagged for each.
    fn flags_of_new(
        &self,
        draft: &Draft,
        rendered: &Rendered,
    ) -> BTreeMap<UserId, BTreeSet<String>> {
        let receivers: Vec<UserId> = match &draft.destination {
            Destination::Direct(people) => people.iter().copied().collect(),
            Destination::Channel { id, .. } => self
                .channels
                .get(id)
                .map(|channel| channel.subscribers.keys().copied().collect())
                .unwrap_or_default(),
        };
        let receivers = receivers
            .into_iter()
            .filter(|id| self.users.get(id).is_some_and(|user| user.is_active));
        receivers
            .map(|user| (user, self.flags_for(user, draft, rendered)))
            .collect()
    }

    fn flags_for(&self, user: UserId, draft: &Draft, rendered: &Rendered) -> BTreeSet<String> {
        let in_topic = |message: &Message| match &draft.destination {
            Destination::Channel { id, topic } => {
                message.sender == user && message.is_in(*id, topic)
            }
            Destination::Direct(_) => false,
        };
        let by_topic = rendered.topic_wildcard
            && (user == draft.sender || self.messages.values().any(in_topic));
        let flags = [
            ("read", draft.read_by_sender && user == draft.sender),
            ("mentioned", rendered.mentions.contains(&user.0)),
            ("stream_wildcard_mentioned", rendered.wildcard),
            ("topic_wildcard_mentioned", by_topic),
            ("wildcard_mentioned", rendered.wildcard || by_topic),
        ];
        flags
            .into_iter()
            .filter(|(_, set)| *set)
            .map(|(flag, _)| flag.to_owned())
            .collect()
    }

    pub(crate) fn widget_submessage(
        &mut self,
        message: MessageId,
        sender: UserId,
        widget: &Value,
    ) -> Value {
        json!({
            "id": self.next_id(),
            "message_id": message,
            "sender_id": sender,
            "msg_type": "widget",
            "content": widget.to_string(),
        })
    }
}

/// POST /messages/render
pub(crate) fn render(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let content = request.params().required("content")?;
    success(json!({"rendered": render::html(content, organization).html}))
}
