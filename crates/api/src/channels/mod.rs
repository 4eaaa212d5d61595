//! Channels, their topics, and subscriptions to them.

mod get_id;
mod get_subscriptions;
mod get_topics;
mod list;
mod subscribe;
mod unsubscribe;

pub use get_id::{ChannelNumber, GetChannelId};
pub use get_subscriptions::{GetSubscriptions, Subscription, Subscriptions};
pub use get_topics::{GetTopics, Topic, Topics};
pub use list::{Channel, Channels, GetChannels};
pub use subscribe::{NewSubscription, Subscribe, Subscribed};
pub use unsubscribe::{Unsubscribe, Unsubscribed};
