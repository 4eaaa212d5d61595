use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zulipkit_api::messages::Message;

use crate::Alarm;

/// Something that the bot did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Deed {
    /// It sent a message.
    Sent(Box<Message>),
    /// It gave one of its messages another text.
    Edited(Box<Message>),
    /// It deleted a message.
    Deleted(Box<Message>),
    /// It reacted to a message, or took a reaction back.
    Reacted {
        /// The message.
        message: Box<Message>,
        /// The emoji's name.
        emoji: String,
        /// Whether the reaction came; otherwise it went.
        added: bool,
    },
    /// It uploaded a file.
    Uploaded {
        /// The file's name.
        name: String,
        /// How many bytes it has.
        size: usize,
    },
    /// It shows that it writes, or no longer does.
    Typing(bool),
    /// It set an alarm.
    AlarmSet(Alarm),
    /// It took an alarm back.
    AlarmCancelled(String),
}

/// What the bot does, in order, as it happens.
#[derive(Debug)]
pub struct Deeds(UnboundedReceiver<Deed>);

impl Deeds {
    pub(super) fn channel() -> (UnboundedSender<Deed>, Self) {
        let (sender, receiver) = unbounded_channel();
        (sender, Self(receiver))
    }

    /// Waits for the next. None comes once the world is gone.
    pub async fn next(&mut self) -> Option<Deed> {
        self.0.recv().await
    }

    /// Returns all that were done and not yet looked at.
    pub fn take(&mut self) -> Vec<Deed> {
        std::iter::from_fn(|| self.0.try_recv().ok()).collect()
    }
}
