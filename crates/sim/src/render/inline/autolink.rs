//! Links without any markup: URLs, bare domains, e-mail addresses and Bitcoin addresses.

use super::{Edit, Reader, domain, stands_after, url};
use crate::render::source::{is_space, is_word};

/// The characters after which a link may begin, besides white space.
pub(super) const BEFORE: &str = "'\"(,:<";

/// The punctuation that may stand between a link and the white space after it.
const AFTER: &str = "!:;?),.'\">";

/// How deeply parentheses in a path may nest.
const MAX_PARENTHESES: usize = 7;

/// Finds links.
pub(super) fn links(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    let mut word = 0..0;
    let mut body = 0;
    for (start, c) in text.char_indices() {
        if start >= word.end && !is_space(c) {
            let length = text[start..].find(is_space).unwrap_or(text.len() - start);
            word = start..start + length;
            body = text[..word.end]
                .trim_end_matches(|c| AFTER.contains(c))
                .len();
        }
        if start < edit.done || !is_name(c) || !stands_after(text, start, BEFORE) {
            continue;
        }
        let token = Token {
            text: &text[start..word.end],
            body: body.saturating_sub(start),
        };
        let end = token
            .web()
            .or_else(|| token.domain())
            .or_else(|| token.email())
            .or_else(|| token.bitcoin());
        let Some(link) = end.map(|end| &token.text[..end]) else {
            continue;
        };
        // A formula or code span in a URL is shown in the label alone.
        if let Some(target) = url::sanitize(&reader.stash.plain(link)) {
            let mark = url::put_link(reader, &target, None, link);
            edit.replace(start..start + link.len(), &mark);
        }
    }
    edit.finish()
}

/// A text up to the next white space, at whose start a link may be.
struct Token<'a> {
    text: &'a str,
    /// From here on there is nothing but punctuation; a link ends here or later.
    body: usize,
}

impl Token<'_> {
    /// Returns the end of a URL with the scheme `http` or `https`. Its host may be anything.
    fn web(&self) -> Option<usize> {
        let rest = self
            .text
            .strip_prefix("https://")
            .or_else(|| self.text.strip_prefix("http://"))?;
        let start = self.text.len() - rest.len();
        let host = run(rest, |c| is_word(c) || ".:@-".contains(c));
        let host_end = start + host.len();
        if host.is_empty() {
            return None;
        }
        // As little as possible is taken, but one character at least.
        let first = host.chars().next().map_or(0, char::len_utf8);
        if self.body <= host_end {
            return Some(self.body.max(start + first));
        }
        self.path(host_end)
    }

    /// Returns the end of a bare domain, with a path if one follows.
    fn domain(&self) -> Option<usize> {
        let name = run(self.text, is_name);
        let domain = name.trim_end_matches('.');
        if !domain::is_domain(domain) {
            return None;
        }
        if self.body <= domain.len() {
            return Some(domain.len());
        }
        self.path(domain.len())
    }

    fn email(&self) -> Option<usize> {
        let name = run(self.text, is_name);
        let host = run(self.text[name.len()..].strip_prefix('@')?, is_name).trim_end_matches('.');
        let (rest, last) = host.rsplit_once('.')?;
        let end = name.len() + 1 + host.len();
        (!name.is_empty() && !rest.is_empty() && last.chars().all(is_word) && self.body <= end)
            .then_some(end)
    }

    fn bitcoin(&self) -> Option<usize> {
        let scheme = "bitcoin:";
        let address = run(self.text.strip_prefix(scheme)?, |c| {
            c.is_ascii_alphanumeric() && !"lIO0".contains(c)
        });
        let is_address = address.starts_with(['1', '3']) && (26..=35).contains(&address.len());
        let end = scheme.len() + address.len();
        (is_address && self.body <= end).then_some(end)
    }

    /// Returns the first place where a path may end: its parentheses are balanced, and only
    /// punctuation follows.
    fn path(&self, start: usize) -> Option<usize> {
        let path = self.text[start..].strip_prefix('/')?;
        let mut depth = 0;
        let mut at = start + 1;
        for c in path.chars() {
            if at >= self.body && depth == 0 {
                break;
            }
            match c {
                '(' if depth < MAX_PARENTHESES => depth += 1,
                ')' if depth > 0 => depth -= 1,
                '(' | ')' | '"' => return None,
                _ => {}
            }
            at += c.len_utf8();
        }
        (depth == 0 && at >= self.body).then_some(at)
    }
}

/// Tells whether a character can be part of a domain's name or the first part of an e-mail address.
fn is_name(c: char) -> bool {
    is_word(c) || c == '.' || c == '-'
}

/// Returns the longest beginning of a text that consists of such characters.
fn run(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())]
}
