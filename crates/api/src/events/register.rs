//! `POST /register`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::newest_message;
use crate::{MessageId, QueueId};

endpoint! {
    /// Opens an event queue and returns the state from which its events start.
    ///
    /// A queue that no one asks for ten minutes is gone.
    pub struct Register: POST "/register" -> Registered {
        optional {
            /// The types of events that are wanted; all if not given.
            event_types: Vec<String>,
            /// The parts of the state that are wanted; those of `event_types` if not given.
            fetch_event_types: Vec<String>,
            /// Which messages, as pairs of operator and operand.
            narrow: Vec<(String, String)>,
            /// Whether messages of all public channels are wanted; only of subscribed ones if not given.
            all_public_streams: bool,
            /// HTML if true, else Markdown.
            apply_markdown: bool,
            /// Whether the address of a gravatar may be left out.
            client_gravatar: bool,
            /// Whether subscriptions name their subscribers; no if not given.
            include_subscribers: bool,
            /// Whether presences go by the user's number; by e-mail address if not given.
            slim_presence: bool,
            /// How far back presences are wanted, in days; 14 if not given. Since feature level 288.
            presence_history_limit_days: u32,
            /// What this program understands; since feature level 13. `notification_settings_null` must be among it.
            client_capabilities: BTreeMap<String, bool>,
            /// After how many seconds without a request the queue ends; since feature level 481.
            idle_queue_timeout: u64,
            /// The same for older servers, which do not document it.
            queue_lifespan_secs: u64,
        }
    }
}

/// Answers [`Register`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Registered {
    /// The queue; none for those who may read without an account.
    #[serde(default)]
    pub queue_id: Option<QueueId>,
    /// After which event the queue starts: -1.
    #[serde(default = "before_the_first")]
    pub last_event_id: i64,
    /// The server's version.
    #[serde(default)]
    pub zulip_version: String,
    /// What the server can do; 0 for servers older than 3.0.
    #[serde(default)]
    pub zulip_feature_level: u32,
    /// The newest message if there is one, with `message` in `fetch_event_types`.
    #[serde(
        default,
        deserialize_with = "newest_message",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_message_id: Option<MessageId>,
    /// How many code points a message may have, with `realm`; since feature level 53.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_message_length: Option<usize>,
    /// How many code points a topic may have, with `realm`; since feature level 53.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_topic_length: Option<usize>,
    /// How many mebibytes an upload may have, with `realm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_file_upload_size_mib: Option<u64>,
    /// After how many seconds a poll without an answer is given up, with `realm`; since feature level 74.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_queue_longpoll_timeout_seconds: Option<u64>,
    /// All the rest of the state, as it came.
    #[serde(flatten)]
    pub state: Map<String, Value>,
}

fn before_the_first() -> i64 {
    -1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_wire, response};

    #[test]
    fn lists_and_pairs_go_as_json() {
        let mut endpoint = Register::new();
        endpoint.event_types = Some(vec!["message".to_owned()]);
        endpoint.narrow = Some(vec![("is".to_owned(), "mentioned".to_owned())]);
        assert_wire(
            &endpoint,
            "POST /register",
            &[
                ("event_types", r#"["message"]"#),
                ("narrow", r#"[["is","mentioned"]]"#),
            ],
        );
    }

    #[test]
    fn what_a_server_answered_is_understood() {
        let answer: Registered = response(include_str!("../../tests/data/register-message.json"));
        assert_eq!(answer.zulip_feature_level, 314);
        assert_eq!(answer.last_event_id, -1);
        assert_eq!(answer.max_message_id, Some(MessageId(1439)));
        assert!(answer.queue_id.is_some());
    }
}
