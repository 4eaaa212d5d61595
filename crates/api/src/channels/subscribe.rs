//! `POST /users/me/subscriptions`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{PostPolicy, Retention};
use crate::messages::People;
use crate::user_groups::GroupSetting;

endpoint! {
    /// Subscribes oneself or others to channels, and creates those that do not exist yet.
    pub struct Subscribe: POST "/users/me/subscriptions" -> Subscribed {
        required {
            /// The channels.
            subscriptions: Vec<NewSubscription>,
        }
        optional {
            /// Whom to subscribe; oneself if not given.
            principals: People,
            /// Whether one channel that is not allowed makes all fail; yes if not given.
            authorization_errors_fatal: bool,
            /// Whether new channels are announced; no if not given.
            announce: bool,
            /// Whether new channels are private; no if not given.
            invite_only: bool,
            /// Whether anyone may read new channels without an account; no if not given. Since feature level 98.
            is_web_public: bool,
            /// Whether new users are subscribed to new channels; no if not given. Since feature level 200.
            is_default_stream: bool,
            /// Whether those who join a new private channel may read what was written before.
            history_public_to_subscribers: bool,
            /// Who may post to new channels; from feature level 1 to 332, then `can_send_message_group`.
            stream_post_policy: PostPolicy,
            /// How long the messages of new channels are kept; since feature level 17.
            message_retention_days: Retention,
            /// Who may end others' subscriptions to new channels; since feature level 161.
            can_remove_subscribers_group: GroupSetting,
            /// Who may post to new channels; since feature level 333.
            can_send_message_group: GroupSetting,
            /// Whether those who are subscribed are told; yes if not given. Since feature level 397.
            send_new_subscription_messages: bool,
        }
    }
}

/// A channel to subscribe to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewSubscription {
    /// The channel's name.
    pub name: String,
    /// The description in Markdown, if the channel is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl NewSubscription {
    /// Names a channel.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: None,
        }
    }
}

/// Answers [`Subscribe`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subscribed {
    /// The channels that are new to someone, by user. Servers name the user by number; old ones by e-mail address.
    pub subscribed: BTreeMap<String, Vec<String>>,
    /// The channels that someone was subscribed to before, by user.
    #[serde(default)]
    pub already_subscribed: BTreeMap<String, Vec<String>>,
    /// The channels that are not allowed, if that was not to be fatal.
    #[serde(default)]
    pub unauthorized: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;
    use crate::testing::{assert_wire, response};

    #[test]
    fn lists_go_as_json() {
        let mut endpoint = Subscribe::new([NewSubscription::new("commits")]);
        endpoint.principals = Some(People::Ids(vec![UserId(9)]));
        assert_wire(
            &endpoint,
            "POST /users/me/subscriptions",
            &[
                ("principals", "[9]"),
                ("subscriptions", r#"[{"name":"commits"}]"#),
            ],
        );
    }

    #[test]
    fn what_a_server_answers_is_understood() {
        let answer: Subscribed = response(
            r#"{"result": "success", "msg": "", "subscribed": {"51": ["commits"]}, "already_subscribed": {}}"#,
        );
        assert_eq!(answer.subscribed["51"], ["commits"]);
    }
}
