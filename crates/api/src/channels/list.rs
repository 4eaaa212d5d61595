//! `GET /streams`

use serde::{Deserialize, Serialize};

use super::PostPolicy;
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
            /// Whether all of the organization are wanted, as an administrator; no if not given. Before feature level 356.
            include_all_active: bool,
            /// Whether all that one may know of are wanted; no if not given. Since feature level 356.
            include_all: bool,
            /// Whether it is wanted which ones new users are subscribed to; no if not given.
            include_default: bool,
            /// Whether those that the owner of a bot is subscribed to are wanted; no if not given.
            include_owner_subscribed: bool,
            /// Whether archived ones are left out; yes if not given. Since feature level 315.
            exclude_archived: bool,
        }
    }
}

/// Answers [`GetChannels`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Channels {
    /// The channels.
    #[serde(rename = "streams", alias = "channels")]
    pub channels: Vec<Channel>,
}

object! {
    /// A channel.
    pub struct Channel {
        required {
            /// Its number.
            #[serde(alias = "channel_id")]
            id as "stream_id": ChannelId,
            /// Its name.
            name: String,
        }
        default {
            /// Its description in Markdown.
            description: String,
            /// Whether only its subscribers know of it.
            invite_only: bool,
            /// Whether anyone may read it without an account.
            is_web_public: bool,
            /// Whether it is archived; since feature level 315.
            is_archived: bool,
        }
        optional {
            /// Whether new subscribers may read what was written before they came.
            history_public_to_subscribers: bool,
            /// Its first message, if it has any.
            first_message_id: MessageId,
            /// Who made it; since feature level 254.
            creator_id: UserId,
            /// Who may post; before feature level 333 exactly, since then as far as these few choices can say it.
            stream_post_policy: PostPolicy,
        }
    }
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
