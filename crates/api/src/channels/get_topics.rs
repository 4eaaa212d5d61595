//! `GET /users/me/{stream_id}/topics`

use serde::{Deserialize, Serialize};

use crate::{ChannelId, MessageId};

endpoint! {
    /// Returns the topics of a channel, the one with the newest message first.
    pub struct GetTopics: GET "/users/me/{stream_id}/topics" -> Topics {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
        optional {
            /// Whether the empty topic may be called so; if not, it comes by the name that people see. Since feature level 334.
            allow_empty_topic_name: bool,
        }
    }
}

/// Answers [`GetTopics`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Topics {
    /// The topics.
    pub topics: Vec<Topic>,
}

/// A topic of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its newest message.
    pub max_id: MessageId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn the_number_goes_into_the_path() {
        assert_wire(
            &GetTopics::new(ChannelId(39)),
            "GET /users/me/39/topics",
            &[],
        );
    }
}
