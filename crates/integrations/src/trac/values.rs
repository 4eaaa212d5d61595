//! Single values, made fit to be shown.

use super::facts::{Author, Resource};
use super::said;
use crate::People;
use crate::vcs::{LONGEST, RESERVED};
use percent_encoding::utf8_percent_encode;

/// Returns as much of a long text as is kept; blanks alone are no text.
pub(super) fn beginning(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    if text.trim().is_empty() {
        return String::new();
    }
    text.chars().take(LONGEST).collect()
}

/// Returns the value of a ticket's field.
pub(super) fn field(value: Option<&str>) -> String {
    // Trac's word for the owner of a component, which it replaces only when a form is sent.
    beginning(value.filter(|value| *value != "< default >"))
}

/// Returns a text, or words that say that there is none.
pub(super) fn or_placeholder(text: &str, placeholder: &str) -> String {
    match text.trim() {
        "" => placeholder.to_owned(),
        text => text.to_owned(),
    }
}

/// Returns an address that leads somewhere: Trac has none with a host where `base_url` is not set.
pub(super) fn link(url: &str) -> Option<String> {
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}

/// Splits a list of keywords or of people.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split([',', ';', ' ', '\t', '\n', '\r']);
    let filled = words.filter(|word| !word.is_empty());
    filled.map(str::to_owned).collect()
}

/// Writes a number of bytes for people.
pub(super) fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut size = bytes as f64 / 1000.0;
    let mut unit = 0;
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// Returns who did it. Trac lets anybody without an account write `Ada <ada@example.com>`; no address is shown in full.
pub(super) fn author(said: &said::Author, people: &People) -> Author {
    let known = said
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let written = said.username.trim();
    let name = known.map_or_else(|| without_address(written), str::to_owned);
    let user_id = people.user_id(written);
    let email = said.email.as_deref().or_else(|| address(written));
    Author {
        name,
        username: written.to_owned(),
        user_id: user_id.or_else(|| people.user_id(email.unwrap_or_default())),
    }
}

/// Returns the address of `Ada <ada@example.com>`, or of an address alone.
fn address(written: &str) -> Option<&str> {
    let inner = written
        .split_once('<')
        .and_then(|(_, rest)| Some(rest.split_once('>')?.0));
    inner.or(written.contains('@').then_some(written))
}

fn without_address(written: &str) -> String {
    let name = written
        .split_once('<')
        .map_or(written, |(name, _)| name)
        .trim();
    match name.split_once('@') {
        // As Trac itself shows addresses to those who may not see them.
        Some((name, _)) => format!("{name}@…"),
        None => or_placeholder(name, "anonymous"),
    }
}

impl Resource {
    /// Returns its web page.
    pub fn url(&self) -> Option<String> {
        let base = self.base_url.as_deref()?.trim_end_matches('/');
        let id = utf8_percent_encode(&self.id, RESERVED);
        Some(format!("{base}/{}/{id}", self.realm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        let shown: Vec<String> = [0, 999, 1000, 999_949, 999_950, 5 << 40]
            .map(size_text)
            .into();
        assert_eq!(
            shown,
            [
                "0 bytes",
                "999 bytes",
                "1.0 kB",
                "999.9 kB",
                "1.0 MB",
                "5.5 TB"
            ]
        );
    }

    #[test]
    fn an_author_is_a_name_and_never_an_address() {
        let people: People = [("ADA@example.com".to_owned(), 7), ("kim".to_owned(), 8)]
            .into_iter()
            .collect();
        let shown = |username: &str, name: Option<&str>, email: Option<&str>| {
            let said = said::Author {
                username: username.to_owned(),
                name: name.map(str::to_owned),
                email: email.map(str::to_owned),
            };
            let author = author(&said, &people);
            (author.name, author.user_id)
        };
        assert_eq!(
            shown("ada", Some("Ada L."), Some("ada@example.com")),
            ("Ada L.".to_owned(), Some(7))
        );
        assert_eq!(shown("kim", Some(" "), None), ("kim".to_owned(), Some(8)));
        assert_eq!(
            shown("Ada <ada@example.com>", None, None),
            ("Ada".to_owned(), Some(7))
        );
        assert_eq!(
            shown("bo@example.com", None, None),
            ("bo@…".to_owned(), None)
        );
        assert_eq!(shown("", None, None), ("anonymous".to_owned(), None));
    }
}
