//! `GET /users/me/subscriptions`

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::UserId;

endpoint! {
    /// Returns the channels that one is subscribed to.
    pub struct GetSubscriptions: GET "/users/me/subscriptions" -> Subscriptions {
        optional {
            /// Whether it is wanted who else is; no if not given.
            include_subscribers: bool,
        }
    }
}

/// Answers [`GetSubscriptions`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subscriptions {
    /// The subscriptions.
    pub subscriptions: Vec<Subscription>,
}

/// A subscription to a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subscription {
    /// The channel.
    #[serde(flatten)]
    pub channel: Channel,
    /// Who is subscribed, if that was asked.
    #[serde(default)]
    pub subscribers: Vec<UserId>,
    /// Whether one does not want to be told of its messages.
    #[serde(default)]
    pub is_muted: bool,
    /// Whether it is shown first.
    #[serde(default)]
    pub pin_to_top: bool,
    /// The colour in which it is shown, such as `#c2c2c2`.
    #[serde(default)]
    pub color: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelId;
    use crate::testing::{assert_wire, response};

    #[test]
    fn with_subscribers() {
        let mut endpoint = GetSubscriptions::new();
        endpoint.include_subscribers = Some(true);
        assert_wire(
            &endpoint,
            "GET /users/me/subscriptions",
            &[("include_subscribers", "true")],
        );
    }

    #[test]
    fn a_subscription_is_a_channel_and_more() {
        let answer: Subscriptions = response(
            r##"{"result": "success", "msg": "", "subscriptions": [{"stream_id": 39, "name": "conf-general",
               "description": "", "subscribers": [1, 2], "is_muted": true, "color": "#fff"}]}"##,
        );
        let subscription = &answer.subscriptions[0];
        assert_eq!(subscription.channel.id, ChannelId(39));
        assert_eq!(subscription.subscribers, [UserId(1), UserId(2)]);
        assert!(subscription.is_muted);
    }
}
