//! The event loop: one queue after the other, as one stream of events.

mod gap;
mod poller;
mod registration;
mod state;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::watch;

use super::{DeleteQueue, Event, Registered};
use crate::{Client, Error};
pub use gap::Gap;
use poller::Poller;
pub use registration::{Contradiction, Position, Registration};
pub use state::State;

/// What an [`EventStream`] yields.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Item {
    /// The first queue is open; events start from the state that comes with it.
    Opened(Box<Registered>),
    /// The queue was lost and another one is open: what happened between the two does not come as events.
    Gap(Box<Gap>),
    /// Something happened. Heartbeats are not among it.
    Event(Box<Event>),
}

/// Why an [`EventStream`] ended: trying again would not help before something else changes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Ended {
    /// The key is wrong, or the account or its organization is deactivated.
    #[error("the server refuses the credentials")]
    Credentials(#[source] Error),
    /// The server will not open such a queue: an operator that it does not know, or a right that is missing.
    #[error("the server refuses to open an event queue")]
    Refused(#[source] Error),
    /// The narrow can match nothing.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// The server registers without a queue, as it does for readers without an account.
    #[error("the server opens no event queue for this account")]
    NoQueue,
}

/// The events of an account, one after the other, for as long as its credentials are good.
///
/// It never ends by itself. What goes wrong on the way is tried again with growing waits, from where it was; a lost queue is
/// replaced, and yields [`Item::Gap`]. After an error, which is final, it yields nothing more.
///
/// It does something only while it is polled, so no event is lost by a slow reader, but a reader that stays away for more
/// than ten minutes loses the queue. When the next batch is asked for, the server forgets the one that was handed out.
#[must_use = "a stream does nothing unless it is polled"]
pub struct EventStream {
    items: Pin<Box<dyn Stream<Item = Result<Item, Ended>> + Send>>,
    client: Client,
    position: watch::Receiver<Option<Position>>,
    state: watch::Receiver<State>,
    left: Arc<AtomicUsize>,
}

impl Client {
    /// Returns the events of this account. The first poll opens the queue.
    ///
    /// The client's [`Policy`](crate::Policy) says how long one request may take; the stream has waits of its own.
    pub fn events(&self, registration: impl Into<Registration>) -> EventStream {
        let (poller, position, state, left) = Poller::new(self, registration.into());
        let items = stream::unfold(poller, async |mut poller| {
            let item = poller.next().await?;
            Some((item, poller))
        });
        EventStream {
            items: Box::pin(items),
            client: self.clone(),
            position,
            state,
            left,
        }
    }
}

impl EventStream {
    /// Waits for the next item. Nothing is lost if the wait is given up.
    pub async fn next(&mut self) -> Option<Result<Item, Ended>> {
        self.items.next().await
    }

    /// Returns up to where items were handed out, once a queue is open. Saved when that item has been dealt with, it lets
    /// a later stream go on from there; see [`Registration::resume`].
    pub fn position(&self) -> Option<Position> {
        self.position.borrow().clone()
    }

    /// Tells whether the next item has to be asked for, upon which the server forgets those that were handed out. Until then
    /// a position that was stored earlier can be resumed.
    pub fn is_drained(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }

    /// Returns the state of the connection, to be looked at or waited for by others than the reader.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Tells the server that the queue is no longer needed.
    ///
    /// # Errors
    ///
    /// The request failed; then the queue ends by itself.
    pub async fn close(self) -> Result<(), Error> {
        if let Some(position) = self.position() {
            self.client
                .send(&DeleteQueue::new(position.queue_id))
                .await?;
        }
        Ok(())
    }
}

impl Stream for EventStream {
    type Item = Result<Item, Ended>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.poll_next_unpin(context)
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("client", &self.client)
            .field("position", &*self.position.borrow())
            .field("state", &*self.state.borrow())
            .finish_non_exhaustive()
    }
}
