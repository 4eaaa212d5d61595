//! Links to channels and topics by name.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Edit, Reader, mention, stands_after};
use crate::render::html;
use crate::render::stash::Kind;

static TOPIC: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#\*\*([^*>]+)>([^*]+)\*\*").expect("a valid expression"));
static CHANNEL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#\*\*([^*]+)\*\*").expect("a valid expression"));

/// Finds `#**channel>topic**`.
pub(super) fn topics(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    each(reader, text, &TOPIC, |reader, found| {
        let (id, channel) = reader.directory.channel(&found[1])?;
        let topic = &found[2];
        let url = format!(
            "/#narrow/channel/{}/topic/{}",
            slug(id, &channel),
            encode(topic)
        );
        Some(put(
            reader,
            "stream-topic",
            id,
            &url,
            &format!("#{channel} > {topic}"),
        ))
    })
}

/// Finds `#**channel**`.
pub(super) fn channels(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    each(reader, text, &CHANNEL, |reader, found| {
        let (id, channel) = reader.directory.channel(&found[1])?;
        let url = format!("/#narrow/channel/{}", slug(id, &channel));
        Some(put(reader, "stream", id, &url, &format!("#{channel}")))
    })
}

fn each<'r>(
    reader: &mut Reader<'r>,
    text: &str,
    expression: &Regex,
    link: fn(&mut Reader<'r>, &Captures<'_>) -> Option<String>,
) -> String {
    let mut edit = Edit::new(text);
    let mut from = 0;
    while let Some(found) = expression.captures_at(text, from) {
        let place = found.get_match();
        if !stands_after(text, place.start(), mention::BEFORE) {
            from = place.start() + 1;
            continue;
        }
        from = place.end();
        if let Some(mark) = link(reader, &found) {
            edit.replace(place.range(), &mark);
        }
    }
    edit.finish()
}

fn put(reader: &mut Reader<'_>, class: &str, id: u64, url: &str, label: &str) -> String {
    let url = html::attribute(url);
    let open = format!(r#"<a class="{class}" data-stream-id="{id}" href="{url}">"#);
    reader.stash.put_element(Kind::Atomic, open, label, "</a>")
}

/// A channel as the fragment of a URL names it.
pub(crate) fn slug(id: u64, channel: &str) -> String {
    format!("{id}-{}", encode(&channel.replace(' ', "-")))
}

/// Encodes a name for the fragment of a URL: percent-encoding, but with a dot for the percent sign.
pub(crate) fn encode(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, ".{byte:02X}");
            }
        }
    }
    encoded
}
