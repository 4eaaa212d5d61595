//! `GET /streams/{stream_id}`, `GET /streams/{stream_id}/members`, `GET /streams/{stream_id}/email_address`

use super::Channel;
use crate::{ChannelId, UserId};

endpoint! {
    /// Returns a channel; since feature level 132.
    pub struct GetChannel: GET "/streams/{stream_id}" -> OneChannel {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
    }
}

endpoint! {
    /// Returns who is subscribed to a channel.
    pub struct GetSubscribers: GET "/streams/{stream_id}/members" -> Subscribers {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
    }
}

endpoint! {
    /// Returns the e-mail address that posts to a channel; since feature level 226.
    pub struct GetChannelEmail: GET "/streams/{stream_id}/email_address" -> ChannelEmail {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
        optional {
            /// As whom it posts: oneself, a bot of one's own, or the server's own bot for that; since feature level
            /// 335.
            sender_id: UserId,
        }
    }
}

object! {
    /// Answers [`GetChannel`].
    pub struct OneChannel {
        required {
            /// The channel.
            channel as "stream": Channel,
        }
    }
}

object! {
    /// Answers [`GetSubscribers`].
    pub struct Subscribers {
        required {
            /// The users.
            subscribers: Vec<UserId>,
        }
    }
}

object! {
    /// Answers [`GetChannelEmail`].
    pub struct ChannelEmail {
        required {
            /// The address.
            email: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_channel_on_the_wire() {
        assert_wire(&GetChannel::new(ChannelId(7)), "GET /streams/7", &[]);
    }

    #[test]
    fn get_subscribers_on_the_wire() {
        assert_wire(
            &GetSubscribers::new(ChannelId(7)),
            "GET /streams/7/members",
            &[],
        );
    }

    #[test]
    fn get_channel_email_on_the_wire() {
        let mut endpoint = GetChannelEmail::new(ChannelId(7));
        endpoint.sender_id = Some(UserId(7));
        assert_wire(
            &endpoint,
            "GET /streams/7/email_address",
            &[("sender_id", "7")],
        );
    }
}
