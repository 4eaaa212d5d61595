//! The messages: topics and conversations, the one with the newest message first.

use std::{cmp::Reverse, collections::HashMap, sync::LazyLock};

use regex::Regex;
use serde::Serialize;

use super::{
    emoji,
    view::{View, color, joined, link, names},
};
use crate::{
    messages::{Destination, Message, reactions::Reaction},
    organization::Organization,
};

/// What a page shows at most: more would only be scrolled past.
const MAX_TOPICS: usize = 30;
const MAX_MESSAGES: usize = 20;
/// Of a topic or conversation that is looked at alone.
const MAX_ALONE: usize = 200;

/// The messages that are looked at, by topic and conversation.
#[derive(Debug, Serialize)]
pub(super) struct Feed {
    /// Whether it is one topic or conversation alone, which is read downwards.
    is_single: bool,
    topics: Vec<Topic>,
}

/// A topic of a channel, or a conversation.
#[derive(Debug, Serialize)]
struct Topic {
    place: String,
    link: String,
    topic_link: String,
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

impl Feed {
    pub(super) fn new(organization: &Organization, view: &View) -> Self {
        let is_single = matches!(view, View::Topic(..) | View::With(_));
        let most = if is_single { MAX_ALONE } else { MAX_MESSAGES };
        let mut topics = by_place(organization, view);
        topics.truncate(MAX_TOPICS);
        let topics = topics
            .iter()
            .filter_map(|messages| Topic::new(organization, messages, most));
        Self {
            is_single,
            topics: topics.collect(),
        }
    }
}

/// The messages of each topic and conversation, the place with the newest message first.
fn by_place<'a>(organization: &'a Organization, view: &View) -> Vec<Vec<&'a Message>> {
    let mut places: HashMap<String, Vec<&Message>> = HashMap::new();
    for message in organization
        .messages
        .values()
        .filter(|message| view.shows(message))
    {
        let place = match &message.destination {
            Destination::Channel { id, topic } => format!("{id} {}", topic.to_lowercase()),
            Destination::Direct(people) => format!("with {}", joined(people)),
        };
        places.entry(place).or_default().push(message);
    }
    let mut places: Vec<_> = places.into_values().collect();
    places.sort_by_key(|messages| Reverse(messages.last().map(|message| message.id)));
    places
}

impl Topic {
    fn new(organization: &Organization, messages: &[&Message], most: usize) -> Option<Self> {
        let newest = messages.last()?;
        let (place, link, topic_link, name, class) = match &newest.destination {
            Destination::Channel { id, topic } => {
                let channel = &organization.channels.get(id)?.name;
                (
                    channel.clone(),
                    link(&[("channel", channel)]),
                    link(&[("channel", channel), ("topic", topic)]),
                    topic.clone(),
                    color(id.0),
                )
            }
            Destination::Direct(people) => {
                let here = link(&[("with", &joined(people))]);
                (
                    "direct".to_owned(),
                    here.clone(),
                    here,
                    names(organization, people),
                    "direct".to_owned(),
                )
            }
        };
        let hidden = messages.len().saturating_sub(most);
        let shown = messages
            .iter()
            .skip(hidden)
            .map(|message| Shown::new(organization, message));
        Some(Self {
            place,
            link,
            topic_link,
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
            html: with_classes(&emoji::with_characters(&message.rendered)),
            reactions: count(&message.reactions),
        }
    }
}

/// The HTML with the alignment of table cells as classes: the content security policy lets no style stand in it.
fn with_classes(html: &str) -> String {
    static CELL: LazyLock<Regex> = LazyLock::new(|| {
        let cell = r#"<(td|th) style="text-align: (left|center|right);">"#;
        Regex::new(cell).expect("the expression is constant")
    });
    CELL.replace_all(html, r#"<$1 class="$2">"#).into_owned()
}

/// Each emoji with the number of those who reacted with it, in the order in which they came.
fn count(reactions: &[Reaction]) -> Vec<Counted> {
    let mut counted: Vec<Counted> = Vec::new();
    for reaction in reactions {
        let character = Some(&reaction.code).filter(|_| reaction.kind == "unicode_emoji");
        let character = character.and_then(|code| emoji::characters(code));
        let emoji = character.unwrap_or_else(|| format!(":{}:", reaction.name));
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

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect()
}
