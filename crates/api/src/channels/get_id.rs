//! `GET /get_stream_id`

use serde::{Deserialize, Serialize};

use crate::ChannelId;

endpoint! {
    /// Returns the number of a channel.
    pub struct GetChannelId: GET "/get_stream_id" -> ChannelNumber {
        required {
            /// The channel's name, whose capitals do not matter.
            stream: String,
        }
    }
}

/// Answers [`GetChannelId`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChannelNumber {
    /// The number.
    pub stream_id: ChannelId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn a_name_goes_as_it_is() {
        assert_wire(
            &GetChannelId::new("2026"),
            "GET /get_stream_id",
            &[("stream", "2026")],
        );
    }
}
