//! What the operator's page shows of a bot.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use zulipkit_diag::Result;

/// How many characters of an error are shown.
const LONGEST: usize = 500;

/// How many times are kept to take the percentiles from.
const KEPT: usize = 1_000;

/// A bot's calls, counted.
#[derive(Debug, Default)]
pub(super) struct Stats {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    handled: u64,
    failed: u64,
    last_call: Option<Timestamp>,
    last_error: Option<(Timestamp, String)>,
    took: VecDeque<Duration>,
}

/// The numbers at a moment.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(super) struct Snapshot {
    pub(super) handled: u64,
    pub(super) failed: u64,
    pub(super) last_call: Option<String>,
    pub(super) last_error: Option<String>,
    /// Milliseconds: the middle of the latest calls, and the time that one in a hundred exceeded.
    pub(super) median_ms: Option<f64>,
    pub(super) p99_ms: Option<f64>,
}

impl Stats {
    /// Notes that a message was handled.
    pub(super) fn handled(&self, took: Duration, result: &Result<()>) {
        let mut inner = self.inner();
        let now = Timestamp::now();
        inner.handled += 1;
        inner.last_call = Some(now);
        if let Err(error) = result {
            inner.failed += 1;
            inner.last_error = Some((now, short(&error.one_line())));
        }
        inner.took.push_back(took);
        if inner.took.len() > KEPT {
            inner.took.pop_front();
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let inner = self.inner();
        let mut took: Vec<Duration> = inner.took.iter().copied().collect();
        took.sort_unstable();
        let at = |percent: usize| {
            let index = (took.len() * percent / 100).min(took.len().checked_sub(1)?);
            Some(took[index].as_secs_f64() * 1_000.0)
        };
        Snapshot {
            handled: inner.handled,
            failed: inner.failed,
            last_call: inner.last_call.map(to_the_second),
            last_error: inner
                .last_error
                .as_ref()
                .map(|(time, error)| format!("{}: {error}", to_the_second(*time))),
            median_ms: at(50),
            p99_ms: at(99),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cuts an error: a program's may be megabytes long. The log has it whole.
pub(super) fn short(error: &str) -> String {
    match error.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &error[..end]),
        None => error.to_owned(),
    }
}

fn to_the_second(time: Timestamp) -> String {
    format!("{time:.0}")
}

#[cfg(test)]
mod tests {
    use zulipkit_diag::Diagnostic;

    use super::*;

    #[test]
    fn percentiles_and_the_last_error() {
        let stats = Stats::default();
        assert_eq!(stats.snapshot().median_ms, None);
        for ms in 1..=100 {
            stats.handled(Duration::from_millis(ms), &Ok(()));
        }
        stats.handled(Duration::from_millis(500), &Err(Diagnostic::failed("no")));
        let seen = stats.snapshot();
        assert_eq!((seen.handled, seen.failed), (101, 1));
        assert_eq!((seen.median_ms, seen.p99_ms), (Some(51.0), Some(100.0)));
        assert!(seen.last_error.unwrap().ends_with("Z: no"));
        let long = Diagnostic::failed("é".repeat(LONGEST + 1));
        stats.handled(Duration::ZERO, &Err(long));
        let seen = stats.snapshot();
        let error = seen.last_error.unwrap();
        let cut = format!("{}…", "é".repeat(LONGEST));
        assert_eq!(error.split_once(": ").unwrap().1, cut);
        // A time is that of a second: 2026-11-25T15:25:23Z.
        assert_eq!(seen.last_call.unwrap().len(), 20);
    }
}
