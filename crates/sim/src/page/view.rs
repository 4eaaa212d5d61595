//! What of the organization is looked at, and who would write there.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ChannelId, UserId},
    messages::{Destination, Message, is_same_topic},
    organization::Organization,
    users::User,
};

/// A view as the page's address names it.
#[derive(Debug, Deserialize)]
pub(super) struct Query {
    channel: Option<String>,
    topic: Option<String>,
    /// Ids of users, with commas between.
    with: Option<String>,
}

#[derive(Debug)]
pub(super) enum View {
    All,
    Channel(ChannelId),
    Topic(ChannelId, String),
    /// Conversations in which all of these take part.
    With(BTreeSet<UserId>),
}

impl Query {
    /// What does not exist is looked at as everything.
    pub(super) fn view(&self, organization: &Organization) -> View {
        if let Some(with) = &self.with {
            let ids = with.split(',').filter_map(|id| id.parse().ok().map(UserId));
            let known: BTreeSet<_> = ids
                .filter(|id| organization.users.contains_key(id))
                .collect();
            if !known.is_empty() {
                return View::With(known);
            }
        }
        let name = self.channel.as_deref();
        let channel = name.and_then(|name| organization.channel_by_name(name));
        match (channel, &self.topic) {
            (Some(channel), Some(topic)) => View::Topic(channel.id, topic.clone()),
            (Some(channel), None) => View::Channel(channel.id),
            (None, _) => View::All,
        }
    }
}

impl View {
    pub(super) fn shows(&self, message: &Message) -> bool {
        match (self, &message.destination) {
            (Self::All, _) => true,
            (Self::Channel(channel), Destination::Channel { id, .. }) => id == channel,
            (Self::Topic(channel, wanted), Destination::Channel { id, topic }) => {
                id == channel && is_same_topic(topic, wanted)
            }
            (Self::With(wanted), Destination::Direct(people)) => wanted.is_subset(people),
            _ => false,
        }
    }
}

/// The form in which one writes as a person.
#[derive(Debug, Serialize)]
pub(super) struct Compose {
    people: Vec<Name>,
    /// All who can be mentioned or written to, bots first.
    everybody: Vec<Name>,
    channels: Vec<String>,
    channel: Option<String>,
    topic: String,
    /// To whom a direct message goes; none in a channel.
    with: Option<String>,
    with_names: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Name {
    id: u64,
    name: String,
    is_bot: bool,
    /// Whether it is in the conversation that is looked at.
    is_here: bool,
}

impl Compose {
    pub(super) fn new(organization: &Organization, view: &View) -> Self {
        let here = |id: UserId| matches!(view, View::With(people) if people.contains(&id));
        let name = |user: &User| Name {
            id: user.id.0,
            name: user.full_name.clone(),
            is_bot: user.is_bot(),
            is_here: here(user.id),
        };
        let users = organization.users.values();
        let active = users.filter(|user| user.is_active && user.id != organization.notifier);
        let (bots, people): (Vec<&User>, Vec<&User>) = active.partition(|user| user.is_bot());
        let channels = organization.channels.values();
        let open = channels.filter(|channel| !channel.is_archived);
        let name_of = |id: &ChannelId| organization.channels.get(id).map(|it| it.name.clone());
        let (channel, topic) = match view {
            View::Topic(id, topic) => (name_of(id), topic.clone()),
            View::Channel(id) => (name_of(id), String::new()),
            _ => (None, String::new()),
        };
        let (with, with_names) = match view {
            View::With(ids) => (Some(joined(ids)), names(organization, ids)),
            _ => (None, String::new()),
        };
        Self {
            people: people.iter().map(|user| name(user)).collect(),
            everybody: bots.iter().chain(&people).map(|user| name(user)).collect(),
            channels: open.map(|channel| channel.name.clone()).collect(),
            channel,
            topic,
            with,
            with_names,
        }
    }
}

/// The ids with commas between, as an address has them.
pub(super) fn joined(ids: &BTreeSet<UserId>) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    ids.join(",")
}

pub(super) fn names(organization: &Organization, ids: &BTreeSet<UserId>) -> String {
    let users = ids.iter().filter_map(|id| organization.users.get(id));
    let names: Vec<&str> = users.map(|user| user.full_name.as_str()).collect();
    names.join(", ")
}

/// The address of a view.
pub(super) fn link(parts: &[(&str, &str)]) -> String {
    let encode =
        |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    format!("/?{}", parts.join("&"))
}

/// Channels and people are told apart by so many colours, which are classes of the style sheet.
const COLORS: u64 = 8;

pub(super) fn color(id: u64) -> String {
    format!("color-{}", id % COLORS)
}
