//! Linkifiers: an organisation's own patterns, such as `#123` for its issues, that become links.

use regex::Regex;

use super::autolink::BEFORE;
use super::{Edit, Reader, stands_after, url};

/// A pattern that becomes a link.
#[derive(Debug, Clone)]
pub struct Linkifier {
    pattern: Regex,
    template: String,
}

impl Linkifier {
    /// Builds a linkifier from a pattern with named groups, and a URL template that names them in
    /// braces.
    ///
    /// # Errors
    ///
    /// Returns the error of the pattern, if it is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use zulipkit_sim::render::Linkifier;
    ///
    /// Linkifier::new("#(?P<id>[0-9]+)", "https://example.com/issues/{id}").unwrap();
    /// ```
    pub fn new(pattern: &str, template: &str) -> Result<Self, regex::Error> {
        Ok(Self {
            pattern: Regex::new(pattern)?,
            template: template.to_owned(),
        })
    }

    /// Finds where it matches in a text that has no other markup: place, text and URL.
    pub(crate) fn links_in(&self, text: &str) -> Vec<(usize, String, String)> {
        let found = self.pattern.captures_iter(text);
        let link = |found: regex::Captures<'_>| {
            let place = found.get_match();
            (place.start(), place.as_str().to_owned(), self.url(&found))
        };
        found
            .map(link)
            .filter(|(_, text, _)| !text.is_empty())
            .collect()
    }

    fn url(&self, found: &regex::Captures<'_>) -> String {
        let mut url = self.template.clone();
        for name in self.pattern.capture_names().flatten() {
            let value = found.name(name).map_or("", |group| group.as_str());
            url = url.replace(&format!("{{{name}}}"), value);
        }
        url
    }
}

/// Finds what the organisation's linkifiers match, after white space or punctuation and before no
/// letter or digit.
pub(super) fn links(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut text = text.to_owned();
    for linkifier in reader.directory.linkifiers() {
        let mut edit = Edit::new(&text);
        for found in linkifier.pattern.captures_iter(&text) {
            let place = found.get_match();
            let stands_apart = stands_after(&text, place.start(), BEFORE)
                && text[place.end()..]
                    .chars()
                    .next()
                    .is_none_or(|c| !c.is_alphanumeric());
            let target =
                url::sanitize(&linkifier.url(&found)).filter(|_| stands_apart && !place.is_empty());
            if let Some(target) = target {
                let mark = url::put_link(reader, &target, None, place.as_str());
                edit.replace(place.range(), &mark);
            }
        }
        text = edit.finish();
    }
    text
}
