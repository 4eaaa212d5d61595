use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

/// What the server last said about the budget of a user's requests.
///
/// It counts the requests of all programs that use the same account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLimit {
    /// How many requests the budget holds.
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// When the budget is full again, in seconds since 1970 by the server's clock.
    pub reset: f64,
}

impl RateLimit {
    /// Reads the headers `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let value = |name| headers.get(name)?.to_str().ok();
        Some(Self {
            limit: value("x-ratelimit-limit")?.parse().ok()?,
            remaining: value("x-ratelimit-remaining")?.parse().ok()?,
            reset: value("x-ratelimit-reset")?.parse().ok()?,
        })
    }
}

/// The pause and the budget of one identity, and what is known of its server. All its clients in the process share one, since the server counts them as one.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    pause_until: Option<Instant>,
    rate_limit: Option<RateLimit>,
    feature_level: Option<u32>,
}

/// By site and e-mail address.
type Shared = HashMap<(String, String), Arc<Pace>>;
static SHARED: LazyLock<Mutex<Shared>> = LazyLock::new(Mutex::default);

impl Pace {
    /// Returns the one of this identity. A pause outlives the client that was asked for it.
    pub(super) fn of(site: &str, email: &str) -> Arc<Self> {
        let mut shared = lock(&SHARED);
        shared.retain(|_, pace| Arc::strong_count(pace) > 1 || pace.pause().is_some());
        let identity = (site.to_owned(), email.to_lowercase());
        Arc::clone(shared.entry(identity).or_default())
    }

    /// Returns how much of a pause is left, if there is one.
    pub(super) fn pause(&self) -> Option<Duration> {
        let until = lock(&self.0).pause_until?;
        let left = until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Makes everyone wait for at least this long.
    pub(super) fn rest(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = lock(&self.0);
        state.pause_until = state.pause_until.max(Some(until));
    }

    pub(super) fn rate_limit(&self) -> Option<RateLimit> {
        lock(&self.0).rate_limit
    }

    pub(super) fn feature_level(&self) -> Option<u32> {
        lock(&self.0).feature_level
    }

    pub(super) fn note_feature_level(&self, level: u32) {
        lock(&self.0).feature_level = Some(level);
    }

    pub(super) fn note(&self, rate_limit: Option<RateLimit>) {
        if rate_limit.is_some() {
            lock(&self.0).rate_limit = rate_limit;
        }
    }
}

/// Nothing that holds one of these locks can leave its data half changed, so that of a thread that panicked is good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
