//! `POST /user_topics`, `PATCH /users/me/subscriptions/muted_topics`

use crate::{ChannelId, Empty, Op};

endpoint! {
    /// Mutes, unmutes or follows a topic; since feature level 170.
    pub struct SetTopicVisibility: POST "/user_topics" -> Empty {
        required {
            /// The channel.
            stream_id: ChannelId,
            /// The topic.
            topic: String,
            /// How one sees it from now on.
            visibility_policy: Visibility,
        }
    }
}

endpoint! {
    /// Mutes or unmutes a topic, on any server. Newer ones want [`SetTopicVisibility`].
    ///
    /// The channel goes by number or by name.
    pub struct MuteTopic: PATCH "/users/me/subscriptions/muted_topics" -> Empty {
        required {
            /// The topic.
            topic: String,
            /// Whether it is muted or no longer so.
            op: Op,
        }
        optional {
            /// The channel's number.
            stream_id: ChannelId,
            /// The channel's name.
            channel as "stream": String,
        }
    }
}

open_number! {
    /// How a user sees a topic.
    pub enum Visibility {
        /// As its channel.
        Inherit = 0,
        /// Not at all.
        Muted = 1,
        /// Though its channel is muted.
        Unmuted = 2,
        /// With special attention; since feature level 219.
        Followed = 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn set_topic_visibility_on_the_wire() {
        assert_wire(
            &SetTopicVisibility::new(ChannelId(7), "text", Visibility::Followed),
            "POST /user_topics",
            &[
                ("stream_id", "7"),
                ("topic", "text"),
                ("visibility_policy", "3"),
            ],
        );
    }

    #[test]
    fn mute_topic_on_the_wire() {
        let mut endpoint = MuteTopic::new("text", Op::Add);
        endpoint.stream_id = Some(ChannelId(7));
        endpoint.channel = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "PATCH /users/me/subscriptions/muted_topics",
            &[
                ("op", "add"),
                ("stream", "text"),
                ("stream_id", "7"),
                ("topic", "text"),
            ],
        );
    }
}
