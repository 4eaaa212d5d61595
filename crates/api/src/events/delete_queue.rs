//! `DELETE /events`

use crate::{Empty, QueueId};

endpoint! {
    /// Ends an event queue.
    pub struct DeleteQueue: DELETE "/events" -> Empty {
        required {
            /// The queue.
            queue_id: QueueId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn the_queue_is_a_parameter() {
        let endpoint = DeleteQueue::new(QueueId("q".to_owned()));
        assert_wire(&endpoint, "DELETE /events", &[("queue_id", "q")]);
    }
}
