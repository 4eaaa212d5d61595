//! Channels, their topics, and subscriptions to them.

mod create;
mod defaults;
mod folders;
mod get;
mod get_id;
mod get_subscriptions;
mod get_topics;
mod list;
mod subscribe;
mod topic_visibility;
mod unsubscribe;
mod update;
mod update_subscriptions;

pub use create::{CreateChannel, CreatedChannel, TopicsPolicy};
pub use defaults::{AddDefaultChannel, RemoveDefaultChannel};
pub use folders::{
    ChannelFolder, ChannelFolderNumber, ChannelFolders, CreateChannelFolder, GetChannelFolders,
    ReorderChannelFolders, UpdateChannelFolder,
};
pub use get::{ChannelEmail, GetChannel, GetChannelEmail, GetSubscribers, OneChannel, Subscribers};
pub use get_id::{ChannelNumber, GetChannelId};
pub use get_subscriptions::{GetSubscriptions, Subscription, Subscriptions};
pub use get_topics::{GetTopics, Topic, Topics};
pub use list::{Channel, Channels, GetChannels};
pub use subscribe::{NewSubscription, Subscribe, Subscribed};
pub use topic_visibility::{MuteTopic, SetTopicVisibility, Visibility};
pub use unsubscribe::{Unsubscribe, Unsubscribed};
pub use update::{ArchiveChannel, DeleteTopic, PostPolicy, Retention, UpdateChannel};
pub use update_subscriptions::{
    AddedSubscription, ChannelsOfUser, GetChannelsOfUser, GetSubscriptionStatus,
    SubscriptionSetting, SubscriptionStatus, UpdateSubscriptionSettings, UpdateSubscriptions,
    UpdatedSubscriptions,
};
