use std::time::Duration;

use crate::{Error, Request, Retry};

/// How long, and in which steps, a [`Client`](crate::Client) tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// For how long after the first try another one may begin. Zero means one try.
    pub total: Duration,
    /// The wait after the first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait that is not the server's own wish.
    pub longest_wait: Duration,
}

impl Default for Policy {
    /// Tries for a minute, which is as long as Zulip's own rate limits last.
    fn default() -> Self {
        Self {
            total: Duration::from_secs(60),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
        }
    }
}

impl Policy {
    /// Returns the policy that tries once.
    pub fn once() -> Self {
        Self {
            total: Duration::ZERO,
            ..Self::default()
        }
    }

    /// Tells whether the request may go out again after this error.
    pub fn allows(&self, request: &Request, error: &Error) -> bool {
        match error.retry() {
            Retry::NothingSent | Retry::Transient(_) => true,
            Retry::Unclear => request.is_idempotent(),
            Retry::Permanent => false,
        }
    }

    /// Returns how long to wait after so many failures in a row (the first is 1); `random` is from 0 to 1.
    ///
    /// The server's wish is met in full, with a little more so that not all come back at the same moment.
    pub fn wait(&self, failures: u32, retry: Retry, random: f64) -> Duration {
        let steps = failures.saturating_sub(1).min(16);
        let grown = self
            .first_wait
            .saturating_mul(1 << steps)
            .min(self.longest_wait);
        match retry {
            Retry::Transient(Some(wish)) => wish + spread(random),
            _ => grown.mul_f64(0.5 + random / 2.0),
        }
    }
}

/// Returns the small wait that keeps clients apart which wait for the same moment.
pub(super) fn spread(random: f64) -> Duration {
    Duration::from_millis(250).mul_f64(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_cap_and_are_spread() {
        let policy = Policy::default();
        let wait = |failures, random| {
            policy
                .wait(failures, Retry::NothingSent, random)
                .as_millis()
        };
        assert_eq!([wait(1, 0.0), wait(1, 1.0)], [250, 500]);
        assert_eq!([wait(3, 0.0), wait(3, 1.0)], [1000, 2000]);
        assert_eq!([wait(30, 0.0), wait(30, 1.0)], [10_000, 20_000]);
    }

    #[test]
    fn the_servers_wish_is_never_undercut() {
        let wish = Duration::from_millis(1300);
        let wait = |random| Policy::default().wait(1, Retry::Transient(Some(wish)), random);
        assert_eq!(wait(0.0), wish);
        assert_eq!(wait(1.0), wish + Duration::from_millis(250));
    }
}
