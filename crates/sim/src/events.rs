//! Telling the queues what happened.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Value, json};

use crate::{
    ids::{MessageId, UserId},
    messages::{Destination, Form, Message, post::Echo},
    organization::Organization,
    queues::Queues,
};

/// Whom an event concerns.
#[derive(Clone, Debug)]
pub(crate) enum Audience {
    Everyone,
    User(UserId),
    /// All who may see this message.
    Readers(MessageId),
    Users(Vec<UserId>),
}

impl Organization {
    /// Puts an event into the queues of all whom it concerns.
    pub(crate) fn publish(&mut self, audience: Audience, event: Value) {
        self.with_queues(|organization, queues| {
            let event = Arc::new(event);
            let kind = event["type"].as_str().unwrap_or_default();
            for (_, queue) in queues.iter_mut().filter(|(_, queue)| queue.wants(kind)) {
                if organization.concerns(&audience, queue.wishes.user) {
                    queue.push(&event, Vec::new());
                }
            }
        });
    }

    /// Puts a message that was just made into the queues that get it.
    pub(crate) fn publish_message(&mut self, message: &Message, echo: Option<&Echo>) {
        // Most queues want the message in the same form.
        let mut forms: HashMap<Form, Arc<Value>> = HashMap::new();
        self.with_queues(|organization, queues| {
            for (id, queue) in queues
                .iter_mut()
                .filter(|(_, queue)| queue.wants("message"))
            {
                let wishes = &queue.wishes;
                let any_public = wishes.all_public || wishes.narrow.names_channel();
                let reaches = message.flags.contains_key(&wishes.user)
                    || (any_public && organization.is_public(message));
                if !reaches || !wishes.narrow.matches(organization, wishes.user, message) {
                    continue;
                }
                let flags = message.flags.get(&wishes.user).cloned().unwrap_or_default();
                let form = wishes.form;
                let event = forms.entry(form).or_insert_with(|| {
                    let shown = organization.message_json(message, form);
                    Arc::new(json!({"type": "message", "message": shown}))
                });
                let mut own = vec![("flags", json!(flags))];
                if let Some(echo) = echo.filter(|echo| echo.queue == id) {
                    own.push(("local_message_id", echo.local_id.as_str().into()));
                }
                queue.push(event, own);
            }
        });
    }

    /// Tells that a message was changed; the flags in it are each reader's own.
    pub(crate) fn publish_update(&mut self, id: MessageId, event: Value) {
        self.with_queues(|organization, queues| {
            let Some(message) = organization.messages.get(&id) else {
                return;
            };
            let event = Arc::new(event);
            for (_, queue) in queues
                .iter_mut()
                .filter(|(_, queue)| queue.wants("update_message"))
            {
                let user = queue.wishes.user;
                if organization.concerns(&Audience::Readers(id), user) {
                    queue.push(&event, vec![("flags", json!(message.flags_of(user)))]);
                }
            }
        });
    }

    /// Tells that these messages, all of one place, are gone. Without the capability for it each comes by itself.
    pub(crate) fn publish_deletion(&mut self, messages: &[Message]) {
        let Some(first) = messages.first() else {
            return;
        };
        let event = match first.channel() {
            Some((id, topic)) => {
                json!({"type": "delete_message", "message_type": "stream", "stream_id": id, "topic": topic})
            }
            None => json!({"type": "delete_message", "message_type": "private"}),
        };
        let event = Arc::new(event);
        self.with_queues(|organization, queues| {
            for (_, queue) in queues
                .iter_mut()
                .filter(|(_, queue)| queue.wants("delete_message"))
            {
                let seen = messages
                    .iter()
                    .filter(|message| organization.may_see(queue.wishes.user, message));
                let ids: Vec<MessageId> = seen.map(|message| message.id).collect();
                if ids.is_empty() {
                    continue;
                }
                if queue.wishes.bulk_message_deletion {
                    queue.push(&event, vec![("message_ids", json!(ids))]);
                } else {
                    ids.iter()
                        .for_each(|id| queue.push(&event, vec![("message_id", json!(id))]));
                }
            }
        });
    }

    /// Queues need the rest of the organization to know what to show, so they are taken out of it meanwhile.
    fn with_queues(&mut self, tell: impl FnOnce(&Self, &mut Queues)) {
        let mut queues = std::mem::take(&mut self.queues);
        queues.end_idle(self.clock.elapsed());
        tell(self, &mut queues);
        self.queues = queues;
    }

    fn concerns(&self, audience: &Audience, user: UserId) -> bool {
        match audience {
            Audience::Everyone => true,
            Audience::User(only) => *only == user,
            Audience::Users(users) => users.contains(&user),
            Audience::Readers(id) => {
                self.messages
                    .get(id)
                    .is_some_and(|message| match &message.destination {
                        Destination::Direct(people) => people.contains(&user),
                        Destination::Channel { .. } => message.flags.contains_key(&user),
                    })
            }
        }
    }

    fn is_public(&self, message: &Message) -> bool {
        let channel = message.channel().and_then(|(id, _)| self.channels.get(&id));
        channel.is_some_and(|channel| !channel.is_private)
    }
}
