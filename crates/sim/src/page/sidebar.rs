//! The side bar: channels with their topics, and conversations.

use std::{cmp::Reverse, collections::BTreeSet, collections::HashMap};

use serde::Serialize;

use super::view::{View, color, joined, link, names};
use crate::{
    ids::{ChannelId, MessageId, UserId},
    messages::{Destination, is_same_topic},
    organization::Organization,
    streams::Channel,
};

/// So many topics of a channel are listed, and so many conversations: the newest.
const MAX_TOPICS: usize = 8;
const MAX_CONVERSATIONS: usize = 12;

#[derive(Debug, Serialize)]
pub(super) struct Sidebar {
    count: usize,
    is_all: bool,
    channels: Vec<Entry>,
    conversations: Vec<Entry>,
}

/// A line that leads somewhere.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    link: String,
    class: String,
    count: usize,
    is_current: bool,
    topics: Vec<Self>,
}

/// How many messages are in a place, and which is the newest.
#[derive(Debug, Default)]
struct Tally {
    name: String,
    count: usize,
    newest: Option<MessageId>,
}

impl Sidebar {
    pub(super) fn new(organization: &Organization, view: &View) -> Self {
        let mut topics: HashMap<ChannelId, HashMap<String, Tally>> = HashMap::new();
        let mut conversations: HashMap<&BTreeSet<UserId>, Tally> = HashMap::new();
        for message in organization.messages.values() {
            let tally = match &message.destination {
                Destination::Channel { id, topic } => {
                    let topics = topics.entry(*id).or_default();
                    let tally = topics.entry(topic.to_lowercase()).or_default();
                    tally.name.clone_from(topic);
                    tally
                }
                Destination::Direct(people) => conversations.entry(people).or_default(),
            };
            tally.count += 1;
            tally.newest = Some(message.id);
        }
        let channels = organization.channels.values();
        let open = channels.filter(|channel| !channel.is_archived);
        let mut conversations: Vec<_> = conversations.into_iter().collect();
        conversations.sort_by_key(|(_, tally)| Reverse(tally.newest));
        conversations.truncate(MAX_CONVERSATIONS);
        let conversation = |(people, tally): (&BTreeSet<UserId>, Tally)| Entry {
            name: names(organization, people),
            link: link(&[("with", &joined(people))]),
            class: "direct".to_owned(),
            count: tally.count,
            is_current: matches!(view, View::With(with) if with == people),
            topics: Vec::new(),
        };
        Self {
            count: organization.messages.len(),
            is_all: matches!(view, View::All),
            channels: open
                .map(|channel| {
                    of_channel(
                        channel,
                        topics.remove(&channel.id).unwrap_or_default(),
                        view,
                    )
                })
                .collect(),
            conversations: conversations.into_iter().map(conversation).collect(),
        }
    }
}

fn of_channel(channel: &Channel, topics: HashMap<String, Tally>, view: &View) -> Entry {
    let count = topics.values().map(|tally| tally.count).sum();
    let mut topics: Vec<Tally> = topics.into_values().collect();
    topics.sort_by_key(|tally| Reverse(tally.newest));
    topics.truncate(MAX_TOPICS);
    let topic = |tally: Tally| Entry {
        link: link(&[("channel", &channel.name), ("topic", &tally.name)]),
        is_current: matches!(view, View::Topic(id, topic) if *id == channel.id && is_same_topic(topic, &tally.name)),
        name: tally.name,
        class: "topic".to_owned(),
        count: tally.count,
        topics: Vec::new(),
    };
    let private = if channel.is_private { " private" } else { "" };
    Entry {
        name: channel.name.clone(),
        link: link(&[("channel", &channel.name)]),
        class: format!("{}{private}", color(channel.id.0)),
        count,
        is_current: matches!(view, View::Channel(id) if *id == channel.id),
        topics: topics.into_iter().map(topic).collect(),
    }
}
