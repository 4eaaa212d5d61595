//! Storing a message and telling everyone: what all messages go through, the server's own notices too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Destination, Message};
use crate::{
    call::{Outcome, Request, success},
    ids::{ChannelId, MessageId, UserId},
    organization::{Change, Organization},
    render::{self, Rendered},
};

/// The client of the server's own notices.
pub(crate) const INTERNAL: &str = "Internal";

/// A message that is to be stored.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) sender: UserId,
    pub(crate) client: String,
    pub(crate) destination: Destination,
    pub(crate) content: String,
    pub(crate) rendered: Rendered,
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
    pub(crate) fn draft(
        &self,
        sender: UserId,
        client: &str,
        destination: Destination,
        content: String,
    ) -> Draft {
        Draft {
            sender,
            client: client.to_owned(),
            destination,
            rendered: self.render(&content),
            content,
            widget: None,
            read_by_sender: false,
            echo: None,
        }
    }

    /// Stores a message that nothing more is to be said against.
    pub(crate) fn post(&mut self, draft: Draft) -> MessageId {
        if let Destination::Direct(people) = &draft.destination
            && !self.conversations.contains(people)
        {
            self.conversations.push(people.clone());
        }
        let flags = self.flags_of_new(&draft);
        let id = self.next_message_id();
        let mentioned = draft
            .rendered
            .mentions
            .iter()
            .copied()
            .map(UserId)
            .collect();
        let submessages = draft
            .widget
            .map(|widget| self.widget_submessage(id, draft.sender, &widget));
        let message = Message {
            id,
            sender: draft.sender,
            client: draft.client,
            timestamp: self.now(),
            destination: draft.destination,
            content: draft.content,
            rendered: draft.rendered.html,
            reactions: Vec::new(),
            submessages: submessages.into_iter().collect(),
            flags,
            edits: Vec::new(),
        };
        if let Some(channel) = message
            .channel()
            .and_then(|(id, _)| self.channels.get_mut(&id))
        {
            channel.first_message.get_or_insert(id);
        }
        self.publish_message(&message, draft.echo.as_ref());
        self.messages.insert(id, message);
        self.claim_uploads(id);
        self.call_bots(id, &mentioned);
        self.page_changed(Change::Messages);
        id
    }

    /// Renders a content. Whoever is in a group that it mentions is mentioned too.
    pub(crate) fn render(&self, content: &str) -> Rendered {
        let mut rendered = render::html(content, self);
        for group in &rendered.groups {
            for member in self.members_of(*group) {
                if !rendered.mentions.contains(&member.0) {
                    rendered.mentions.push(member.0);
                }
            }
        }
        rendered
    }

    /// Posts a notice of the server's own.
    pub(crate) fn notice(&mut self, id: ChannelId, topic: &str, content: String) {
        let topic = topic.to_owned();
        let place = Destination::Channel { id, topic };
        let draft = self.draft(self.notifier, INTERNAL, place, content);
        self.post(draft);
    }

    /// Wakes the open pages. That none is open is no error.
    pub(crate) fn page_changed(&self, change: Change) {
        self.changes.send(change).ok();
    }

    /// Who gets the message, and how it is flagged for each.
    fn flags_of_new(&self, draft: &Draft) -> BTreeMap<UserId, BTreeSet<String>> {
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
            .map(|user| (user, self.flags_for(user, draft)))
            .collect()
    }

    fn flags_for(&self, user: UserId, draft: &Draft) -> BTreeSet<String> {
        let rendered = &draft.rendered;
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
            ("has_alert_word", self.alerts(user, &draft.content)),
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
    success(json!({"rendered": organization.render(content).html}))
}
