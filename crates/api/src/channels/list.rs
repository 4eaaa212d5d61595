//! `GET /streams`

use serde::{Deserialize, Serialize};

use crate::{ChannelId, MessageId, UserId};

endpoint! {
    /// Returns the channels that one may see.
    pub struct GetChannels: GET "/streams" -> Channels {
        optional {
            /// Whether public ones are wanted; yes if not given.
            include_public: bool,
            /// Whether those that one is subscribed to are wanted; yes if not given.
            include_subscribed: bool,
            /// Whether those that anyone may read without an account are wanted; no if not given.
            include_web_public: bool,
        }
    }
}

/// Answers [`GetChannels`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Channels {
    /// The channels.
    #[serde(rename = "streams", alias = "channels")]
    pub channels: Vec<Channel>,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Channel {
    /// Its number.
    #[serde(rename = "stream_id", alias = "channel_id")]
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Its description in Markdown.
    #[serde(default)]
    pub description: String,
    /// Whether only its subscribers know of it.
    #[serde(default)]
    pub invite_only: bool,
    /// Whether anyone may read it without an account.
    #[serde(default)]
    pub is_web_public: bool,
    /// Whether new subscribers may read what was written before they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history_public_to_subscribers: Option<bool>,
    /// Its first message, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_message_id: Option<MessageId>,
    /// Who made it; since feature level 254.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator_id: Option<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_wire, response};

    #[test]
    fn only_subscribed_ones() {
        let mut endpoint = GetChannels::new();
        endpoint.include_public = Some(false);
        assert_wire(&endpoint, "GET /streams", &[("include_public", "false")]);
    }

    #[test]
    fn what_a_server_answers_is_understood() {
        let answer: Channels = response(
            r#"{"result": "success", "msg": "", "streams": [{"stream_id": 39, "name": "conf-general", "description": "",
               "invite_only": false, "first_message_id": null, "stream_weekly_traffic": null}]}"#,
        );
        assert_eq!(answer.channels[0].id, ChannelId(39));
        assert_eq!(answer.channels[0].first_message_id, None);
    }
}
