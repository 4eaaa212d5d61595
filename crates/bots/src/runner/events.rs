//! Events, and which of them are the bot's business.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use zulipkit_api::QueueId;
use zulipkit_api::events::kinds::NewMessage;
use zulipkit_api::events::{Event, EventKind};
use zulipkit_api::messages::Message;

use super::guard::{Advice, LoopGuard};
use super::job::{Job, Task};
use super::running::Running;
use crate::Incoming;
use crate::journal::{EventKey, Key, Sent};

impl Running {
    /// Takes one event of a queue.
    pub(super) async fn take_event(
        self: &Arc<Self>,
        event: Event,
        queue: QueueId,
        guard: &mut LoopGuard,
    ) {
        let key = |plain| EventKey {
            queue: queue.clone(),
            id: event.id,
            plain,
        };
        if self.spec.bot.further_events().contains(&event.name()) {
            self.take_other(key(true), event.clone()).await;
        }
        match event.kind {
            EventKind::Message(new) => self.take_message(*new, guard).await,
            EventKind::MessageUpdated(_) if self.spec.listen.edits => {
                self.take_other(key(false), event).await;
            }
            EventKind::Reaction(_) if self.spec.listen.reactions => {
                self.take_other(key(false), event).await;
            }
            EventKind::ChannelUpdated(update) => self.channel_renamed(&update),
            EventKind::UserUpdated(update) => self.renamed(update.user).await,
            EventKind::UserAdded(new) => self.people.note(new.user.user_id, new.user.is_bot),
            EventKind::Unknown(unknown) => tracing::debug!("unknown event `{}`", unknown.name),
            _ => {}
        }
    }

    /// Takes an event that is no new message, unless the last process had it.
    async fn take_other(self: &Arc<Self>, key: EventKey, event: Event) {
        if self.met_events.contains(&key) {
            return;
        }
        self.journal.event(&key, &event);
        self.put_event(key, event, Vec::new()).await;
    }

    /// Puts such an event into its lane, if it is the bot's business.
    pub(super) async fn put_event(self: &Arc<Self>, key: EventKey, event: Event, sent: Vec<Sent>) {
        let task = match event.kind {
            _ if key.plain => Some(Task::Event(Box::new(event))),
            EventKind::MessageUpdated(update) => self.edit(*update).await,
            EventKind::Reaction(change) => self.reaction(change).await,
            _ => None,
        };
        let key = Key::Event(key);
        match task {
            Some(task) => self.put(Job::new(task, key).after(sent)).await,
            None => self.journal.done(&key, &[]),
        }
    }

    async fn take_message(self: &Arc<Self>, new: NewMessage, guard: &mut LoopGuard) {
        self.outbound.saw(new.message.id);
        let Some((incoming, from_bot)) = self.addressed(&new.message, &new.flags).await else {
            return;
        };
        if !self.seen.meet(incoming.id()) {
            return;
        }
        let mut delay = Duration::ZERO;
        if from_bot {
            let conversation = &incoming.conversation;
            match guard.count(&conversation.to_string(), Instant::now()) {
                Advice::After(wait) => delay = wait,
                Advice::Leave(found) => {
                    if found {
                        tracing::warn!(
                            zulip.message = incoming.id().0,
                            "answers another bot that answers it: messages of bots there are left for five minutes"
                        );
                    }
                    // Nor is it caught up with later.
                    self.journal.done(&Key::Message(incoming.id()), &[]);
                    return;
                }
            }
        }
        self.put(Job::message(incoming).delayed(delay)).await;
    }

    /// Returns a message as the bot is to see it, and whether another bot sent it; nothing if it is not the bot's business.
    pub(super) async fn addressed(
        &self,
        message: &Message,
        flags: &[String],
    ) -> Option<(Incoming, bool)> {
        let me = self.surroundings().await.me.clone();
        let listen = self.listen();
        let incoming = listen.addressed(message, flags, false, &me)?;
        let from_bot = is_of_the_server(message)
            || self
                .people
                .is_bot(message.sender_id, &self.spec.client)
                .await;
        (!from_bot || listen.bots).then_some((incoming, from_bot))
    }
}

/// Tells whether one of the server's own bots wrote a message, such as Notification Bot. They are of an organization of their
/// own, about whose users no other can ask.
fn is_of_the_server(message: &Message) -> bool {
    let realm = message.extra.get("sender_realm_str");
    realm.is_some_and(|realm| realm == "zulipinternal")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn notification_bot_is_of_the_server() {
        let message = |realm: &str| {
            let message = json!({
                "id": 1393, "type": "stream", "stream_id": 93, "display_recipient": "dev", "subject": "channel events",
                "sender_id": 22, "sender_full_name": "Notification Bot", "sender_realm_str": realm,
                "timestamp": 1_795_570_500, "content": "**Public** channel created by @_**Olivia Owner|46**.",
            });
            serde_json::from_value::<Message>(message).unwrap()
        };
        assert!(is_of_the_server(&message("zulipinternal")));
        assert!(!is_of_the_server(&message("example")));
        assert!(!is_of_the_server(&message("")));
    }
}
