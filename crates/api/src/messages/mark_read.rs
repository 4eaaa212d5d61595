//! `POST /mark_all_as_read`, `POST /mark_stream_as_read`, `POST /mark_topic_as_read`

use crate::{ChannelId, Empty};

endpoint! {
    /// Marks all messages as read. Newer servers want [`EditFlagsOfNarrow`](super::EditFlagsOfNarrow).
    pub struct MarkAllAsRead: POST "/mark_all_as_read" -> Progress {}
}

endpoint! {
    /// Marks the messages of a channel as read. Newer servers want [`EditFlagsOfNarrow`](super::EditFlagsOfNarrow).
    pub struct MarkChannelAsRead: POST "/mark_stream_as_read" -> Empty {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
    }
}

endpoint! {
    /// Marks the messages of a topic as read. Newer servers want [`EditFlagsOfNarrow`](super::EditFlagsOfNarrow).
    pub struct MarkTopicAsRead: POST "/mark_topic_as_read" -> Empty {
        required {
            /// The channel.
            stream_id: ChannelId,
            /// The topic.
            topic_name: String,
        }
    }
}

object! {
    /// Answers what the server does in pieces.
    pub struct Progress {
        optional {
            /// Whether all is done; if not, the same request goes on. Since feature level 211.
            complete: bool,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn mark_all_as_read_on_the_wire() {
        assert_wire(&MarkAllAsRead::new(), "POST /mark_all_as_read", &[]);
    }

    #[test]
    fn mark_channel_as_read_on_the_wire() {
        assert_wire(
            &MarkChannelAsRead::new(ChannelId(7)),
            "POST /mark_stream_as_read",
            &[("stream_id", "7")],
        );
    }

    #[test]
    fn mark_topic_as_read_on_the_wire() {
        assert_wire(
            &MarkTopicAsRead::new(ChannelId(7), "text"),
            "POST /mark_topic_as_read",
            &[("stream_id", "7"), ("topic_name", "text")],
        );
    }
}
