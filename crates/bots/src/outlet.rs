use std::fmt::Debug;

use async_trait::async_trait;
use zulipkit_api::MessageId;
use zulipkit_api::messages::SendMessage;
use zulipkit_diag::Result;

use crate::{Alarm, Incoming};

/// Where a bot's messages and alarms go: to a server, into the answer to a webhook, to the terminal or into a test's record.
///
/// Everything else that a bot does goes through its typed client, since doing it twice is harmless.
#[async_trait]
pub trait Outlet: Debug + Send + Sync {
    /// Sends a message. When it returns the message is there, or kept safely and sent as soon as it can be.
    ///
    /// # Errors
    /// The server refuses the message for good, or it can neither be sent nor kept.
    async fn send(&self, sending: Sending<'_>) -> Result<Posted>;

    /// Sets an alarm, in place of one of the same name.
    ///
    /// # Errors
    /// It cannot be kept.
    async fn set_alarm(&self, alarm: Alarm) -> Result<()>;

    /// Takes an alarm back; tells whether there was one.
    ///
    /// # Errors
    /// The alarms cannot be read or written.
    async fn cancel_alarm(&self, name: &str) -> Result<bool>;

    /// Names what is being handled, the same if it is handled again after a crash; nothing if it is not.
    fn key(&self) -> Option<String> {
        None
    }

    /// Notes that the program that handled it has ended meanwhile.
    fn cut_off(&self) {}
}

/// A message on its way out.
#[derive(Debug, Clone)]
pub struct Sending<'a> {
    /// The message.
    pub message: SendMessage,
    /// The message that is being handled, if one is.
    pub cause: Option<&'a Incoming>,
    /// Counts what was sent in handling that message, from 0. Both together name the sending, so that a handling that was
    /// cut off can be repeated without saying anything twice.
    pub nth: u32,
    /// A name of the bot's own for it, which names it alone: what was sent under a name is not sent under it again, not even
    /// by another handling or after a restart.
    pub once: Option<String>,
    /// Whether the bot wants to know the number of the message.
    pub needs_id: bool,
}

/// A message that a bot sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Posted {
    /// It is there, under this number.
    There(MessageId),
    /// It is kept, and sent as soon as the server takes it; nobody knows its number yet.
    Kept,
}

impl Posted {
    /// Returns the message's number, if it is known.
    pub fn id(&self) -> Option<MessageId> {
        match self {
            Self::There(id) => Some(*id),
            Self::Kept => None,
        }
    }
}
