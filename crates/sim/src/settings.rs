//! What an organization's server is set to.

use std::time::Duration;

/// The server-wide limits, with the defaults of a real server.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: String,
    /// Code points in a topic.
    pub(crate) max_topic_length: usize,
    /// Code points in a message.
    pub(crate) max_message_length: usize,
    /// MiB in an uploaded file.
    pub(crate) max_file_size: usize,
    /// Requests a minute for each user; `None` counts nothing.
    pub(crate) requests_per_minute: Option<u32>,
    /// How long a poll waits before a heartbeat.
    pub(crate) heartbeat: Duration,
    /// How long a bot server may take for its answer.
    pub(crate) webhook_timeout: Duration,
    /// How many of the server's seconds pass in one second.
    pub(crate) pace: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Example Org".to_owned(),
            max_topic_length: 60,
            max_message_length: 10_000,
            max_file_size: 10,
            requests_per_minute: None,
            heartbeat: Duration::from_secs(49),
            webhook_timeout: Duration::from_secs(10),
            pace: 1.0,
        }
    }
}
