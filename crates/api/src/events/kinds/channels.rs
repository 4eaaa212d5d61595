//! Events about channels, topics and subscriptions.

use serde_json::Value;

use crate::channels::{Channel, ChannelFolder, Subscription, Visibility};
use crate::{ChannelFolderId, ChannelId, UserId};

object! {
    /// Channels are there that one may know of.
    pub struct NewChannels {
        required {
            /// The channels.
            #[serde(alias = "channels")]
            channels as "streams": Vec<Channel>,
        }
    }
}

object! {
    /// Channels are gone, or one may no longer know of them.
    pub struct RemovedChannels {
        default {
            /// The channels; newer servers name only their numbers. See [`ids`](Self::ids).
            #[serde(alias = "channels")]
            channels as "streams": Vec<RemovedChannel>,
            /// Their numbers; since feature level 343.
            stream_ids: Vec<ChannelId>,
        }
    }
}

impl RemovedChannels {
    /// Returns the channels, in whichever way the server told of them.
    pub fn ids(&self) -> Vec<ChannelId> {
        match self.stream_ids.as_slice() {
            [] => self.channels.iter().map(|channel| channel.id).collect(),
            ids => ids.to_vec(),
        }
    }
}

object! {
    /// A channel that is gone, or to which one is no longer subscribed.
    pub struct RemovedChannel {
        required {
            /// Its number.
            #[serde(alias = "channel_id")]
            id as "stream_id": ChannelId,
        }
        default {
            /// Its name.
            name: String,
        }
    }
}

object! {
    /// A channel changed.
    pub struct UpdatedChannel {
        required {
            /// The channel.
            stream_id: ChannelId,
            /// What of it changed, by the name that the API has for it.
            property: String,
            /// What that is now.
            value: Value,
        }
        default {
            /// Its name before.
            name: String,
        }
    }
}

object! {
    /// One is subscribed to more channels.
    pub struct NewSubscriptions {
        required {
            /// The subscriptions.
            subscriptions: Vec<Subscription>,
        }
    }
}

object! {
    /// One is no longer subscribed to channels.
    pub struct RemovedSubscriptions {
        required {
            /// The channels.
            subscriptions: Vec<RemovedChannel>,
        }
    }
}

object! {
    /// A setting of one's own for a channel changed.
    pub struct UpdatedSubscription {
        required {
            /// The channel.
            stream_id: ChannelId,
            /// The setting, such as `color` or `is_muted`; old servers say `in_home_view` for what is not muted.
            property: String,
            /// What it is now.
            value: Value,
        }
    }
}

object! {
    /// Others joined or left channels.
    pub struct PeerChange {
        required {
            /// `peer_add` or `peer_remove`.
            op: PeerOp,
        }
        default {
            /// The channels; since feature level 35.
            stream_ids: Vec<ChannelId>,
            /// The users; since feature level 35.
            user_ids: Vec<UserId>,
        }
        optional {
            /// The channel, from older servers.
            stream_id: ChannelId,
            /// The user, from older servers.
            user_id: UserId,
        }
    }
}

open_enum! {
    /// Whether others joined or left.
    pub enum PeerOp {
        /// Joined.
        Add = "peer_add",
        /// Left.
        Remove = "peer_remove",
    }
}

object! {
    /// How one sees a topic changed; since feature level 134.
    pub struct TopicVisibility {
        required {
            /// The channel.
            stream_id: ChannelId,
            /// The topic.
            topic_name: String,
            /// How one sees it now.
            visibility_policy: Visibility,
        }
        optional {
            /// When it changed, in seconds since 1970.
            last_updated: i64,
        }
    }
}

object! {
    /// The muted topics changed, as servers say it to programs that do not know `user_topic`.
    pub struct MutedTopics {
        required {
            /// Channel, topic and time of each.
            muted_topics: Vec<Value>,
        }
    }
}

object! {
    /// The channels that new users are subscribed to changed.
    pub struct DefaultChannels {
        required {
            /// All of them: their numbers, before feature level 330 the channels.
            #[serde(alias = "default_channels")]
            channels as "default_streams": Vec<Value>,
        }
    }
}

object! {
    /// The groups of channels that new users can choose from changed.
    pub struct DefaultChannelGroups {
        required {
            /// All of them, as the server describes them.
            groups as "default_stream_groups": Vec<Value>,
        }
    }
}

object! {
    /// A folder was made; since feature level 389.
    pub struct NewChannelFolder {
        required {
            /// The folder.
            channel_folder: ChannelFolder,
        }
    }
}

object! {
    /// A folder changed; since feature level 389.
    pub struct UpdatedChannelFolder {
        required {
            /// The folder.
            channel_folder_id: ChannelFolderId,
            /// What changed, by name.
            data: Value,
        }
    }
}

object! {
    /// The order of the folders changed; since feature level 418.
    pub struct ReorderedChannelFolders {
        required {
            /// All of them.
            order: Vec<ChannelFolderId>,
        }
    }
}
