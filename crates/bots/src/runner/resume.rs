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

impl Running {
    /// Handles what the last process left unfinished.
    pub(super) async fn go_on_with(self: &Arc<Self>, unfinished: Vec<Unfinished>) {
        let (left, again): (Vec<_>, Vec<_>) = unfinished.into_iter().partition(|unfinished| {
            unfinished.begun && self.spec.handling.interrupted == Interrupted::Skip
        });
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

    /// Handles the edits, reactions and other events that the last process left unfinished.
    pub(super) async fn go_on_with_events(self: &Arc<Self>, unfinished: Vec<UnfinishedEvent>) {
        for UnfinishedEvent {
            key,
            event,
            begun,
            sendings,
        } in unfinished
        {
            if begun && self.spec.handling.interrupted == Interrupted::Skip {
                tracing::warn!(
                    "an event `{}` is left: its handling was cut off",
                    event.name()
                );
                self.journal.done(&Key::Event(key), &[]);
                continue;
            }
            self.put_event(key, event, sendings).await;
        }
    }
}
