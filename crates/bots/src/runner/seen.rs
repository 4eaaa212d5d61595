//! Which messages were met, so that none is handled twice.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zulipkit_api::MessageId;

use crate::journal::{BotJournal, Known};

/// How many messages that are done are remembered, beside those that the journal remembers.
const REMEMBERED: usize = 2_000;

/// After how many messages the journal forgets old ones.
const PRUNE_AFTER: u32 = 500;

/// The messages that were met.
#[derive(Debug)]
pub(super) struct Seen {
    journal: BotJournal,
    messages: Mutex<Messages>,
}

#[derive(Debug)]
struct Messages {
    /// No message up to this one is handled.
    floor: MessageId,
    /// The newest messages that are handled, or are about to be.
    newest: BTreeSet<MessageId>,
    since_pruning: u32,
}

impl Seen {
    /// Begins with those that the journal knows.
    pub(super) fn new(journal: &BotJournal, known: &Known) -> Self {
        let unfinished = known.unfinished.iter().map(|unfinished| unfinished.id);
        let messages = Messages {
            floor: known.floor,
            newest: known.done.iter().copied().chain(unfinished).collect(),
            since_pruning: 0,
        };
        Self {
            journal: journal.clone(),
            messages: Mutex::new(messages),
        }
    }

    /// Notes that a message is met; false if it was before.
    pub(super) fn meet(&self, id: MessageId) -> bool {
        let mut messages = self.messages();
        if id <= messages.floor || !messages.newest.insert(id) {
            return false;
        }
        if messages.newest.len() > REMEMBERED {
            messages.newest.pop_first();
        }
        messages.since_pruning += 1;
        if messages.since_pruning == PRUNE_AFTER {
            messages.since_pruning = 0;
            self.journal.prune();
        }
        true
    }

    /// Tells whether a message was met, or is not to be.
    pub(super) fn has(&self, id: MessageId) -> bool {
        let messages = self.messages();
        id <= messages.floor || messages.newest.contains(&id)
    }

    /// Returns the message up to which none is handled.
    pub(super) fn floor(&self) -> MessageId {
        self.messages().floor
    }

    /// Leaves everything up to a message.
    pub(super) fn raise_floor(&self, floor: MessageId) {
        let mut messages = self.messages();
        messages.floor = messages.floor.max(floor);
        self.journal.floor(floor);
    }

    fn messages(&self) -> MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
