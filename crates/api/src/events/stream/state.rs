use tokio::time::Instant;

/// How an event stream stands with its server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// The first queue is not open yet.
    Opening,
    /// The last request was answered.
    Connected {
        /// When the server was last heard of, by an answer with or without events. It is heard of every minute.
        heard: Instant,
    },
    /// Something went wrong, and is tried again.
    Waiting {
        /// What went wrong.
        why: String,
        /// How often in a row.
        failures: u32,
        /// When it is tried again.
        until: Instant,
    },
    /// The stream ended.
    Ended {
        /// Why.
        why: String,
    },
}
