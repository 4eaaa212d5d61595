//! What a plugin inside of a product says to `zulipkit NAME event`: events as JSON, one after the other.
//!
//! ```json
//! {"protocol": 1, "kind": "ticket_created", "time": "2026-03-01T12:00:00Z", "facts": {"id": 7}}
//! ```
//!
//! Plugin and binary are updated apart. So what an older binary does not know in the facts is ignored, a kind that it does
//! not know is a warning, and the protocol's number rises only when a newer plugin could be misunderstood.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zulipkit_diag::{Diagnostic, Result};

/// The newest protocol that this program understands.
pub const PROTOCOL: u32 = 1;

/// One event, as a plugin said it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Said {
    /// The protocol that the plugin speaks.
    #[serde(default = "oldest")]
    pub protocol: u32,
    /// What kind of thing happened. The integration knows the kinds.
    pub kind: String,
    /// When it happened; without it, now.
    pub time: Option<Timestamp>,
    /// What the plugin knows about it.
    #[serde(default)]
    facts: Value,
}

fn oldest() -> u32 {
    1
}

impl Said {
    /// Returns when it happened.
    pub fn happened(&self, now: Timestamp) -> Timestamp {
        self.time.unwrap_or(now)
    }

    /// Reads the facts as those of an integration's kind.
    ///
    /// # Errors
    /// If one is missing or of another type.
    pub fn facts<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.facts).map_err(|error| {
            Diagnostic::failed(format!("cannot read the facts of an event `{}`", self.kind))
                .cause(error)
                .hint("plugin and zulipkit may be of very different ages; update both")
        })
    }

    /// Says that this program knows no such kind.
    pub fn unknown_kind(&self) -> Diagnostic {
        Diagnostic::failed(format!("cannot tell of an event `{}`", self.kind))
            .cause("this version of zulipkit does not know the kind")
            .hint("update zulipkit: the plugin is newer")
    }
}

/// Reads what a plugin wrote. An event that cannot be read is a warning, and keeps no other from being told.
pub fn read(input: &[u8]) -> (Vec<Said>, Vec<Diagnostic>) {
    let (mut said, mut warnings) = (Vec::new(), Vec::new());
    let mut rest = input;
    while !rest.trim_ascii().is_empty() {
        let mut events = serde_json::Deserializer::from_slice(rest).into_iter::<Said>();
        match events.next() {
            None => break,
            Some(Ok(event)) if event.protocol > PROTOCOL => warnings.push(too_new(event.protocol)),
            Some(Ok(event)) => said.push(event),
            Some(Err(error)) => {
                warnings.push(
                    Diagnostic::failed("cannot read an event from standard input").cause(error),
                );
                // The next event begins on a line of its own.
                let at = events.byte_offset();
                let line = rest[at..].iter().position(|byte| *byte == b'\n');
                rest = line.map_or(&[], |line| &rest[at + line + 1..]);
                continue;
            }
        }
        rest = &rest[events.byte_offset()..];
    }
    (said, warnings)
}

fn too_new(protocol: u32) -> Diagnostic {
    Diagnostic::failed("cannot understand what the plugin says")
        .cause(format!(
            "it speaks protocol {protocol}, and this zulipkit knows {PROTOCOL}"
        ))
        .hint("update zulipkit: the plugin is newer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Build {
        number: u64,
    }

    fn read_text(input: &str) -> (Vec<String>, usize) {
        let (said, warnings) = read(input.as_bytes());
        (
            said.into_iter().map(|said| said.kind).collect(),
            warnings.len(),
        )
    }

    #[test]
    fn events_stand_on_lines_or_over_several() {
        assert_eq!(read_text(""), (vec![], 0));
        assert_eq!(
            read_text("{\"kind\": \"a\"}\n\n{\"kind\": \"b\", \"new\": 1}{\n \"kind\":\n \"c\"}\n")
                .0,
            ["a", "b", "c"]
        );
    }

    #[test]
    fn one_that_cannot_be_read_keeps_no_other_back() {
        let input = "{\"kind\": \"a\"}\n{\"kind\n{\"kind\": 7}\nnonsense\n{\"kind\": \"b\"}";
        assert_eq!(read_text(input), (vec!["a".to_owned(), "b".to_owned()], 3));
        assert_eq!(read_text("{\"kind\": \"a\", \"protocol\": 2}"), (vec![], 1));
        assert_eq!(read(b"{\"kind\": \"\xff\"}").1.len(), 1);
        assert_eq!(read(&b"[".repeat(100_000)).1.len(), 1);
    }

    #[test]
    fn facts_may_have_more_than_is_known_and_must_have_what_is_needed() {
        let (said, _) = read(
            b"{\"kind\": \"a\", \"time\": \"2026-03-01T12:00:00Z\", \"facts\": {\"number\": 7, \"more\": []}}
              {\"kind\": \"a\"}",
        );
        assert_eq!(said[0].facts::<Build>().unwrap(), Build { number: 7 });
        assert_eq!(
            said[0].happened(Timestamp::UNIX_EPOCH).to_string(),
            "2026-03-01T12:00:00Z"
        );
        assert_eq!(
            said[1].happened(Timestamp::UNIX_EPOCH),
            Timestamp::UNIX_EPOCH
        );
        let error = said[1].facts::<Build>().unwrap_err();
        assert_eq!(
            error.one_line(),
            "cannot read the facts of an event `a`: invalid type: null, expected struct Build; plugin and zulipkit may be of very different ages; update both"
        );
    }
}
