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
    /// What was sent when it was handled before.
    pub(super) sent: Vec<Sent>,
    /// To be waited for before.
    pub(super) delay: Duration,
    _place: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
pub(super) enum Task {
    Message(Box<Incoming>),
    Edited(Box<Edit>),
    Reacted(ReactionEvent),
    Alarm(Alarm),
    Event(Box<Event>),
}

impl Task {
    /// Returns the name under which the journal has it, if it has it.
    pub(super) fn key(&self) -> Option<Key> {
        match self {
            Self::Message(incoming) => Some(Key::Message(incoming.id())),
            Self::Alarm(alarm) => Some(Key::Alarm(alarm.name.clone(), alarm.due.as_millisecond())),
            Self::Edited(_) | Self::Reacted(_) | Self::Event(_) => None,
        }
    }
}

impl Running {
    /// Puts something to handle into its lane. Waits while there is too much already, but not when it is to stop: then it is
    /// met again at the next start.
    pub(super) async fn put(self: &Arc<Self>, task: Task, sent: Vec<Sent>, delay: Duration) {
        let place = tokio::select! {
            () = self.stop.cancelled() => return,
            place = self.backlog.clone().acquire_owned() => place.ok(),
        };
        if let Task::Message(incoming) = &task {
            self.journal.note(incoming.id(), Stage::Waits);
        }
        let lane = self.lane(&task);
        let job = Job {
            task,
            sent,
            delay,
            _place: place,
        };
        self.lanes.put(lane, job, self);
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
