//! Each message is handled once, however often the server calls about it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::reply::Reply;

/// How many messages are remembered. A server calls four times within a minute, so this suffices for thousands a second.
const REMEMBERED: usize = 100_000;

/// What identifies a message of a bot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The bot's address, which outlives a change of the settings.
    pub(super) bot: Arc<str>,
    /// The message's number; for Slack's format, which has none, what the call says instead.
    pub(super) message: MessageKey,
}

/// What tells a message from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum MessageKey {
    Id(u64),
    Slack {
        sender: u64,
        timestamp: i64,
        text: String,
    },
}

/// The messages that are being handled or were.
#[derive(Debug, Default)]
pub(super) struct Desk {
    cases: Mutex<Cases>,
}

#[derive(Debug, Default)]
struct Cases {
    by_key: HashMap<Key, Outcome>,
    /// The keys, oldest first.
    order: VecDeque<Key>,
}

/// What comes of it, once that is known.
pub(super) type Outcome = watch::Receiver<Option<Reply>>;

impl Desk {
    /// Returns what comes of a message, if a call about it was taken in.
    pub(super) fn find(&self, key: &Key) -> Option<Outcome> {
        self.cases().by_key.get(key).cloned()
    }

    /// Takes a call in. The sender is given to the first about a message, who has to see to a reply.
    pub(super) fn open(&self, key: Key) -> (Option<watch::Sender<Option<Reply>>>, Outcome) {
        let mut cases = self.cases();
        if let Some(outcome) = cases.by_key.get(&key) {
            return (None, outcome.clone());
        }
        let (sender, outcome) = watch::channel(None);
        cases.by_key.insert(key.clone(), outcome.clone());
        cases.order.push_back(key);
        if cases.order.len() > REMEMBERED
            && let Some(oldest) = cases.order.pop_front()
        {
            cases.by_key.remove(&oldest);
        }
        (Some(sender), outcome)
    }

    fn cases(&self) -> MutexGuard<'_, Cases> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
