//! `POST /default_streams`, `DELETE /default_streams`

use crate::{ChannelId, Empty};

endpoint! {
    /// Lets new users be subscribed to a channel, as an administrator.
    pub struct AddDefaultChannel: POST "/default_streams" -> Empty {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
    }
}

endpoint! {
    /// Lets new users no longer be subscribed to a channel, as an administrator.
    pub struct RemoveDefaultChannel: DELETE "/default_streams" -> Empty {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn add_default_channel_on_the_wire() {
        assert_wire(
            &AddDefaultChannel::new(ChannelId(7)),
            "POST /default_streams",
            &[("stream_id", "7")],
        );
    }

    #[test]
    fn remove_default_channel_on_the_wire() {
        assert_wire(
            &RemoveDefaultChannel::new(ChannelId(7)),
            "DELETE /default_streams",
            &[("stream_id", "7")],
        );
    }
}
