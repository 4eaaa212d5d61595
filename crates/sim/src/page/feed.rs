//! What the page shows: channels at the side, topics with their messages, the newest first.

use std::{cmp::Reverse, collections::HashMap};

use serde::Serialize;

use super::emoji;
use crate::{
    faults::Order,
    ids::ChannelId,
    messages::{Destination, Message, reactions::Reaction},
    organization::Organization,
    streams::Channel,
};

/// What a page shows at most: more would only be scrolled past.
const MAX_TOPICS: usize = 50;
const MAX_MESSAGES: usize = 50;

/// Channels and people are told apart by so many colours, which are classes of the style sheet.
const COLORS: u64 = 8;

/// All that the templates need to know.
#[derive(Debug, Serialize)]
pub(super) struct Feed {
    name: String,
    url: String,
    channels: Vec<Entry>,
    topics: Vec<Topic>,
    faults: Vec<Fault>,
}

/// A channel in the side bar, or all of them.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    link: String,
    class: String,
    count: usize,
    is_current: bool,
}

/// A topic of a channel, or a conversation.
#[derive(Debug, Serialize)]
struct Topic {
    place: String,
    link: String,
    name: String,
    class: String,
    count: usize,
    hidden: usize,
    messages: Vec<Shown>,
}

#[derive(Debug, Serialize)]
struct Shown {
    id: u64,
    sender: String,
    initials: String,
    class: String,
    is_bot: bool,
    is_edited: bool,
    time: String,
    clock: String,
    html: String,
    reactions: Vec<Counted>,
}

#[derive(Debug, Serialize)]
struct Counted {
    name: String,
    emoji: String,
    count: usize,
}

/// A fault that stands, in words.
#[derive(Debug, Serialize)]
struct Fault {
    on: String,
    fault: String,
    times: Option<u32>,
}

impl Feed {
    /// Collects what there is, or what there is in one channel.
    pub(super) fn new(organization: &Organization, only: Option<&str>, faults: &[Order]) -> Self {
        let only = only.and_then(|name| organization.channel_by_name(name));
        let only = only.map(|channel| channel.id);
        let mut topics = by_place(organization, only);
        topics.truncate(MAX_TOPICS);
        let topics = topics
            .iter()
            .filter_map(|messages| Topic::new(organization, messages));
        Self {
            name: organization.settings.name.clone(),
            url: organization.url.clone(),
            channels: entries(organization, only),
            topics: topics.collect(),
            faults: faults.iter().map(Fault::new).collect(),
        }
    }
}

fn entries(organization: &Organization, only: Option<ChannelId>) -> Vec<Entry> {
    let all = Entry {
        name: "All messages".to_owned(),
        link: "/".to_owned(),
        class: "all".to_owned(),
        count: organization.messages.len(),
        is_current: only.is_none(),
    };
    let active = organization
        .channels
        .values()
        .filter(|channel| !channel.is_archived);
    let entry = |channel: &Channel| {
        let inside = |message: &&Message| message.channel().is_some_and(|(id, _)| id == channel.id);
        Entry {
            name: channel.name.clone(),
            link: link(channel),
            class: format!(
                "{}{}",
                color(channel.id.0),
                if channel.is_private { " private" } else { "" }
            ),
            count: organization.messages.values().filter(inside).count(),
            is_current: only == Some(channel.id),
        }
    };
    [all].into_iter().chain(active.map(entry)).collect()
}

/// The messages of each topic and conversation, the place with the newest message first.
fn by_place(organization: &Organization, only: Option<ChannelId>) -> Vec<Vec<&Message>> {
    let mut places: HashMap<String, Vec<&Message>> = HashMap::new();
    for message in organization.messages.values() {
        let place = match &message.destination {
            Destination::Channel { id, .. } if only.is_some_and(|only| only != *id) => continue,
            Destination::Direct(_) if only.is_some() => continue,
            Destination::Channel { id, topic } => format!("{id} {}", topic.to_lowercase()),
            Destination::Direct(people) => format!("{people:?}"),
        };
        places.entry(place).or_default().push(message);
    }
    let mut places: Vec<_> = places.into_values().collect();
    places.sort_by_key(|messages| Reverse(messages.last().map(|message| message.id)));
    places
}

impl Topic {
    fn new(organization: &Organization, messages: &[&Message]) -> Option<Self> {
        let newest = messages.last()?;
        let (place, link, name, class) = match &newest.destination {
            Destination::Channel { id, topic } => {
                let channel = organization.channels.get(id)?;
                (
                    channel.name.clone(),
                    link(channel),
                    topic.clone(),
                    color(id.0),
                )
            }
            Destination::Direct(people) => {
                let people = people.iter().filter_map(|id| organization.users.get(id));
                let names: Vec<&str> = people.map(|user| user.full_name.as_str()).collect();
                (
                    "direct".to_owned(),
                    "/".to_owned(),
                    names.join(", "),
                    "direct".to_owned(),
                )
            }
        };
        let hidden = messages.len().saturating_sub(MAX_MESSAGES);
        let shown = messages
            .iter()
            .skip(hidden)
            .map(|message| Shown::new(organization, message));
        Some(Self {
            place,
            link,
            name,
            class,
            count: messages.len(),
            hidden,
            messages: shown.collect(),
        })
    }
}

impl Shown {
    fn new(organization: &Organization, message: &Message) -> Self {
        let sender = organization.users.get(&message.sender);
        let name = sender.map_or("", |sender| sender.full_name.as_str());
        let seconds = i64::try_from(message.timestamp).unwrap_or_default();
        let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        Self {
            id: message.id.0,
            sender: name.to_owned(),
            initials: initials(name),
            class: color(message.sender.0),
            is_bot: sender.is_some_and(|sender| sender.is_bot()),
            is_edited: !message.edits.is_empty(),
            time: time.to_string(),
            clock: time.strftime("%H:%M").to_string(),
            html: emoji::with_characters(&message.rendered),
            reactions: count(&message.reactions),
        }
    }
}

/// Each emoji with the number of those who reacted with it, in the order in which they came.
fn count(reactions: &[Reaction]) -> Vec<Counted> {
    let mut counted: Vec<Counted> = Vec::new();
    for reaction in reactions {
        let emoji = emoji::characters(&reaction.code).unwrap_or_else(|| reaction.name.clone());
        match counted.iter_mut().find(|known| known.emoji == emoji) {
            Some(known) => known.count += 1,
            None => counted.push(Counted {
                name: reaction.name.clone(),
                emoji,
                count: 1,
            }),
        }
    }
    counted
}

impl Fault {
    fn new(order: &Order) -> Self {
        let fault = serde_json::to_string(&order.fault).unwrap_or_default();
        Self {
            on: order.on.clone(),
            fault,
            times: order.times,
        }
    }
}

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect()
}

fn color(id: u64) -> String {
    format!("color-{}", id % COLORS)
}

fn link(channel: &Channel) -> String {
    let name =
        percent_encoding::utf8_percent_encode(&channel.name, percent_encoding::NON_ALPHANUMERIC);
    format!("/?channel={name}")
}
