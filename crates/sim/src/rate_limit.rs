//! The limit of requests a minute for each user; off unless asked for.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use crate::ids::UserId;

const WINDOW: Duration = Duration::from_secs(60);

/// When each user asked lately, by the server's clock.
#[derive(Debug, Default)]
pub(crate) struct RateLimit {
    asked: HashMap<UserId, VecDeque<Duration>>,
}

/// What the answer's headers say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// How long until a request is let through again, where it was not.
    pub(crate) retry_after: Option<Duration>,
}

impl RateLimit {
    /// Counts a request of this user.
    pub(crate) fn count(&mut self, user: UserId, limit: u32, now: Duration) -> Standing {
        let asked = self.asked.entry(user).or_default();
        asked.retain(|then| now.saturating_sub(*then) < WINDOW);
        let used = u32::try_from(asked.len()).unwrap_or(u32::MAX);
        if used >= limit {
            let oldest = asked.front().map_or(now, |then| *then);
            let retry_after = Some(WINDOW.saturating_sub(now.saturating_sub(oldest)));
            return Standing {
                limit,
                remaining: 0,
                retry_after,
            };
        }
        asked.push_back(now);
        Standing {
            limit,
            remaining: limit - used - 1,
            retry_after: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_for_each_user_and_each_minute() {
        let (mut limits, start) = (RateLimit::default(), Duration::from_secs(100));
        assert_eq!(limits.count(UserId(1), 2, start).remaining, 1);
        assert_eq!(
            limits
                .count(UserId(1), 2, start + Duration::from_secs(10))
                .remaining,
            0
        );
        let refused = limits.count(UserId(1), 2, start + Duration::from_secs(20));
        assert_eq!(refused.retry_after, Some(Duration::from_secs(40)));
        assert_eq!(limits.count(UserId(2), 2, start).retry_after, None);
        assert_eq!(
            limits
                .count(UserId(1), 2, start + Duration::from_secs(61))
                .retry_after,
            None
        );
    }
}
