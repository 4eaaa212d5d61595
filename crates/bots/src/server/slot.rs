//! The place for the one reply that the HTTP answer can carry.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_diag::{Diagnostic, Result};

use super::reply::Reply;
use crate::{Alarm, Incoming, Outlet, Posted, Sending};

/// The longest text that goes in an answer, in code points: servers cut what is longer.
const MAX_LENGTH: usize = 10_000;

/// Holds the first reply back, since it may go in the HTTP answer, and lets everything else through to the bot's own outlet.
///
/// A second message, or one whose number the bot wants to know, sends the first one off, so that the order is kept.
#[derive(Debug)]
pub(super) struct Slot {
    incoming: Incoming,
    to: To,
    through: Arc<dyn Outlet>,
    widgets: bool,
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
    pub(super) fn new(incoming: Incoming, to: To, through: Arc<dyn Outlet>, widgets: bool) -> Self {
        Self {
            incoming,
            to,
            through,
            widgets,
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

    /// Ends the waiting since it takes too long: tells so at once, and sends off what is held.
    pub(super) async fn close_late(&self, told: impl FnOnce()) -> Result<()> {
        let mut state = self.state.lock().await;
        told();
        self.flush(&mut state).await
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
            needs_id: false,
        };
        self.through.send(sending).await.map(drop)
    }

    /// Tells whether the answer can carry a message.
    fn fits(&self, sending: &Sending<'_>) -> bool {
        let message = &sending.message;
        !sending.needs_id
            && sending.nth == 0
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
