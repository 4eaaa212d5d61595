//! Reads one revision as `svn log --xml` prints it, which is UTF-8 whatever the locale, but for messages that are none.

use std::io::{self, BufRead};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::vcs::LONGEST;

/// What the log says of a revision.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) author: Option<String>,
    pub(super) date: Option<String>,
    /// The beginning of the log message.
    pub(super) message: String,
    pub(super) paths: Vec<ChangedPath>,
}

/// A path of the log, as it stands there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ChangedPath {
    /// With a slash in front.
    pub(super) path: String,
    /// `A`, `M`, `D` or `R`.
    pub(super) action: String,
    pub(super) folder: bool,
    pub(super) properties: bool,
    /// The path and the revision.
    pub(super) copied_from: Option<(String, String)>,
}

/// Reads the first entry; none if there is none.
pub(super) fn read(input: impl BufRead) -> io::Result<Option<Entry>> {
    let mut reader = Reader::from_reader(input);
    let mut entry = None;
    let mut buffer = Vec::new();
    let mut text = String::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        match event.map_err(io::Error::other)? {
            Event::Start(tag) => {
                text.clear();
                match (tag.name().as_ref(), &mut entry) {
                    ("logentry", entry) => *entry = Some(Entry::default()),
                    ("path", Some(entry)) => entry.paths.push(changed_path(&tag)?),
                    _ => {}
                }
            }
            Event::Text(piece) => push(&mut text, &piece),
            Event::GeneralRef(reference) => push(&mut text, &referred(&reference)),
            Event::End(tag) => {
                if let Some(entry) = &mut entry {
                    entry.take(tag.name().as_ref(), std::mem::take(&mut text));
                }
            }
            Event::Eof => return Ok(entry),
            _ => {}
        }
    }
}

impl Entry {
    fn take(&mut self, element: &str, text: String) {
        match element {
            "author" => self.author = Some(text),
            "date" => self.date = Some(text),
            "msg" => self.message = text,
            "path" => {
                if let Some(path) = self.paths.last_mut() {
                    path.path = text;
                }
            }
            _ => {}
        }
    }
}

/// Adds to a text no more than is kept.
fn push(text: &mut String, piece: &str) {
    let room = LONGEST.saturating_sub(text.len());
    text.push_str(&piece[..piece.floor_char_boundary(room)]);
}

/// Returns what an entity or a character reference stands for.
fn referred(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name: &str = reference;
    quick_xml::escape::resolve_xml_entity(name).map_or_else(|| format!("&{name};"), str::to_owned)
}

fn changed_path(tag: &BytesStart<'_>) -> io::Result<ChangedPath> {
    let mut path = ChangedPath::default();
    let (mut from, mut revision) = (None, None);
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(io::Error::other)?;
        let value = quick_xml::escape::unescape(&attribute.value)
            .map_err(io::Error::other)?
            .into_owned();
        match attribute.key.as_ref() {
            "action" => path.action = value,
            "kind" => path.folder = value == "dir",
            "prop-mods" => path.properties = value == "true",
            "copyfrom-path" => from = Some(value),
            "copyfrom-rev" => revision = Some(value),
            _ => {}
        }
    }
    path.copied_from = from.zip(revision);
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log>
<logentry
   revision="4">
<author>ada</author>
<date>2026-03-01T12:00:00.000000Z</date>
<paths>
<path
   action="A"
   prop-mods="true"
   text-mods="false"
   kind="dir"
   copyfrom-path="/trunk/a &amp; b"
   copyfrom-rev="3">/branches/x &lt;y&gt;</path>
</paths>
<msg>naïve &lt;fix&gt; &amp; &#13;
second</msg>
</logentry>
</log>"#;

    #[test]
    fn reads_an_entry() {
        let entry = read(LOG.as_bytes()).unwrap().unwrap();
        assert_eq!(entry.author.as_deref(), Some("ada"));
        assert_eq!(entry.message, "naïve <fix> & \r\nsecond");
        assert_eq!(
            entry.paths,
            [ChangedPath {
                path: "/branches/x <y>".to_owned(),
                action: "A".to_owned(),
                folder: true,
                properties: true,
                copied_from: Some(("/trunk/a & b".to_owned(), "3".to_owned())),
            }]
        );
    }

    #[test]
    fn long_messages_are_cut_and_no_entry_is_none() {
        let log = format!(
            "<log><logentry><msg>{}</msg></logentry></log>",
            "ß".repeat(1 << 20)
        );
        let entry = read(log.as_bytes()).unwrap().unwrap();
        assert_eq!(entry.message.len(), LONGEST);
        assert_eq!(read(&b"<log></log>"[..]).unwrap(), None);
    }
}
