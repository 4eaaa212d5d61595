//! For which events a bot's queue is opened.

use zulipkit_api::Retry;
use zulipkit_api::events::{DeleteQueue, Position, Register, Registration};

use super::RunBot;
use crate::journal::{BotJournal, Known};

/// Returns how a bot's events are asked for: from where the last process was.
///
/// A queue that was opened for other events would never have those that the settings ask for now. It is given up; what came
/// meanwhile is caught up with, as after any loss of a queue, but nothing that was met under the settings of before.
pub(super) async fn registration(
    spec: &RunBot,
    journal: &BotJournal,
    known: &mut Known,
) -> Registration {
    let mut registration = Registration::new(spec.event_types());
    registration.register.fetch_event_types = Some(vec!["message".into(), "realm".into()]);
    registration.register.apply_markdown = Some(false);
    registration.register.all_public_streams = spec.listen.public_channels.then_some(true);
    let wanted = wanted(&registration.register);
    let Some(position) = known.position.clone() else {
        journal.wanted(wanted);
        return registration;
    };
    let same = known.wanted.as_ref().is_none_or(|before| *before == wanted);
    if same {
        journal.wanted(wanted);
    } else if give_up(spec, &position).await {
        journal.wanted(wanted);
        known.floor = known
            .floor
            .max(position.last_message_id.unwrap_or(known.floor));
        journal.floor(known.floor);
    }
    registration.resume(position)
}

/// Gives a queue up; tells whether it is gone.
async fn give_up(spec: &RunBot, position: &Position) -> bool {
    let close = DeleteQueue::new(position.queue_id.clone());
    match spec.client.send(&close).await {
        Err(error) if error.retry() != Retry::Permanent => {
            tracing::warn!(
                "cannot open a queue for other events, going on with the old one: {error}"
            );
            false
        }
        // Refused where it was gone already.
        _ => true,
    }
}

/// Describes which events are wanted.
fn wanted(register: &Register) -> String {
    let wanted = (&register.event_types, register.all_public_streams);
    serde_json::to_string(&wanted).expect("names are plain data")
}
