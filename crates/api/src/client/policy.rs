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
    /// How long one try may take, its answer read to the end. Polls and uploads get more.
    pub one_try: Duration,
}

impl Default for Policy {
    /// Tries for a minute, which is as long as Zulip's own rate limits last.
    fn default() -> Self {
        Self {
            total: Duration::from_secs(60),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
            one_try: Duration::from_secs(15),
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

    /// Returns how long a try of this request may take.
    pub(super) fn limit(&self, request: &Request) -> Duration {
        /// The server itself ends a poll after less than a minute.
        const POLL: Duration = Duration::from_secs(75);
        /// No line is taken to be slower.
        const UPLOAD_BYTES_PER_SECOND: usize = 32 << 10;
        let bytes: usize = request.files.iter().map(|file| file.bytes.len()).sum();
        let upload = Duration::from_secs((bytes / UPLOAD_BYTES_PER_SECOND) as u64);
        let poll = if request.waits() {
            POLL
        } else {
            Duration::ZERO
        };
        self.one_try + poll + upload
    }

    /// Tells whether the request may go out again after this error, and whether that has a point: a log-in page comes back
    /// as often as one asks.
    pub fn allows(&self, request: &Request, error: &Error) -> bool {
        match error.retry() {
            Retry::NothingSent | Retry::Transient(_) => true,
            Retry::Unclear => request.is_idempotent() && !is_page(error),
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

fn is_page(error: &Error) -> bool {
    matches!(
        error,
        Error::Unexpected {
            status: 200..=299,
            ..
        }
    )
}

/// Returns the small wait that keeps clients apart which wait for the same moment.
pub(super) fn spread(random: f64) -> Duration {
    Duration::from_millis(250).mul_f64(random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::File;
    use serde_json::Map;

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
    fn polls_and_uploads_get_more_time() {
        let limit = |endpoint: &str, file: usize| {
            let body = Map::from_iter([("queue_id".to_owned(), "q".into())]);
            let mut request = Request::from_parts(endpoint, &body).unwrap();
            request.files.push(File {
                name: "f".to_owned(),
                bytes: vec![0; file],
            });
            Policy::default().limit(&request).as_secs()
        };
        assert_eq!(limit("GET /messages", 0), 15);
        assert_eq!(limit("GET /events", 0), 90);
        assert_eq!(limit("DELETE /events", 0), 15);
        assert_eq!(limit("POST /user_uploads", 10 << 20), 15 + 320);
    }

    #[test]
    fn the_servers_wish_is_never_undercut() {
        let wish = Duration::from_millis(1300);
        let wait = |random| Policy::default().wait(1, Retry::Transient(Some(wish)), random);
        assert_eq!(wait(0.0), wish);
        assert_eq!(wait(1.0), wish + Duration::from_millis(250));
    }
}
