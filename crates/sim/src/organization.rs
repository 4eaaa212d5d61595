//! All that the server knows, in memory.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::{
    clock::Clock,
    custom_emoji::CustomEmoji,
    groups::{self, Group},
    ids::{ChannelId, MessageId, UserId},
    linkifiers::Linkifiers,
    messages::Message,
    outgoing::Calls,
    personal::Personal,
    profile_fields::Field,
    queues::Queues,
    rate_limit::RateLimit,
    render::{Directory, Linkifier},
    scheduled::Scheduled,
    settings::Settings,
    streams::Channel,
    uploads::Uploads,
    users::{Kind, User},
};

/// The organization: who and what there is. Endpoints are functions on it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Organization {
    pub(crate) url: String,
    #[serde(skip)]
    pub(crate) settings: Settings,
    #[serde(skip)]
    pub(crate) clock: Arc<Clock>,
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) channels: BTreeMap<ChannelId, Channel>,
    pub(crate) messages: BTreeMap<MessageId, Message>,
    /// The sets of people who have written each other; the place in this list makes the `recipient_id`.
    pub(crate) conversations: Vec<BTreeSet<UserId>>,
    #[serde(skip)]
    pub(crate) queues: Queues,
    pub(crate) storage: HashMap<UserId, BTreeMap<String, String>>,
    pub(crate) uploads: Uploads,
    pub(crate) personal: BTreeMap<UserId, Personal>,
    pub(crate) scheduled: Vec<Scheduled>,
    pub(crate) groups: Vec<Group>,
    pub(crate) emoji: Vec<CustomEmoji>,
    pub(crate) linkifiers: Linkifiers,
    pub(crate) profile_fields: Vec<Field>,
    #[serde(skip)]
    pub(crate) rate_limit: RateLimit,
    #[serde(skip)]
    pub(crate) calls: Calls,
    /// Notification Bot, which posts the server's own notices.
    pub(crate) notifier: UserId,
    /// Wakes the pages that are open.
    #[serde(skip, default = "changes")]
    pub(crate) changes: broadcast::Sender<Change>,
    last_id: u64,
    last_message: u64,
}

impl Organization {
    pub(crate) fn new(url: String, settings: Settings) -> Self {
        let mut organization = Self {
            url,
            clock: Arc::new(Clock::new(settings.pace)),
            settings,
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            conversations: Vec::new(),
            queues: Queues::default(),
            storage: HashMap::new(),
            uploads: Uploads::default(),
            personal: BTreeMap::new(),
            scheduled: Vec::new(),
            groups: Vec::new(),
            emoji: Vec::new(),
            linkifiers: Linkifiers::default(),
            profile_fields: Vec::new(),
            rate_limit: RateLimit::default(),
            calls: Calls::default(),
            notifier: UserId(0),
            changes: changes(),
            last_id: 0,
            last_message: 0,
        };
        organization.notifier = organization.add_user(|user| {
            user.email = "notification-bot@zulip.com".to_owned();
            user.full_name = "Notification Bot".to_owned();
            user.kind = Kind::GenericBot;
        });
        organization.groups = groups::system(|| organization.next_id());
        organization
    }

    /// An id for a user, a channel or anything else that is not a message; each is given out once.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) fn next_message_id(&mut self) -> MessageId {
        self.last_message += 1;
        MessageId(self.last_message)
    }

    /// The id of the newest message that ever was; -1 when there was none.
    pub(crate) fn max_message_id(&self) -> i64 {
        if self.last_message == 0 {
            -1
        } else {
            i64::try_from(self.last_message).unwrap_or(i64::MAX)
        }
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.clock.seconds()
    }

    /// What stands behind the `@` in a new bot's address.
    pub(crate) fn bot_domain(&self) -> &'static str {
        "zulip.example.com"
    }
}

/// What the open pages are told of: they fetch the rest themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Messages,
    Requests,
}

fn changes() -> broadcast::Sender<Change> {
    broadcast::channel(64).0
}

impl Directory for Organization {
    fn user(&self, name: Option<&str>, id: Option<u64>) -> Option<(u64, String)> {
        let fits = |user: &&User| {
            name.is_none_or(|name| user.full_name.to_lowercase() == name.to_lowercase())
                && id.is_none_or(|id| user.id == UserId(id))
        };
        if name.is_none() && id.is_none() {
            return None;
        }
        self.users
            .values()
            .filter(|user| user.is_active)
            .find(fits)
            .map(|user| (user.id.0, user.full_name.clone()))
    }

    fn channel(&self, name: &str) -> Option<(u64, String)> {
        self.channel_by_name(name)
            .map(|channel| (channel.id.0, channel.name.clone()))
    }

    fn group(&self, name: &str) -> Option<(u64, String)> {
        self.group_by_name(name)
    }

    fn linkifiers(&self) -> &[Linkifier] {
        self.linkifiers.compiled()
    }

    fn emoji(&self, name: &str) -> Option<String> {
        self.custom_emoji(name).map(|emoji| emoji.url().to_owned())
    }

    fn url(&self) -> Option<&str> {
        Some(&self.url)
    }
}
