//! What programs write to the log, which must not drown in it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::time::Instant;

use super::lines::{Line, Lines};

/// The longest line of a program's standard error that is shown whole, in bytes.
const LONGEST: usize = 4096;

/// The time over which lines are counted.
const WINDOW: Duration = Duration::from_secs(10);

/// So many lines are shown within the window.
const SHOWN: u32 = 200;

/// Counts lines, and says when it is enough.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    since: Option<Instant>,
    lines: u32,
}

impl Throttle {
    /// Tells whether another line may be shown. What was left out is said when it may again.
    pub(super) fn allows(&self) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if counted.since.is_none_or(|since| now - since > WINDOW) {
            let left_out = counted.lines.saturating_sub(SHOWN);
            if left_out > 0 {
                tracing::warn!("{left_out} lines of the program were left out");
            }
            *counted = Counted {
                since: Some(now),
                lines: 0,
            };
        }
        counted.lines = counted.lines.saturating_add(1);
        counted.lines <= SHOWN
    }
}

/// Returns a line in which nothing can move the cursor or change colours.
fn printable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let harmless = |c: char| {
        if c.is_control() && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.trim_end().chars().map(harmless).collect()
}

/// Writes a program's standard error to the log until it ends.
pub(super) async fn standard_error(stderr: impl AsyncRead + Unpin) {
    let throttle = Throttle::default();
    let mut lines = Lines::new(stderr, LONGEST);
    loop {
        let too_long = match lines.next().await {
            Ok(Line::There(line)) => {
                if throttle.allows() {
                    tracing::warn!("{}", printable(line));
                }
                false
            }
            Ok(Line::TooLong) => true,
            Ok(Line::End) | Err(_) => return,
        };
        if too_long {
            if throttle.allows() {
                tracing::warn!("a line of more than {LONGEST} bytes");
            }
            if lines.skip().await.is_err() {
                return;
            }
        }
    }
}
