//! How far a job has been told, and what a look at its builds means. No clock, no network.
//!
//! Jenkins gives numbers, not a stream, and none of the usual assumptions about numbers holds: they jump when somebody sets
//! the next one, builds are deleted, an older build may end after a newer one, and a job that is deleted and made anew
//! starts again at 1. So a job's progress is the newest build that was dealt with, the older ones that still ran then, and
//! when the newest one started, which tells a job that is new from one whose last builds were deleted.

use serde::{Deserialize, Serialize};

use crate::jenkins::remote::{Last, Outline};
use crate::jenkins::tell::is_bad;

/// How far a job has been told. It is stored, so fields are added with a default and never change their meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    /// The newest build that was told or passed over; 0 if there was none.
    pub(crate) seen: u64,
    /// When it started, in milliseconds since 1970.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) started: i64,
    /// Older builds that were still running then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) open: Vec<u64>,
    /// The failures in a row up to the newest build.
    #[serde(skip_serializing_if = "Streak::is_none")]
    pub(crate) streak: Streak,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// Failures and unstable builds in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Streak {
    /// How many there are.
    pub(crate) count: u32,
    /// When the first of them started, in milliseconds since 1970.
    pub(crate) since: i64,
}

impl Streak {
    fn is_none(&self) -> bool {
        self.count == 0
    }

    /// Adds the next build. One that was stopped says nothing about the code, so it neither ends nor lengthens a streak.
    fn add(&mut self, build: &Outline) {
        match build.result.as_deref() {
            Some(result) if is_bad(result) => {
                if self.count == 0 {
                    self.since = build.timestamp;
                }
                self.count += 1;
            }
            Some("SUCCESS") => *self = Self::default(),
            _ => {}
        }
    }
}

/// What is to be done about a job after a look at the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing happened.
    Nothing,
    /// Remember this, and tell nothing.
    Remember(Progress),
    /// Look at its builds, down to this number.
    Look {
        /// The oldest build that may be news.
        oldest: u64,
    },
}

/// Compares a job in the list with what is known about it.
///
/// `since` is when the controller was read before; on the very first time everything counts as seen.
pub(crate) fn compare(known: Option<&Progress>, last: Option<&Last>, since: Option<i64>) -> Next {
    match (known, last) {
        (None, None) => Next::Remember(Progress::default()),
        (None, Some(last)) => match since {
            None => Next::Remember(Progress::at(last)),
            // It is new, or has another name. What ended before has been told or was before our time.
            Some(_) => Next::Look { oldest: 1 },
        },
        (Some(known), None) if known.open.is_empty() => Next::Nothing,
        (Some(known), last) => {
            let newer = last.is_some_and(|last| last.number > known.seen);
            // A smaller number that started later: the job was made anew, or its numbers were set back.
            let anew =
                last.is_some_and(|last| last.number < known.seen && last.timestamp > known.started);
            let oldest = match known.open.iter().min() {
                Some(open) => *open,
                None => known.seen + 1,
            };
            match (anew, newer || !known.open.is_empty()) {
                (true, _) => Next::Look { oldest: 1 },
                (false, true) => Next::Look { oldest },
                (false, false) => Next::Nothing,
            }
        }
    }
}

impl Progress {
    fn at(last: &Last) -> Self {
        let bad = last.result.as_deref().is_some_and(is_bad);
        Self {
            seen: last.number,
            started: last.timestamp,
            open: Vec::new(),
            streak: Streak {
                count: u32::from(bad),
                since: if bad { last.timestamp } else { 0 },
            },
        }
    }
}

/// A build that is news, and what came before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) build: Outline,
    pub(crate) previous_result: Option<String>,
    pub(crate) before: Streak,
}

/// Finds what is to be told among a job's builds, oldest first, and how far the job has been told then.
pub(crate) fn advance(
    known: Option<&Progress>,
    mut builds: Vec<Outline>,
    since: Option<i64>,
) -> (Vec<News>, Progress) {
    builds.sort_by_key(|build| build.number);
    builds.dedup_by_key(|build| build.number);
    let newest = builds.last().map_or(0, |build| build.number);
    // The job was made anew if its newest build started later than the one we know and has a smaller number.
    let newest_start = builds.last().map_or(0, |build| build.timestamp);
    let anew = |known: &Progress| newest < known.seen && newest_start > known.started;
    let is_news = |build: &Outline| match known {
        None => since.is_none_or(|since| build.end() > since),
        Some(known) if anew(known) => build.timestamp > known.started,
        Some(known) => build.number > known.seen || known.open.contains(&build.number),
    };
    let carried = known.filter(|known| !anew(known));
    let news = walk(&builds, carried, is_news);
    let seen = builds.iter().filter(|build| !build.building).next_back();
    let seen_number = seen.map_or(0, |build| build.number);
    let mut progress = Progress {
        seen: seen_number,
        started: seen.map_or(0, |build| build.timestamp),
        open: open(&builds, seen_number, is_news),
        streak: Streak::default(),
    };
    progress.streak = streak(&builds, carried, u64::MAX);
    if let Some(carried) = carried.filter(|carried| carried.seen > progress.seen) {
        progress.seen = carried.seen;
        progress.started = carried.started;
        progress.open = open(&builds, carried.seen, is_news);
    }
    (news, progress)
}

/// Returns the builds that still run below a number, and will be news when they end.
fn open(builds: &[Outline], below: u64, is_news: impl Fn(&Outline) -> bool) -> Vec<u64> {
    let running = builds
        .iter()
        .filter(|build| build.building && build.number < below);
    running
        .filter(|build| is_news(build))
        .map(|build| build.number)
        .collect()
}

fn walk(
    builds: &[Outline],
    known: Option<&Progress>,
    is_news: impl Fn(&Outline) -> bool,
) -> Vec<News> {
    let finished: Vec<&Outline> = builds.iter().filter(|build| !build.building).collect();
    let news = finished
        .iter()
        .enumerate()
        .filter(|(_, build)| is_news(build));
    news.map(|(at, build)| News {
        build: (*build).clone(),
        previous_result: at
            .checked_sub(1)
            .and_then(|before| finished[before].result.clone()),
        before: streak(builds, known, build.number),
    })
    .collect()
}

/// Returns the failures in a row before a build.
///
/// The builds at hand may not reach back to the last good one; then what was counted before goes on.
fn streak(builds: &[Outline], known: Option<&Progress>, before: u64) -> Streak {
    let earlier = builds
        .iter()
        .filter(|build| !build.building && build.number < before);
    let earlier: Vec<&Outline> = earlier.collect();
    let good = |build: &&Outline| build.result.as_deref() == Some("SUCCESS");
    let mut streak = Streak::default();
    let known = known.filter(|known| known.streak.count > 0 && before > known.seen);
    match known.filter(|_| !earlier.iter().any(good)) {
        // Those up to the newest known build are in the count already.
        Some(known) => {
            streak = known.streak;
            earlier
                .iter()
                .filter(|build| build.number > known.seen)
                .for_each(|build| streak.add(build));
            let mut at_hand = Streak::default();
            earlier.iter().for_each(|build| at_hand.add(build));
            if at_hand.count > streak.count {
                at_hand
            } else {
                streak
            }
        }
        None => {
            earlier.iter().for_each(|build| streak.add(build));
            streak
        }
    }
}
