//! What becomes of a row: its states, every transition, and what is promised at a crash between any two of them.
//!
//! # States
//!
//! ```text
//!             accept                 mark, then send              2xx
//!   (caller) ────────▶ waiting ─────────────────────▶ sending ─────────────▶ delivered
//!                        ▲ ▲ │                        │  │  │
//!                        │ │ └──── never sent: too old │  │  └─ refused ────▶ dead
//!          read back: not│ │                          │  │
//!          there, and it │ └── nothing was sent, 429, ┘  │ no answer, or the deliverer died
//!          would be seen │     refused for now           ▼
//!                        └──────────────────────────── unclear ──▶ delivered   (read back: it is there)
//!                                                        │  └────▶ unclear     (cannot be read, `resend`: sent at once)
//!                                                        └───────▶ held        (cannot be read, `hold`)
//! ```
//!
//! `delivered`, `dead` and `held` are ends; only a person takes a row out of the last two. A **parked** row is waiting or
//! unclear like any other, but the rows behind it no longer wait for it. A **hold** is not a row's state: it lies on an
//! account, or on a place for an account, and the rows there wait behind it; each hour, when a new row comes, and when the
//! account's files changed, one row is let through to try.
//!
//! # What is promised
//!
//! 1. *Nothing is lost.* Once accepting returned, each row becomes a message, or is there to be seen as held, dead or
//!    waiting with a reason. No transition deletes a row; only `drop` and the pruning of delivered ones do.
//! 2. *Nothing is doubled where the server can be asked.* A row that may have been sent is sent again only if the server
//!    was asked, could have shown it, and did not. Where it cannot be asked, `on_unclear` decides.
//! 3. *Order is kept within a destination*: a row is sent only when all earlier ones there have come to an end, or were
//!    parked, which their note says.
//!
//! # A crash between any two steps
//!
//! Two things are durable: the row's columns, and what the server stored. Each step changes only one of them, so a crash is
//! described by the last [`Point`](crate::Point) that was passed. A killed process gives its lock back, and whoever comes
//! next finds:
//!
//! | died after | the file says | the server has | what the next deliverer does |
//! |---|---|---|---|
//! | `Accepting` | nothing (the transaction was not committed) | nothing | nothing; the caller never heard that it was accepted |
//! | `Accepted` | waiting | nothing | sends; the caller may not have heard of it and accept once more, so a source that cares moves its cursor in the same transaction |
//! | `Locked` | waiting | nothing | sends; a ring that came meanwhile is lost, but every deliverer looks before it listens for more |
//! | `Uploaded` | waiting | a file that no message links to | uploads again; the server removes unlinked files |
//! | `Marked` | sending | nothing | takes it as unclear: reads back, waits, reads back, sends |
//! | (sent) | sending | perhaps the message | the same; finds it, or does not |
//! | `Answered` | sending | the message, or not | the same |
//! | `Settled` | its outcome | the same | goes on |
//! | `Looked` | unclear | the message, or not | reads back again |
//! | `Unlocked` | whatever was accepted meanwhile: waiting | nothing | whoever accepted it rang in vain and started a deliverer of its own |
//!
//! The mark is made durable before the first byte is sent, and with it the text exactly as sent and the highest message id
//! known then (the *floor*): the message can only have a higher one. A message read back is believed to be this row only if
//! sender and text are the same, its id is above the floor, and no other row owns it. Since a slow server may store a
//! message after it gave up answering, absence is believed only [`Rules::settle`] after the sending ended, counted within
//! one deliverer's life.
//!
//! What remains possible: a server that stores a message later than that, a message that somebody moves to another channel
//! before it is looked for, and a disk that lies about having written.
//!
//! # Time
//!
//! Every decision takes `now` in the outbox's own time (see `clock.rs`), so a jumping clock neither kills rows nor
//! hammers the server. All functions here are pure; randomness comes in as a number.

use std::time::Duration;

use crate::clock::Moment;
use crate::row::OnUnclear;

/// How far a row has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// Not sent, as far as it matters.
    Waiting,
    /// Marked; a request may be under way.
    Sending,
    /// Sent without an answer; the server has to be asked.
    Unclear,
    /// Left to a person, since it cannot be known whether it arrived.
    Held,
    /// Given up, with a reason.
    Dead,
    /// The server has it.
    Delivered,
}

impl State {
    pub(crate) const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Sending,
        Self::Unclear,
        Self::Held,
        Self::Dead,
        Self::Delivered,
    ];

    /// Returns the name in the file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Unclear => "unclear",
            Self::Held => "held",
            Self::Dead => "dead",
            Self::Delivered => "delivered",
        }
    }

    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Sending | Self::Unclear)
    }
}

/// The part of a row that changes while it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) state: State,
    /// Later rows may overtake it.
    pub(crate) parked: bool,
    /// An earlier sending may have arrived, and nobody could tell.
    pub(crate) doubt: bool,
    /// Not to be tried before.
    pub(crate) due: Moment,
    /// Attempts that failed by themselves: no holds, no rate limits.
    pub(crate) failures: u32,
    /// When a deliverer first saw it.
    pub(crate) born: Moment,
    /// When the first of the failures was.
    pub(crate) failing_since: Option<Moment>,
    /// When the last sending began, or ended without an answer.
    pub(crate) sent: Option<Moment>,
    /// Why it is as it is.
    pub(crate) reason: Option<String>,
    /// What a reader should know besides.
    pub(crate) note: Option<String>,
}

/// The part of a row that does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) max_age: Duration,
    pub(crate) on_unclear: OnUnclear,
    pub(crate) doubled: Doubled,
}

/// What it means if a request takes effect twice, and whether that can be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubled {
    /// Nothing: the second time changes nothing further.
    Harmless,
    /// A message stands there twice; it can be looked for.
    Visible,
    /// Something happens twice that cannot be looked for.
    Unknown,
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server has it, and said so.
    Done,
    /// The server has it: it was read back.
    Found,
    /// A file of the row is uploaded; the next step may follow at once.
    Uploaded,
    /// It failed in a way that may pass, and had no effect.
    Failed,
    /// No answer was seen, or none that can be believed.
    Unclear,
    /// The server asks this credential to pause; it had no effect.
    Paused,
    /// The account or the destination is refused, not this row.
    Blocked,
    /// The row itself is refused for good.
    Refused,
    /// It was looked for where it would have been seen, and is not there.
    Absent,
    /// It cannot be looked for: this account cannot read there.
    Unreadable,
}

impl Outcome {
    /// Tells whether the row is to be sent again at once, unseen.
    ///
    /// Not by way of `waiting`, and in no later turn: that nobody can look is true now. A wrong key cannot look either, and
    /// with the right one it must be looked for again.
    pub(crate) fn resends(self, terms: &Terms) -> bool {
        self == Self::Unreadable && terms.on_unclear == OnUnclear::Resend
    }
}

/// The note of a row that was sent again unseen.
const TWICE: &str = "may have arrived twice: an answer was lost, and this account cannot look";

/// The numbers behind the transitions. Tests make them small.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// The wait after the first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest such wait.
    pub longest_wait: Duration,
    /// A head that failed so often is parked, if others on its site succeeded meanwhile.
    pub park_after: u32,
    /// How often holds and parked rows are tried.
    pub again: Duration,
    /// How long after a sending without answer a message may still appear.
    pub settle: Duration,
    /// A message sent later than this after its event says when that was.
    pub late: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(5 * 60),
            park_after: 8,
            again: Duration::from_secs(60 * 60),
            settle: Duration::from_secs(60),
            late: Duration::from_secs(5 * 60),
        }
    }
}

impl Rules {
    /// Returns the wait after so many failures; `random` is from 0 to 1.
    pub(crate) fn wait(&self, failures: u32, random: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        let grown = self
            .first_wait
            .saturating_mul(1 << doublings)
            .min(self.longest_wait);
        grown.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
    }
}

/// What surrounds a transition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    pub(crate) now: Moment,
    pub(crate) rules: &'a Rules,
    /// When anything was last delivered on the same site.
    pub(crate) site_succeeded: Option<Moment>,
    /// From 0 to 1.
    pub(crate) random: f64,
}

/// Returns what a row becomes by an outcome, which `words` describe to a person.
pub(crate) fn settle(
    row: &Progress,
    terms: &Terms,
    outcome: Outcome,
    words: &str,
    around: &Circumstances<'_>,
) -> Progress {
    let now = around.now;
    let mut next = Progress {
        due: now,
        ..row.clone()
    };
    match outcome {
        Outcome::Done | Outcome::Found => {
            next.state = State::Delivered;
            next.doubt = false;
            next.reason = None;
            if row.doubt && outcome == Outcome::Done {
                next.note = Some(TWICE.to_owned());
            }
        }
        Outcome::Uploaded => next.state = open_state(row),
        Outcome::Paused => {
            next.state = open_state(row);
            next.reason = Some(words.to_owned());
        }
        Outcome::Blocked => {
            next.state = open_state(row);
            next.reason = Some(words.to_owned());
            give_up_if_old(&mut next, terms, now);
        }
        Outcome::Refused => {
            next.state = State::Dead;
            next.reason = Some(words.to_owned());
        }
        Outcome::Failed => {
            next.state = open_state(row);
            fail(&mut next, terms, words, around);
        }
        Outcome::Unclear => {
            next.sent = Some(now);
            be_unclear(&mut next, terms, words);
            fail(&mut next, terms, words, around);
        }
        Outcome::Absent => {
            // A message that was sent before it was accepted may be on its way until the first look.
            let sent = row.sent.unwrap_or(now);
            next.sent = Some(sent);
            let settled = sent.after(around.rules.settle);
            if now >= settled {
                next.state = State::Waiting;
                next.doubt = false;
            } else {
                next.due = settled;
            }
        }
        Outcome::Unreadable => {
            next.reason = Some(words.to_owned());
            if terms.on_unclear == OnUnclear::Hold {
                next.state = State::Held;
            }
        }
    }
    next
}

/// Returns what a row becomes when a new deliverer finds it in doubt: marked, though nobody is sending, or unclear.
///
/// In both cases the time that a slow server has begins anew. What passed since the last deliverer is known only from the
/// wall clock, and a jump of it must not make a message that is still on its way seem absent.
pub(crate) fn inherit(row: &Progress, terms: &Terms, now: Moment) -> Progress {
    let mut next = Progress {
        sent: Some(now),
        ..row.clone()
    };
    if row.state == State::Sending {
        next.due = now;
        be_unclear(&mut next, terms, "the deliverer ended while it was sending");
    }
    next
}

/// The state to go back to when an attempt had no effect: doubt about an earlier one stays.
fn open_state(row: &Progress) -> State {
    if row.doubt {
        State::Unclear
    } else {
        State::Waiting
    }
}

fn be_unclear(next: &mut Progress, terms: &Terms, words: &str) {
    next.reason = Some(words.to_owned());
    match terms.doubled {
        Doubled::Harmless => next.state = State::Waiting,
        Doubled::Visible => {
            next.state = State::Unclear;
            next.doubt = true;
        }
        Doubled::Unknown if terms.on_unclear == OnUnclear::Hold => next.state = State::Held,
        Doubled::Unknown => {
            next.state = State::Waiting;
            next.note = Some(TWICE.to_owned());
        }
    }
}

/// Counts a failure: later, older, or out of the others' way.
fn fail(next: &mut Progress, terms: &Terms, words: &str, around: &Circumstances<'_>) {
    if next.state == State::Held {
        return;
    }
    let rules = around.rules;
    next.failures += 1;
    next.failing_since.get_or_insert(around.now);
    next.reason = Some(words.to_owned());
    if next.failures >= rules.park_after
        && around.site_succeeded > next.failing_since
        && !next.parked
    {
        next.parked = true;
        next.note = Some(format!(
            "order not kept: it failed {} times while other messages were delivered, which were let past",
            next.failures
        ));
    }
    let wait = if next.parked {
        rules.again
    } else {
        rules.wait(next.failures, around.random)
    };
    next.due = around.now.after(wait);
    give_up_if_old(next, terms, around.now);
}

/// Every row is tried at least once, however long nobody looked; after that its age counts.
fn give_up_if_old(next: &mut Progress, terms: &Terms, now: Moment) {
    if now.since(next.born) < terms.max_age {
        return;
    }
    let days = terms.max_age.as_secs_f64() / 86_400.0;
    let doubt = if next.doubt {
        "; it may have arrived"
    } else {
        ""
    };
    let words = next.reason.take().unwrap_or_default();
    next.state = State::Dead;
    next.reason = Some(format!(
        "given up after {days:.1} days{doubt}; the last failure: {words}"
    ));
}

#[cfg(test)]
mod tests;
