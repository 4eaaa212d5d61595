//! The server's clock, which tests can move on by hand, or let run faster than the world's.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::Notify;

/// Every wait of the server is measured by it, and every time that it stores is read from it.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    /// The time since 1970 when it started.
    started_at: Duration,
    /// How many of its seconds pass in one second.
    pace: f64,
    /// By how much it was moved.
    ahead: Mutex<Duration>,
    moved: Notify,
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl Clock {
    pub(crate) fn new(pace: f64) -> Self {
        Self {
            started: Instant::now(),
            started_at: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
            pace,
            ahead: Mutex::default(),
            moved: Notify::new(),
        }
    }

    fn ahead(&self) -> MutexGuard<'_, Duration> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long it has been running.
    pub(crate) fn elapsed(&self) -> Duration {
        let passed = self.started.elapsed().mul_f64(self.pace);
        passed.saturating_add(*self.ahead())
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> u64 {
        self.since_1970().as_secs()
    }

    pub(crate) fn since_1970(&self) -> Duration {
        self.started_at.saturating_add(self.elapsed())
    }

    /// Moves it on, and lets those who wait look again.
    pub(crate) fn advance(&self, by: Duration) {
        let mut ahead = self.ahead();
        *ahead = ahead.saturating_add(by);
        drop(ahead);
        self.moved.notify_waiters();
    }

    /// Waits until so much of its time has passed.
    pub(crate) async fn sleep(&self, duration: Duration) {
        let end = self.elapsed().saturating_add(duration);
        loop {
            // Listening begins before looking, so that no move falls between the two.
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let left = end.saturating_sub(self.elapsed());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left.div_f64(self.pace)) => {}
                () = moved => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_move_ends_a_wait() {
        let clock = Clock::new(1.0);
        let before = clock.seconds();
        let day = Duration::from_secs(24 * 60 * 60);
        tokio::join!(clock.sleep(day), async { clock.advance(day) });
        assert!(clock.seconds() >= before + day.as_secs());
    }
}
