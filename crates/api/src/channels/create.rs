//! `POST /channels/create`

use super::Retention;
use crate::user_groups::GroupSetting;
use crate::{ChannelFolderId, ChannelId, UserId};

endpoint! {
    /// Makes a channel; since feature level 417. [`Subscribe`](super::Subscribe) does so on every server.
    pub struct CreateChannel: POST "/channels/create" -> CreatedChannel {
        required {
            /// Its name.
            name: String,
            /// Who is subscribed to it.
            subscribers: Vec<UserId>,
        }
        optional {
            /// What it is for, in Markdown.
            description: String,
            /// Whether it is announced; no if not given.
            announce: bool,
            /// Whether it is private; no if not given.
            invite_only: bool,
            /// Whether anyone may read it without an account; no if not given.
            is_web_public: bool,
            /// Whether new users are subscribed to it; no if not given.
            is_default_stream: bool,
            /// Its folder.
            folder_id: ChannelFolderId,
            /// Whether subscribers are told; yes if not given.
            send_new_subscription_messages: bool,
            /// Which topics it may have; as the organization has it if not given.
            topics_policy: TopicsPolicy,
            /// Whether new subscribers may read what was written before they came.
            history_public_to_subscribers: bool,
            /// How long messages are kept.
            message_retention_days: Retention,
            /// Who may end others' subscriptions.
            can_remove_subscribers_group: GroupSetting,
            /// Who may change it.
            can_administer_channel_group: GroupSetting,
            /// Who may subscribe others.
            can_add_subscribers_group: GroupSetting,
            /// Who may subscribe.
            can_subscribe_group: GroupSetting,
            /// Who may post.
            can_send_message_group: GroupSetting,
            /// Who may move messages between its topics.
            can_move_messages_within_channel_group: GroupSetting,
            /// Who may move messages elsewhere.
            can_move_messages_out_of_channel_group: GroupSetting,
            /// Who may resolve topics.
            can_resolve_topics_group: GroupSetting,
            /// Who may delete messages.
            can_delete_any_message_group: GroupSetting,
            /// Who may delete own messages.
            can_delete_own_message_group: GroupSetting,
            /// Who may begin topics.
            can_create_topic_group: GroupSetting,
        }
    }
}

open_enum! {
    /// Which topics a channel may have; since feature level 392.
    pub enum TopicsPolicy {
        /// Those that the organization's setting allows.
        Inherit = "inherit",
        /// Any, the empty one among them.
        AllowEmpty = "allow_empty_topic",
        /// Any but the empty one.
        DisableEmpty = "disable_empty_topic",
        /// Only the empty one; since feature level 404.
        EmptyOnly = "empty_topic_only",
    }
}

object! {
    /// Answers [`CreateChannel`].
    pub struct CreatedChannel {
        required {
            /// The channel.
            id: ChannelId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn create_channel_on_the_wire() {
        let mut endpoint = CreateChannel::new("text", [UserId(7)]);
        endpoint.description = Some("text".to_owned());
        endpoint.announce = Some(true);
        endpoint.invite_only = Some(true);
        assert_wire(
            &endpoint,
            "POST /channels/create",
            &[
                ("announce", "true"),
                ("description", "text"),
                ("invite_only", "true"),
                ("name", "text"),
                ("subscribers", "[7]"),
            ],
        );
    }
}
