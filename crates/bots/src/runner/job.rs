//! What there is to handle, and how it gets into its lane.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use zulipkit_api::events::Event;

use super::running::Running;
use crate::journal::{Key, Sent, Stage};
use crate::{Alarm, Conversation, Edit, Incoming, ReactionEvent};

/// Something to handle.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) task: Task,
    /// The name under which the journal has it.
    pub(super) key: Key,
    /// What was sent when it was handled before.
    pub(super) sent: Vec<Sent>,
    /// To be waited for before.
    pub(super) delay: Duration,
    place: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
pub(super) enum Task {
    Message(Box<Incoming>),
    Edited(Box<Edit>),
    Reacted(ReactionEvent),
    Alarm(Alarm),
    Event(Box<Event>),
}

impl Job {
    /// A message, unless it was handled before.
    pub(super) fn message(incoming: Incoming) -> Self {
        let key = Key::Message(incoming.id());
        Self::new(Task::Message(Box::new(incoming)), key)
    }

    /// An alarm that goes off.
    pub(super) fn alarm(alarm: Alarm) -> Self {
        let key = Key::Alarm(alarm.name.clone(), alarm.due.as_millisecond());
        Self::new(Task::Alarm(alarm), key)
    }

    pub(super) fn new(task: Task, key: Key) -> Self {
        Self {
            task,
            key,
            sent: Vec::new(),
            delay: Duration::ZERO,
            place: None,
        }
    }

    /// It was begun before, and this was sent then.
    pub(super) fn after(self, sent: Vec<Sent>) -> Self {
        Self { sent, ..self }
    }

    /// It is handled only after this time.
    pub(super) fn delayed(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

impl Running {
    /// Puts something to handle into its lane. Waits while there is too much already.
    pub(super) async fn put(self: &Arc<Self>, mut job: Job) {
        job.place = self.backlog.clone().acquire_owned().await.ok();
        if let Task::Message(incoming) = &job.task {
            self.journal.note(incoming.id(), Stage::Waits);
        }
        self.lanes.put(self.lane(&job.task), job, self);
    }

    fn lane(&self, task: &Task) -> Option<String> {
        let conversation = match task {
            Task::Message(incoming) => Some(&incoming.conversation),
            Task::Edited(edit) => Some(&edit.message.conversation),
            Task::Reacted(reaction) => reaction.conversation.as_ref(),
            Task::Alarm(_) | Task::Event(_) => None,
        };
        conversation
            .filter(|_| self.spec.bot.in_order())
            .map(Conversation::to_string)
    }
}
