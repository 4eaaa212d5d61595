//! What the last process left unfinished.

use std::sync::Arc;

use zulipkit_api::messages::Message;

use super::Interrupted;
use super::job::Job;
use super::running::Running;
use crate::Incoming;
use crate::journal::{Key, Unfinished, UnfinishedEvent};

/// How many messages are fetched in one request.
const FETCHED_AT_ONCE: usize = 200;

/// Whatever a bot's program ended over so often is left: it would end over it for ever.
const CHANCES: u32 = 3;

impl Running {
    /// Handles what the last process left unfinished.
    ///
    /// What a program ended over more than once comes first, each for itself: so nothing is taken for the culprit that was
    /// only under way beside it.
    pub(super) async fn go_on_with(
        self: &Arc<Self>,
        messages: Vec<Unfinished>,
        events: Vec<UnfinishedEvent>,
    ) {
        let (doubtful, messages): (Vec<_>, Vec<_>) =
            messages.into_iter().partition(|one| one.cut_off > 1);
        let (doubtful_events, events): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|one| one.cut_off > 1);
        for one in doubtful {
            self.go_on_with_messages(vec![one]).await;
            self.idle().await;
        }
        for one in doubtful_events {
            self.go_on_with_event(one).await;
            self.idle().await;
        }
        self.go_on_with_messages(messages).await;
        for one in events {
            self.go_on_with_event(one).await;
        }
    }

    /// Tells whether something is not handled again, though it was not done.
    fn is_left(&self, begun: bool, cut_off: u32) -> bool {
        cut_off >= CHANCES || begun && self.spec.handling.interrupted == Interrupted::Skip
    }

    async fn go_on_with_messages(self: &Arc<Self>, unfinished: Vec<Unfinished>) {
        let (left, again): (Vec<_>, Vec<_>) = unfinished
            .into_iter()
            .partition(|unfinished| self.is_left(unfinished.begun, unfinished.cut_off));
        for Unfinished { id, .. } in left {
            tracing::warn!(
                zulip.message = id.0,
                "message {id} is left: its handling was cut off"
            );
            self.journal.done(&Key::Message(id), &[]);
        }
        for some in again.chunks(FETCHED_AT_ONCE) {
            let ids: Vec<_> = some.iter().map(|unfinished| unfinished.id).collect();
            let messages = self.fetch(&ids).await;
            for unfinished in some {
                let message = messages.iter().find(|message| message.id == unfinished.id);
                self.go_on_with_one(unfinished, message).await;
            }
        }
    }

    async fn go_on_with_one(self: &Arc<Self>, unfinished: &Unfinished, message: Option<&Message>) {
        let id = unfinished.id;
        let addressed = match message {
            Some(message) => self.addressed(message, &message.flags).await,
            None => None,
        };
        let Some((incoming, _)) = addressed else {
            tracing::warn!(
                zulip.message = id.0,
                "message {id}, whose handling was cut off, is gone"
            );
            self.journal.done(&Key::Message(id), &[]);
            return;
        };
        let incoming = Incoming {
            again: unfinished.begun,
            caught_up: true,
            ..incoming
        };
        let job = Job::message(incoming);
        self.put(job.after(unfinished.sendings.clone())).await;
    }

    /// Handles an edit, a reaction or another event again.
    async fn go_on_with_event(self: &Arc<Self>, unfinished: UnfinishedEvent) {
        let UnfinishedEvent {
            key,
            event,
            begun,
            cut_off,
            sendings,
        } = unfinished;
        if self.is_left(begun, cut_off) {
            tracing::warn!(
                "an event `{}` is left: its handling was cut off",
                event.name()
            );
            self.journal.done(&Key::Event(key), &[]);
            return;
        }
        self.put_event(key, event, sendings).await;
    }
}
