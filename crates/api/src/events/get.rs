//! `GET /events`

use serde::{Deserialize, Serialize};

use super::Event;
use crate::QueueId;

endpoint! {
    /// Returns a queue's events after one of them, and waits until there are any.
    ///
    /// Asking for what is after an event tells the server that all up to it have arrived. A queue that is gone is refused
    /// with `BAD_EVENT_QUEUE_ID`. After almost a minute without events the server answers with a `heartbeat`.
    pub struct GetEvents: GET "/events" -> Events {
        required {
            /// The queue.
            queue_id: QueueId,
        }
        optional {
            /// The last event that arrived, at first -1. Servers refuse a request without it.
            last_event_id: i64,
            /// Whether it answers at once, even with nothing; no if not given.
            dont_block: bool,
        }
    }
}

impl GetEvents {
    /// Asks for what comes after an event.
    pub fn after(queue: QueueId, last_event_id: i64) -> Self {
        Self {
            last_event_id: Some(last_event_id),
            ..Self::new(queue)
        }
    }
}

/// Answers [`GetEvents`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Events {
    /// The events in order.
    pub events: Vec<Event>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn the_first_poll() {
        let endpoint = GetEvents::after(QueueId("q:1".to_owned()), -1);
        assert_wire(
            &endpoint,
            "GET /events",
            &[("last_event_id", "-1"), ("queue_id", "q:1")],
        );
    }
}
