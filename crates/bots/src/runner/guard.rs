//! The guard against bots that answer each other for ever.
//!
//! Only what other bots say counts, in each conversation by itself: people may be as quick as they like. A few messages within
//! a minute are a conversation; more are slowed down, and many are a loop, which is left for a while.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// The time over which messages are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// So many messages within the window are handled at once.
const FREE: usize = 5;

/// So many are a loop.
const LOOP: usize = 20;

/// How long a loop is left alone.
const PAUSE: Duration = Duration::from_secs(5 * 60);

/// What to do with a message of another bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Advice {
    /// Handle it after this time.
    After(Duration),
    /// Leave it; the loop was found just now if that is true.
    Leave(bool),
}

/// Watches the conversations of one bot.
#[derive(Debug, Default)]
pub(super) struct LoopGuard {
    conversations: HashMap<String, Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    times: VecDeque<Instant>,
    paused_until: Option<Instant>,
}

impl LoopGuard {
    /// Counts a message that another bot sent.
    pub(super) fn count(&mut self, conversation: &str, now: Instant) -> Advice {
        self.conversations
            .retain(|_, watched| watched.is_alive(now));
        let watched = self
            .conversations
            .entry(conversation.to_owned())
            .or_default();
        if watched.paused_until.is_some_and(|until| now < until) {
            return Advice::Leave(false);
        }
        watched.times.push_back(now);
        let count = watched.times.len();
        if count >= LOOP {
            watched.times.clear();
            watched.paused_until = Some(now + PAUSE);
            return Advice::Leave(true);
        }
        Advice::After(Duration::from_secs(count.saturating_sub(FREE) as u64))
    }
}

impl Watched {
    /// Forgets what is long ago; tells whether anything is left.
    fn is_alive(&mut self, now: Instant) -> bool {
        while self.times.front().is_some_and(|time| *time + WINDOW < now) {
            self.times.pop_front();
        }
        !self.times.is_empty() || self.paused_until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_slowed_down_then_left_then_tried_again() {
        let mut guard = LoopGuard::default();
        let start = Instant::now();
        let mut count = |seconds| guard.count("topic:1:a", start + Duration::from_secs(seconds));
        for _ in 0..5 {
            assert_eq!(count(0), Advice::After(Duration::ZERO));
        }
        assert_eq!(count(1), Advice::After(Duration::from_secs(1)));
        assert_eq!(count(2), Advice::After(Duration::from_secs(2)));
        for _ in 7..19 {
            assert!(matches!(count(3), Advice::After(_)));
        }
        assert_eq!(count(3), Advice::Leave(true));
        assert_eq!(count(100), Advice::Leave(false));
        assert_eq!(count(304), Advice::After(Duration::ZERO));
    }

    #[test]
    fn conversations_are_counted_apart_and_slow_ones_never() {
        let mut guard = LoopGuard::default();
        let start = Instant::now();
        for seconds in 0..100 {
            let now = start + Duration::from_secs(seconds * 13);
            assert_eq!(guard.count("a", now), Advice::After(Duration::ZERO));
            assert_eq!(guard.count("b", now), Advice::After(Duration::ZERO));
        }
    }
}
