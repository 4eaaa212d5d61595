//! The page's HTML: channels at the side, topics with their messages, the newest first.

use std::collections::HashMap;

use crate::{
    faults::Order,
    ids::{ChannelId, UserId},
    messages::{Destination, Message, reactions::Reaction},
    organization::Organization,
    streams::Channel,
};

/// What a page shows at most: more would only be scrolled past.
const MAX_TOPICS: usize = 50;
const MAX_MESSAGES: usize = 50;

/// Channels and people are told apart by so many colours, which are classes of the style sheet.
const COLORS: u64 = 8;

pub(super) fn page(organization: &Organization, only: Option<&str>, faults: &[Order]) -> String {
    let name = escape(&organization.settings.name);
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} · simulated Zulip</title>
<link rel="icon" href="/sim/icon.svg">
<link rel="stylesheet" href="/sim/page.css">
<script src="/sim/page.js" defer></script>
</head>
<body>
<header class="top">
<img src="/sim/icon.svg" alt="" width="32" height="32">
<h1>{name}</h1>
<p>simulated Zulip server at <code>{url}</code></p>
<p id="live" role="status">connecting</p>
</header>
<div id="feed">
{feed}
</div>
</body>
</html>
"#,
        url = escape(&organization.url),
        feed = feed(organization, only, faults),
    )
}

/// The part that changes: side bar and topics.
pub(super) fn feed(organization: &Organization, only: Option<&str>, faults: &[Order]) -> String {
    let only = only
        .and_then(|name| organization.channel_by_name(name))
        .map(|channel| channel.id);
    let mut topics = topics(organization, only);
    topics.truncate(MAX_TOPICS);
    let shown: String = topics
        .iter()
        .map(|topic| topic.html(organization))
        .collect();
    let shown = if shown.is_empty() {
        "<p class=\"empty\">No messages yet.</p>".to_owned()
    } else {
        shown
    };
    format!(
        "<nav>\n{}{}</nav>\n<main>\n{shown}</main>",
        channels(organization, only),
        controls(faults)
    )
}

fn channels(organization: &Organization, only: Option<ChannelId>) -> String {
    let mut html = "<h2>Channels</h2>\n<ul>\n".to_owned();
    html += &entry(
        "All messages",
        "/",
        "all",
        organization.messages.len(),
        only.is_none(),
    );
    for channel in organization
        .channels
        .values()
        .filter(|channel| !channel.is_archived)
    {
        let inside = |message: &&Message| message.channel().is_some_and(|(id, _)| id == channel.id);
        let count = organization.messages.values().filter(inside).count();
        let class = format!(
            "color-{}{}",
            color(channel.id.0),
            if channel.is_private { " private" } else { "" }
        );
        html += &entry(
            &channel.name,
            &link(channel),
            &class,
            count,
            only == Some(channel.id),
        );
    }
    html + "</ul>\n"
}

fn entry(name: &str, link: &str, class: &str, count: usize, is_current: bool) -> String {
    let current = if is_current {
        " aria-current=\"page\""
    } else {
        ""
    };
    format!(
        "<li class=\"{class}\"><a href=\"{}\"{current}><span class=\"name\">{}</span> <span class=\"count\">{count}</span></a></li>\n",
        escape(link),
        escape(name)
    )
}

/// Buttons that order faults: what each sends stands in it.
fn controls(faults: &[Order]) -> String {
    const BUTTONS: &[(&str, &str)] = &[
        ("502 from a proxy", r#"{"on": "*", "fault": {"html": 502}}"#),
        ("No answer at all", r#"{"on": "*", "fault": "hang"}"#),
        (
            "Lose the next answer",
            r#"{"on": "POST /messages", "fault": "drop_after_storing", "times": 1}"#,
        ),
        (
            "429 for the next",
            r#"{"on": "*", "fault": {"rate_limited": {"seconds": 5.5, "form": "fraction"}}, "times": 1}"#,
        ),
    ];
    let mut html = "<h2>Faults</h2>\n<div class=\"controls\">\n".to_owned();
    for (label, order) in BUTTONS {
        html += &format!(
            "<button type=\"button\" data-order=\"{}\">{label}</button>\n",
            escape(order)
        );
    }
    html += "<button type=\"button\" data-clear>Well again</button>\n</div>\n";
    for order in faults {
        let times = order
            .times
            .map_or_else(String::new, |times| format!(" × {times}"));
        let fault = serde_json::to_string(&order.fault).unwrap_or_default();
        html += &format!(
            "<p class=\"fault\"><code>{}</code> {}{times}</p>\n",
            escape(&order.on),
            escape(&fault)
        );
    }
    html
}

/// Messages of one place, the oldest first.
struct Topic<'a> {
    messages: Vec<&'a Message>,
}

/// The topics and conversations, the one with the newest message first.
fn topics(organization: &Organization, only: Option<ChannelId>) -> Vec<Topic<'_>> {
    let mut places: HashMap<String, Topic<'_>> = HashMap::new();
    for message in organization.messages.values() {
        let place = match &message.destination {
            Destination::Channel { id, .. } if only.is_some_and(|only| only != *id) => continue,
            Destination::Direct(_) if only.is_some() => continue,
            Destination::Channel { id, topic } => format!("{id} {}", topic.to_lowercase()),
            Destination::Direct(people) => format!("{people:?}"),
        };
        places
            .entry(place)
            .or_insert_with(|| Topic {
                messages: Vec::new(),
            })
            .messages
            .push(message);
    }
    let mut topics: Vec<Topic<'_>> = places.into_values().collect();
    topics.sort_by_key(|topic| std::cmp::Reverse(topic.messages.last().map(|message| message.id)));
    topics
}

impl Topic<'_> {
    fn html(&self, organization: &Organization) -> String {
        let Some(newest) = self.messages.last() else {
            return String::new();
        };
        let (class, heading) = match &newest.destination {
            Destination::Channel { id, topic } => {
                let channel = organization.channels.get(id);
                let (name, link) = channel
                    .map(|channel| (channel.name.as_str(), link(channel)))
                    .unwrap_or_default();
                let place = format!(
                    "<a class=\"place\" href=\"{}\">{}</a>",
                    escape(&link),
                    escape(name)
                );
                (
                    format!("color-{}", color(id.0)),
                    format!("{place} <h3>{}</h3>", escape(topic)),
                )
            }
            Destination::Direct(people) => {
                let names: Vec<&str> = people
                    .iter()
                    .filter_map(|id| organization.users.get(id))
                    .map(|user| user.full_name.as_str())
                    .collect();
                (
                    "direct".to_owned(),
                    format!(
                        "<span class=\"place\">direct</span> <h3>{}</h3>",
                        escape(&names.join(", "))
                    ),
                )
            }
        };
        let count = match self.messages.len() {
            1 => "1 message".to_owned(),
            count => format!("{count} messages"),
        };
        let hidden = self.messages.len().saturating_sub(MAX_MESSAGES);
        let messages: String = self
            .messages
            .iter()
            .skip(hidden)
            .map(|message| show(organization, message))
            .collect();
        let more = if hidden > 0 {
            format!("<p class=\"more\">{hidden} older ones are not shown</p>\n")
        } else {
            String::new()
        };
        format!(
            "<article class=\"{class}\">\n<header>{heading} <span class=\"count\">{count}</span></header>\n{more}{messages}</article>\n"
        )
    }
}

fn show(organization: &Organization, message: &Message) -> String {
    let sender = organization.users.get(&message.sender);
    let name = sender.map_or("", |sender| sender.full_name.as_str());
    let bot = if sender.is_some_and(|sender| sender.is_bot()) {
        " <span class=\"bot\">bot</span>"
    } else {
        ""
    };
    let edited = if message.edits.is_empty() {
        ""
    } else {
        " <span class=\"edited\">edited</span>"
    };
    let time = jiff::Timestamp::from_second(i64::try_from(message.timestamp).unwrap_or_default())
        .unwrap_or_default();
    format!(
        "<section class=\"message\" id=\"message-{id}\">\n\
         <span class=\"avatar color-{color}\" aria-hidden=\"true\">{initials}</span>\n\
         <p class=\"sender\"><b>{name}</b>{bot} <time datetime=\"{time}\">{clock} UTC</time>{edited}</p>\n\
         <div class=\"content\">{content}</div>\n{reactions}</section>\n",
        id = message.id,
        color = color(message.sender.0),
        initials = escape(&initials(name)),
        name = escape(name),
        clock = time.strftime("%H:%M"),
        content = message.rendered,
        reactions = reactions(&message.reactions),
    )
}

fn reactions(reactions: &[Reaction]) -> String {
    let mut counted: Vec<(&Reaction, Vec<UserId>)> = Vec::new();
    for reaction in reactions {
        match counted
            .iter_mut()
            .find(|(known, _)| known.code == reaction.code && known.kind == reaction.kind)
        {
            Some((_, users)) => users.push(reaction.user),
            None => counted.push((reaction, vec![reaction.user])),
        }
    }
    if counted.is_empty() {
        return String::new();
    }
    let shown = counted.iter().map(|(reaction, users)| {
        let (picture, name) = (picture(reaction), escape(&reaction.name));
        format!(
            "<span title=\"{name}\">{} {}</span> ",
            escape(&picture),
            users.len()
        )
    });
    format!("<p class=\"reactions\">{}</p>\n", shown.collect::<String>())
}

/// The emoji itself, where its code is one; else its name.
fn picture(reaction: &Reaction) -> String {
    let points = reaction
        .code
        .split('-')
        .map(|point| u32::from_str_radix(point, 16).ok().and_then(char::from_u32));
    points
        .collect::<Option<String>>()
        .unwrap_or_else(|| reaction.name.clone())
}

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect()
}

fn color(id: u64) -> u64 {
    id % COLORS
}

fn link(channel: &Channel) -> String {
    let name =
        percent_encoding::utf8_percent_encode(&channel.name, percent_encoding::NON_ALPHANUMERIC);
    format!("/?channel={name}")
}

/// Text as it stands in HTML, attributes too.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}
