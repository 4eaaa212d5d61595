//! `PATCH /streams/{stream_id}`, `DELETE /streams/{stream_id}`, `POST /streams/{stream_id}/delete_topic`

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TopicsPolicy;
use crate::messages::Progress;
use crate::user_groups::GroupSettingUpdate;
use crate::{ChannelFolderId, ChannelId, Empty};

endpoint! {
    /// Changes a channel.
    pub struct UpdateChannel: PATCH "/streams/{stream_id}" -> Empty {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
        optional {
            /// What it is for from now on, in Markdown.
            description: String,
            /// Its new name.
            new_name: String,
            /// Whether only its subscribers know of it.
            is_private: bool,
            /// Whether only administrators may post; newer servers want `stream_post_policy`.
            is_announcement_only: bool,
            /// Whether anyone may read it without an account; since feature level 98.
            is_web_public: bool,
            /// Whether new subscribers may read what was written before they came.
            history_public_to_subscribers: bool,
            /// Whether new users are subscribed to it; since feature level 200.
            is_default_stream: bool,
            /// Who may post; from feature level 1 to 332, then `can_send_message_group`.
            stream_post_policy: PostPolicy,
            /// How long messages are kept; since feature level 17.
            message_retention_days: Retention,
            /// Who may end others' subscriptions: a group's number, since feature level 320 `{new, old}`. Since
            /// feature level 161.
            can_remove_subscribers_group: Value,
            /// Who may change it; since feature level 325.
            can_administer_channel_group: GroupSettingUpdate,
            /// Who may subscribe others; since feature level 342.
            can_add_subscribers_group: GroupSettingUpdate,
            /// Who may subscribe; since feature level 357.
            can_subscribe_group: GroupSettingUpdate,
            /// Who may post; since feature level 333.
            can_send_message_group: GroupSettingUpdate,
            /// Its folder; since feature level 389.
            folder_id: ChannelFolderId,
            /// Which topics it may have; since feature level 392.
            topics_policy: TopicsPolicy,
            /// `false` brings an archived channel back; since feature level 388.
            is_archived: bool,
        }
    }
}

endpoint! {
    /// Archives a channel.
    pub struct ArchiveChannel: DELETE "/streams/{stream_id}" -> Empty {
        required {
            /// The channel.
            stream_id: ChannelId,
        }
    }
}

endpoint! {
    /// Deletes all messages of a topic.
    ///
    /// The server does so in pieces: until the answer says `complete`, the same request goes on.
    pub struct DeleteTopic: POST "/streams/{stream_id}/delete_topic" -> Progress {
        required {
            /// The channel.
            stream_id: ChannelId,
            /// The topic.
            topic_name: String,
        }
    }
}

open_number! {
    /// Who may post to a channel.
    pub enum PostPolicy {
        /// Everyone.
        Everyone = 1,
        /// Administrators.
        Administrators = 2,
        /// Members who have been there for some time.
        FullMembers = 3,
        /// Moderators and administrators.
        Moderators = 4,
    }
}

/// How long the messages of a channel are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Value", from = "Value")]
#[non_exhaustive]
pub enum Retention {
    /// So many days.
    Days(u64),
    /// For ever.
    Unlimited,
    /// As long as the organization's setting says.
    OrganizationDefault,
    /// Something that this version does not know.
    Other(Value),
}

impl From<Retention> for Value {
    /// The server reads the parameter as JSON, so text has its quotes with it.
    fn from(retention: Retention) -> Self {
        match retention {
            Retention::Days(days) => days.into(),
            Retention::Unlimited => "\"unlimited\"".into(),
            Retention::OrganizationDefault => "\"realm_default\"".into(),
            Retention::Other(value) => value,
        }
    }
}

impl From<Value> for Retention {
    fn from(value: Value) -> Self {
        match (value.as_u64(), value.as_str()) {
            (Some(days), _) => Self::Days(days),
            (None, Some("\"unlimited\"" | "unlimited")) => Self::Unlimited,
            (None, Some("\"realm_default\"" | "realm_default")) => Self::OrganizationDefault,
            _ => Self::Other(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn update_channel_on_the_wire() {
        let mut endpoint = UpdateChannel::new(ChannelId(7));
        endpoint.description = Some("text".to_owned());
        endpoint.new_name = Some("text".to_owned());
        endpoint.is_private = Some(true);
        assert_wire(
            &endpoint,
            "PATCH /streams/7",
            &[
                ("description", "text"),
                ("is_private", "true"),
                ("new_name", "text"),
            ],
        );
    }

    #[test]
    fn archive_channel_on_the_wire() {
        assert_wire(&ArchiveChannel::new(ChannelId(7)), "DELETE /streams/7", &[]);
    }

    #[test]
    fn delete_topic_on_the_wire() {
        assert_wire(
            &DeleteTopic::new(ChannelId(7), "text"),
            "POST /streams/7/delete_topic",
            &[("topic_name", "text")],
        );
    }

    #[test]
    fn text_for_the_retention_has_its_quotes_with_it() {
        for (retention, wire) in [
            (Retention::Days(30), Value::from(30)),
            (Retention::Unlimited, "\"unlimited\"".into()),
            (Retention::OrganizationDefault, "\"realm_default\"".into()),
        ] {
            assert_eq!(Value::from(retention.clone()), wire);
            assert_eq!(Retention::from(wire), retention);
        }
    }
}
