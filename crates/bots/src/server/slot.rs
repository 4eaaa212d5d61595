//! The place for the one reply that the HTTP answer can carry.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use tokio::sync::Mutex;
use zulipkit_api::MessageId;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_diag::{Diagnostic, Result};

use super::reply::Reply;
use crate::journal::{BotJournal, Key, Stage};
use crate::runner::Sendings;
use crate::{Alarm, Incoming, Outlet, Posted, Sending};

/// The longest text that goes in an answer, in code points: servers cut what is longer.
const MAX_LENGTH: usize = 10_000;

/// Holds the first reply back, since it may go in the HTTP answer, and lets everything else through to the API.
///
/// A second message, or one whose number the bot wants to know, sends the first one off, so that the order is kept. Before the
/// first of them the journal notes that the handling began: if the process is killed, it is repeated, and says nothing twice.
#[derive(Debug)]
pub(super) struct Slot {
    incoming: Incoming,
    to: To,
    through: Arc<Sendings>,
    journal: BotJournal,
    widgets: bool,
    noted: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// The answer is still to be given; perhaps a reply is held for it.
    Open(Option<SendMessage>),
    /// The answer is given, or can carry nothing: all goes by the API.
    Closed,
}

impl Slot {
    /// Builds the place for the answer to a message, which the server posts to `to`. Not every format carries widgets.
    pub(super) fn new(
        incoming: Incoming,
        to: To,
        through: Arc<Sendings>,
        journal: BotJournal,
        widgets: bool,
    ) -> Self {
        Self {
            incoming,
            to,
            through,
            journal,
            widgets,
            noted: AtomicBool::new(false),
            state: Mutex::new(State::Open(None)),
        }
    }

    /// Ends the waiting for a reply, and returns what the HTTP answer is to carry.
    pub(super) async fn close(&self) -> Reply {
        match std::mem::replace(&mut *self.state.lock().await, State::Closed) {
            State::Open(Some(held)) => Reply::of(&held),
            State::Open(None) | State::Closed => Reply::Nothing,
        }
    }

    /// Ends the waiting since it takes too long: tells so as soon as the journal has the message, and sends off what is held.
    ///
    /// Whoever is told will not call again, so from then on the message must not get lost.
    pub(super) async fn close_late(&self, told: impl FnOnce()) -> Result<()> {
        let mut state = self.state.lock().await;
        let noted = match self.id() {
            Some(id) => {
                self.noted.store(true, Ordering::Relaxed);
                self.journal.note_now(id, Stage::Begun).await
            }
            None => Ok(()),
        };
        match noted {
            Ok(()) => told(),
            // The server waits, then, and calls again if this process ends before the message is handled.
            Err(error) => tracing::error!("{}", error.one_line()),
        }
        self.flush(&mut state).await
    }

    /// Notes that the message is done, if the journal knows of it.
    pub(super) fn done(&self) {
        if let Some(id) = self.id().filter(|_| self.noted.load(Ordering::Relaxed)) {
            self.journal.done(&Key::Message(id), &self.through.ids());
        }
    }

    /// Returns the message's number; in Slack's format it has none.
    fn id(&self) -> Option<MessageId> {
        Some(self.incoming.id()).filter(|id| *id != MessageId(0))
    }

    /// Sends off what is held. Others wait meanwhile, so that nothing overtakes it.
    async fn flush(&self, state: &mut State) -> Result<()> {
        let State::Open(Some(message)) = std::mem::replace(state, State::Closed) else {
            return Ok(());
        };
        let sending = Sending {
            message,
            cause: Some(&self.incoming),
            nth: 0,
            once: None,
            needs_id: false,
        };
        self.through.send(sending).await.map(drop)
    }

    /// Tells whether the answer can carry a message.
    fn fits(&self, sending: &Sending<'_>) -> bool {
        let message = &sending.message;
        !sending.needs_id
            && sending.nth == 0
            && sending.once.is_none()
            && message.to == self.to
            && (self.widgets || message.widget_content.is_none())
            && message.content.chars().count() <= MAX_LENGTH
    }
}

#[async_trait]
impl Outlet for Slot {
    async fn send(&self, sending: Sending<'_>) -> Result<Posted> {
        if sending.message.content.trim().is_empty() {
            return Err(Diagnostic::failed("cannot send a message").cause("it is empty"));
        }
        let mut state = self.state.lock().await;
        if let State::Open(held @ None) = &mut *state
            && self.fits(&sending)
        {
            *held = Some(sending.message);
            return Ok(Posted::Kept);
        }
        if let Some(id) = self
            .id()
            .filter(|_| !self.noted.swap(true, Ordering::Relaxed))
        {
            self.journal.note(id, Stage::Begun);
        }
        self.flush(&mut state).await?;
        drop(state);
        self.through.send(sending).await
    }

    async fn set_alarm(&self, alarm: Alarm) -> Result<()> {
        self.through.set_alarm(alarm).await
    }

    async fn cancel_alarm(&self, name: &str) -> Result<bool> {
        self.through.cancel_alarm(name).await
    }
}
