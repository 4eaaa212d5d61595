//! `/sim/events`: a word to the open pages whenever something changed.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use tokio::sync::broadcast::error::RecvError;

use crate::{organization::Change, serve::Shared};

pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = shared.organization().changes.subscribe();
    let events = stream::unfold(changes, |mut changes| async move {
        let event = match changes.recv().await {
            Ok(Change::Messages) => Event::default().event("messages").data("changed"),
            Ok(Change::Requests) => Event::default().event("requests").data("changed"),
            // The page fetches everything anew, so one word stands for all that was missed: requests mostly come with messages.
            Err(RecvError::Lagged(_)) => Event::default().event("messages").data("several"),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event), changes))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
