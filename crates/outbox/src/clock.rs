//! Time, in which two clocks are kept apart.
//!
//! The wall clock may be set to anything at any moment, so it decides nothing. What decides (when to try again, when a row
//! is too old) is the **outbox's own time**: it advances by the monotonic clock while a deliverer runs, and between two
//! deliverers by what the wall clock moved, but never backwards and never by more than [`LONGEST_STEP`] at once. A clock
//! that jumps ten years ahead therefore ages the rows by at most one step, at the next start; one that jumps back
//! ages them not at all. Only deliverers move this time on, and a row is born when a deliverer first sees it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// The most that the outbox's time moves on between two deliverers.
///
/// Long enough that an hourly retry is due after a night, short enough that seven of these jumps are needed before a row is
/// given up.
pub(crate) const LONGEST_STEP: Duration = Duration::from_secs(24 * 60 * 60);

/// Where time comes from; tests hold it still.
pub trait Clock {
    /// Returns the wall clock's time: milliseconds since 1970.
    fn wall_ms(&self) -> i64;
    /// Returns the time since some fixed moment of this process; it never runs backwards.
    fn monotonic(&self) -> Duration;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn wall_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_millis().try_into().unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A moment in the outbox's own time, in milliseconds since the outbox was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    /// Returns the moment that is later by a duration.
    #[must_use]
    pub(crate) fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(millis(wait)))
    }

    /// Returns how long ago an earlier moment was, zero for a later one.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let ms = self.0.saturating_sub(earlier.0);
        Duration::from_millis(ms.try_into().unwrap_or(0))
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// Both clocks as they were written down together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) now: Moment,
    pub(crate) wall_ms: i64,
}

impl Reading {
    /// Returns the outbox's time that another process has now, by what the wall clock moved since.
    pub(crate) fn resume(self, wall_ms: i64) -> Moment {
        let step = wall_ms
            .saturating_sub(self.wall_ms)
            .clamp(0, millis(LONGEST_STEP));
        Moment(self.now.0.saturating_add(step))
    }

    /// Returns the wall clock's time of a moment, for people to read.
    pub(crate) fn wall_of(self, moment: Moment) -> i64 {
        self.wall_ms
            .saturating_add(moment.0.saturating_sub(self.now.0))
    }
}

/// The outbox's time within one deliverer.
#[derive(Debug)]
pub(crate) struct Timeline<'a, K> {
    clock: &'a K,
    start: Moment,
    started: Duration,
}

impl<'a, K: Clock> Timeline<'a, K> {
    /// Goes on from what was last written down.
    pub(crate) fn resume(clock: &'a K, last: Reading) -> Self {
        Self {
            start: last.resume(clock.wall_ms()),
            started: clock.monotonic(),
            clock,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.start
            .after(self.clock.monotonic().saturating_sub(self.started))
    }

    pub(crate) fn read(&self) -> Reading {
        Reading {
            now: self.now(),
            wall_ms: self.clock.wall_ms(),
        }
    }
}

pub(crate) fn millis(duration: Duration) -> i64 {
    duration.as_millis().try_into().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn between_processes_time_moves_on_by_bounded_steps() {
        let last = Reading {
            now: Moment(1_000),
            wall_ms: 500 * HOUR,
        };
        assert_eq!(last.resume(502 * HOUR), Moment(1_000 + 2 * HOUR));
        assert_eq!(
            last.resume(90_000 * HOUR),
            Moment(1_000 + 24 * HOUR),
            "a jump ahead"
        );
        assert_eq!(last.resume(0), Moment(1_000), "a jump back");
        assert_eq!(last.resume(i64::MIN), Moment(1_000));
        assert_eq!(last.wall_of(Moment(1_000 + HOUR)), 501 * HOUR);
    }
}
