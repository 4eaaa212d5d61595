//! Links and their targets.

use std::fmt::Write as _;

use crate::escape::{self, clean};

/// Builds `[label](url)`. A link with an empty label shows its URL.
///
/// A URL whose scheme is not `http`, `https` or `mailto` makes no link: the label, and the URL in parentheses, stand
/// there as text. Addresses within the same server (`/user_uploads/…`, `#narrow/…`) are links.
///
/// ```
/// use zulipkit_markup::link;
///
/// assert_eq!(link("a [b]", "https://e.com/x y"), "[a &#91;b&#93;](https://e.com/x%20y)");
/// assert_eq!(link("click", "javascript:alert(1)"), "click (javascript:alert(1))");
/// ```
pub fn link(label: &str, target: &str) -> String {
    if is_blank(target) {
        return escape::inline(label);
    }
    if !may_link(target) {
        return as_text(&escape::inline(label), target);
    }
    let label = if is_blank(label) { target } else { label };
    format!("[{}]({})", escape::label(label), url(target))
}

/// Percent-encodes what a link's target may not hold.
///
/// Backticks, `***`, `$$`, `@**…**` and `<time:…>` in a target are read before the link is; brackets, quotation marks
/// and blanks end it. What is percent-encoded already stays so.
///
/// ```
/// assert_eq!(zulipkit_markup::url("https://e.com/a_(b)?c=é"), "https://e.com/a_%28b%29?c=%C3%A9");
/// ```
pub fn url(text: &str) -> String {
    let kept: String = text.chars().filter(|&c| !clean::is_dropped(c)).collect();
    let text = kept.trim();
    let (host, rest) = text.split_at(ipv6_host(text));
    host.to_owned() + &encode(rest)
}

/// Writes a link that may not be one as text.
pub(crate) fn as_text(label: &str, target: &str) -> String {
    let target = escape::inline(target);
    if label.is_empty() {
        format!("({target})")
    } else {
        format!("{label} ({target})")
    }
}

/// Returns whether a target from outside may be linked.
pub(crate) fn may_link(target: &str) -> bool {
    let target: String = target.chars().filter(|&c| !clean::is_dropped(c)).collect();
    let target = target.trim();
    let within = target.starts_with('#') || (target.starts_with('/') && !target.starts_with("//"));
    within
        || target.split_once(':').is_some_and(|(scheme, _)| {
            ["http", "https", "mailto"]
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known))
        })
}

/// Percent-encodes a part of a target. Any character may stand before and after the part.
pub(crate) fn encode(part: &str) -> String {
    let chars: Vec<char> = part.chars().filter(|&c| !clean::is_dropped(c)).collect();
    let mut out = String::with_capacity(part.len() + 16);
    for (i, &c) in chars.iter().enumerate() {
        let rest = &chars[i + 1..];
        match c {
            '%' if !is_encoded(rest) => out.push_str("%25"),
            '&' if begins_reference(rest) => out.push_str("&amp;"),
            c if must_encode(c) => percent_encode(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

fn is_blank(text: &str) -> bool {
    clean::one_line(text).trim().is_empty()
}

fn must_encode(c: char) -> bool {
    c.is_whitespace()
        || !c.is_ascii()
        || matches!(
            c,
            '"' | '\''
                | '('
                | ')'
                | '<'
                | '>'
                | '['
                | ']'
                | '\\'
                | '^'
                | '{'
                | '}'
                | '|'
                | '*'
                | '$'
                | '~'
                | '`'
        )
}

fn percent_encode(out: &mut String, c: char) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        // Writing to a string cannot fail.
        let _ = write!(out, "%{byte:02X}");
    }
}

/// Returns whether these characters make an encoded one of a `%` before them.
fn is_encoded(rest: &[char]) -> bool {
    matches!(rest, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

/// Returns whether these characters make a reference of a `&` before them, or may do so with what follows the part.
fn begins_reference(rest: &[char]) -> bool {
    let name = rest.strip_prefix(&['#']).unwrap_or(rest);
    let end = name.iter().position(|c| !c.is_ascii_alphanumeric());
    match end.map(|end| (end, name[end])) {
        Some((end, c)) => c == ';' && (end > 0 || rest.len() > name.len()),
        None => true,
    }
}

/// Returns the length of `scheme://[IPv6]` at the start of a URL, the one place where brackets are right.
fn ipv6_host(text: &str) -> usize {
    let Some((scheme, rest)) = text.split_once("://[") else {
        return 0;
    };
    let address = rest.find(']').map(|end| &rest[..end]);
    let is_scheme = !scheme.is_empty()
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    match address {
        Some(address)
            if is_scheme
                && address
                    .chars()
                    .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.')) =>
        {
            scheme.len() + "://[".len() + address.len() + "]".len()
        }
        _ => 0,
    }
}
