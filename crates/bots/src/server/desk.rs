//! Each message is handled once, however often the server calls about it.
//!
//! A server calls four times within a minute, so what was answered is remembered for long enough where there are hundreds of
//! messages a second. What is remembered is bounded in any case: beyond [`TEXTS`] the oldest replies lose their text, and beyond
//! [`REMEMBERED`] the oldest messages are forgotten.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::reply::Reply;

/// How many messages are remembered.
const REMEMBERED: usize = 28_000;

/// How many bytes of replies are remembered.
const TEXTS: usize = 2 * 1024 * 1024;

/// What identifies a message of a bot; small, since there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    bot: u32,
    named: bool,
    message: u64,
}

/// The messages that are being handled or were.
#[derive(Debug, Default)]
pub(super) struct Desk {
    hasher: RandomState,
    cases: Mutex<Cases>,
}

#[derive(Debug, Default)]
struct Cases {
    /// The bots by their addresses, which outlive a change of the settings.
    bots: HashMap<String, u32>,
    by_key: HashMap<Key, Case>,
    /// The keys, oldest first.
    order: VecDeque<Key>,
    /// What was answered with a text, oldest first, and how many bytes each takes.
    texts: VecDeque<(Key, usize)>,
    /// How many those are together.
    text_bytes: usize,
}

/// What becomes of a message.
#[derive(Debug, Clone)]
pub(super) enum Case {
    /// That will be known.
    Open(watch::Receiver<Option<Reply>>),
    /// This did.
    Done(Reply),
}

/// The duty to see to a reply.
#[derive(Debug)]
pub(super) struct Duty {
    key: Key,
    known: watch::Sender<Option<Reply>>,
}

impl Case {
    /// Waits until it is known what becomes of the message.
    pub(super) async fn reply(self) -> Reply {
        match self {
            Self::Done(reply) => reply,
            Self::Open(mut outcome) => {
                let known = outcome.wait_for(Option::is_some).await;
                // The duty is gone without a word only when the bot's task panicked.
                known
                    .ok()
                    .and_then(|reply| reply.clone())
                    .unwrap_or(Reply::Nothing)
            }
        }
    }
}

impl Desk {
    /// Returns the number of the bot with this address.
    pub(super) fn bot(&self, address: &str) -> u32 {
        let mut cases = self.cases();
        let next = cases.bots.len() as u32;
        *cases.bots.entry(address.to_owned()).or_insert(next)
    }

    /// Returns the key of a message that has a number.
    pub(super) fn key(bot: u32, message: u64) -> Key {
        Key {
            bot,
            named: false,
            message,
        }
    }

    /// Returns the key of a message of which only this is known.
    pub(super) fn key_of(&self, bot: u32, known: impl Hash) -> Key {
        let message = self.hasher.hash_one(known);
        Key {
            bot,
            named: true,
            message,
        }
    }

    /// Returns what becomes of a message, if a call about it was taken in.
    pub(super) fn find(&self, key: Key) -> Option<Case> {
        self.cases().by_key.get(&key).cloned()
    }

    /// Takes a call in. The duty is given to the first about a message.
    pub(super) fn open(&self, key: Key) -> (Option<Duty>, Case) {
        let mut cases = self.cases();
        if let Some(case) = cases.by_key.get(&key) {
            return (None, case.clone());
        }
        let (known, outcome) = watch::channel(None);
        let case = Case::Open(outcome);
        cases.insert(key, case.clone());
        (Some(Duty { key, known }), case)
    }

    /// Tells everybody what becomes of a message.
    pub(super) fn settle(&self, duty: &Duty, reply: Reply) {
        duty.known.send_replace(Some(reply.clone()));
        self.cases().settle(duty.key, reply);
    }

    fn cases(&self) -> MutexGuard<'_, Cases> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cases {
    fn insert(&mut self, key: Key, case: Case) {
        self.by_key.insert(key, case);
        self.order.push_back(key);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_key.remove(&oldest);
        }
    }

    fn settle(&mut self, key: Key, reply: Reply) {
        // What is forgotten already stays so.
        let Some(case) = self.by_key.get_mut(&key) else {
            return;
        };
        let bytes = reply.bytes();
        *case = Case::Done(reply);
        if bytes == 0 {
            return;
        }
        self.texts.push_back((key, bytes));
        self.text_bytes += bytes;
        while self.text_bytes > TEXTS
            && let Some((oldest, bytes)) = self.texts.pop_front()
        {
            self.text_bytes -= bytes;
            if let Some(case) = self.by_key.get_mut(&oldest) {
                *case = Case::Done(Reply::Nothing);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(desk: &Desk, key: Key, text: &str) {
        let duty = desk.open(key).0.expect("it is the first call");
        desk.settle(&duty, Reply::text(text.to_owned(), None));
    }

    #[tokio::test]
    async fn whoever_waits_and_whoever_comes_later_hears_the_same() {
        let desk = Desk::default();
        let key = Desk::key(desk.bot("a@example.com"), 7);
        let (duty, first) = desk.open(key);
        let (none, second) = desk.open(key);
        assert!(none.is_none());
        let text = Reply::text("hello".to_owned(), None);
        desk.settle(&duty.unwrap(), text.clone());
        let third = desk.find(key).unwrap();
        for case in [first, second, third] {
            assert_eq!(case.reply().await, text);
        }
        let other_bot = Desk::key(desk.bot("b@example.com"), 7);
        assert!(desk.find(other_bot).is_none());
        assert!(desk.find(desk.key_of(key.bot, (9, "hello"))).is_none());
    }

    #[tokio::test]
    async fn whoever_waits_for_what_panicked_is_told_nothing() {
        let desk = Desk::default();
        let key = Desk::key(desk.bot("a@example.com"), 7);
        let (duty, case) = desk.open(key);
        drop(duty);
        assert_eq!(case.reply().await, Reply::Nothing);
        assert_eq!(desk.find(key).unwrap().reply().await, Reply::Nothing);
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded() {
        let desk = Desk::default();
        let bot = desk.bot("a@example.com");
        let long = "x".repeat(TEXTS / 4);
        for message in 0..6 {
            answer(&desk, Desk::key(bot, message), &long);
        }
        let reply = async |message| desk.find(Desk::key(bot, message)).unwrap().reply().await;
        // Without its text it is not handled again all the same.
        assert_eq!(reply(0).await, Reply::Nothing);
        assert_eq!(reply(5).await, Reply::text(long, None));
        for message in 6..REMEMBERED as u64 + 3 {
            answer(&desk, Desk::key(bot, message), "x");
        }
        assert!(desk.find(Desk::key(bot, 2)).is_none());
        assert!(desk.find(Desk::key(bot, 3)).is_some());
        let cases = desk.cases();
        assert_eq!(
            (cases.by_key.len(), cases.order.len()),
            (REMEMBERED, REMEMBERED)
        );
        assert!(cases.text_bytes <= TEXTS);
        let bytes: usize = cases.texts.iter().map(|(_, bytes)| bytes).sum();
        assert_eq!(cases.text_bytes, bytes);
    }
}
