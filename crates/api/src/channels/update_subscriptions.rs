//! `PATCH /users/me/subscriptions`, `POST /users/me/subscriptions/properties`, `GET /users/{user_id}/subscriptions/{stream_id}`, `GET /users/{user_id}/channels`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ChannelId, Empty, UserId};

endpoint! {
    /// Subscribes oneself to channels and ends other subscriptions.
    pub struct UpdateSubscriptions: PATCH "/users/me/subscriptions" -> UpdatedSubscriptions {
        optional {
            /// The names of the channels that one leaves.
            delete: Vec<String>,
            /// The channels that one joins.
            add: Vec<AddedSubscription>,
        }
    }
}

endpoint! {
    /// Changes how channels are shown to oneself, and of what one is told.
    pub struct UpdateSubscriptionSettings: POST "/users/me/subscriptions/properties" -> Empty {
        required {
            /// The changes.
            subscription_data: Vec<SubscriptionSetting>,
        }
    }
}

endpoint! {
    /// Returns whether a user is subscribed to a channel; since feature level 12.
    pub struct GetSubscriptionStatus: GET "/users/{user_id}/subscriptions/{stream_id}" -> SubscriptionStatus {
        required {
            /// The user.
            user_id: UserId,
            /// The channel.
            stream_id: ChannelId,
        }
    }
}

endpoint! {
    /// Returns to which channels a user is subscribed; since feature level 440.
    pub struct GetChannelsOfUser: GET "/users/{user_id}/channels" -> ChannelsOfUser {
        required {
            /// The user.
            user_id: UserId,
        }
    }
}

/// A channel to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AddedSubscription {
    /// The channel's name.
    pub name: String,
    /// The colour in which it is shown, such as `#c2c2c2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The description in Markdown, if the channel is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl AddedSubscription {
    /// Names a channel.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            color: None,
            description: None,
        }
    }
}

/// A change of how a channel is shown to oneself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SubscriptionSetting {
    /// The channel.
    pub stream_id: ChannelId,
    /// The setting, such as `color`, `is_muted`, `pin_to_top` or `push_notifications`.
    pub property: String,
    /// Its value: text for `color`, else true or false.
    pub value: Value,
}

impl SubscriptionSetting {
    /// Builds a change.
    pub fn new(channel: ChannelId, property: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            stream_id: channel,
            property: property.into(),
            value: value.into(),
        }
    }
}

object! {
    /// Answers [`UpdateSubscriptions`].
    pub struct UpdatedSubscriptions {
        default {
            /// The channels that are new, by user. Servers name the user by number; old ones by e-mail address.
            subscribed: BTreeMap<String, Vec<String>>,
            /// The channels that one was subscribed to before, by user.
            already_subscribed: BTreeMap<String, Vec<String>>,
            /// The channels that one left.
            removed: Vec<String>,
            /// Those that one was not subscribed to.
            not_removed: Vec<String>,
        }
    }
}

object! {
    /// Answers [`GetSubscriptionStatus`].
    pub struct SubscriptionStatus {
        required {
            /// Whether so.
            is_subscribed: bool,
        }
    }
}

object! {
    /// Answers [`GetChannelsOfUser`].
    pub struct ChannelsOfUser {
        required {
            /// The channels.
            subscribed_channel_ids: Vec<ChannelId>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn update_subscriptions_on_the_wire() {
        let mut endpoint = UpdateSubscriptions::new();
        endpoint.delete = Some(vec!["text".to_owned()]);
        endpoint.add = Some(vec![AddedSubscription::new("commits")]);
        assert_wire(
            &endpoint,
            "PATCH /users/me/subscriptions",
            &[
                ("add", r#"[{"name":"commits"}]"#),
                ("delete", r#"["text"]"#),
            ],
        );
    }

    #[test]
    fn update_subscription_settings_on_the_wire() {
        assert_wire(
            &UpdateSubscriptionSettings::new([SubscriptionSetting::new(
                ChannelId(39),
                "is_muted",
                true,
            )]),
            "POST /users/me/subscriptions/properties",
            &[(
                "subscription_data",
                r#"[{"stream_id":39,"property":"is_muted","value":true}]"#,
            )],
        );
    }

    #[test]
    fn get_subscription_status_on_the_wire() {
        assert_wire(
            &GetSubscriptionStatus::new(UserId(7), ChannelId(7)),
            "GET /users/7/subscriptions/7",
            &[],
        );
    }

    #[test]
    fn get_channels_of_user_on_the_wire() {
        assert_wire(
            &GetChannelsOfUser::new(UserId(7)),
            "GET /users/7/channels",
            &[],
        );
    }
}
