//! When the next alarm of a bot goes off.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;
use zulipkit_diag::Result;

use crate::Alarm;
use crate::journal::{BotJournal, Sent};

/// The longest sleep: the wall clock may be set meanwhile.
const LONGEST: Duration = Duration::from_secs(60);

/// Waits for the alarms of one bot.
#[derive(Debug, Default)]
pub(super) struct AlarmClock {
    changed: Notify,
    /// The alarms that went off and are not yet dealt with, by name and time.
    ringing: Mutex<HashSet<(String, i64)>>,
}

impl AlarmClock {
    /// Notes that there is another alarm.
    pub(super) fn changed(&self) {
        self.changed.notify_one();
    }

    /// Notes that an alarm was dealt with.
    pub(super) fn done(&self, alarm: &Alarm) {
        self.ringing().remove(&key(alarm));
        self.changed();
    }

    /// Waits for the next alarms, with what was sent in handling them before.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(super) async fn next(&self, journal: &BotJournal) -> Result<Vec<(Alarm, Vec<Sent>)>> {
        loop {
            let mut waiting = journal.next_alarms().await?;
            waiting.retain(|(alarm, _)| !self.ringing().contains(&key(alarm)));
            let now = jiff::Timestamp::now();
            let next = waiting.first().map(|(alarm, _)| alarm.due);
            match next {
                None => self.changed.notified().await,
                Some(due) if due <= now => {
                    waiting.retain(|(alarm, _)| alarm.due <= now);
                    let keys = waiting.iter().map(|(alarm, _)| key(alarm));
                    self.ringing().extend(keys);
                    return Ok(waiting);
                }
                Some(due) => {
                    let left = Duration::try_from(due.duration_since(now)).unwrap_or_default();
                    tokio::select! {
                        () = sleep(left.min(LONGEST)) => {}
                        () = self.changed.notified() => {}
                    }
                }
            }
        }
    }

    fn ringing(&self) -> std::sync::MutexGuard<'_, HashSet<(String, i64)>> {
        self.ringing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(alarm: &Alarm) -> (String, i64) {
    (alarm.name.clone(), alarm.due.as_millisecond())
}
