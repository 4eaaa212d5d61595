//! What may be the target of a link.

use super::Reader;
use crate::render::html;
use crate::render::stash::Kind;

/// The schemes that a link may have. `javascript:`, `data:` and all others stay text.
const SCHEMES: &[&str] = &[
    "bitcoin", "file", "ftp", "ftps", "geo", "git", "http", "https", "irc", "ircs", "magnet",
    "mailto", "matrix", "mms", "news", "nntp", "sftp", "sip", "sms", "smsto", "ssh", "svn", "tel",
    "urn", "webcal", "xmpp",
];

/// Stashes a link whose label is settled, and returns its mark.
pub(super) fn put_link(
    reader: &mut Reader<'_>,
    target: &str,
    title: Option<&str>,
    label: &str,
) -> String {
    let target = relative(reader, target);
    let title = title
        .map(|title| format!(r#" title="{}""#, html::attribute(title)))
        .unwrap_or_default();
    let open = format!(r#"<a href="{}"{title}>"#, html::attribute(target));
    reader.stash.put_element(Kind::Atomic, open, label, "</a>")
}

/// Shortens a link to the organisation's own messages or files.
fn relative<'t>(reader: &Reader<'_>, target: &'t str) -> &'t str {
    let own = reader
        .directory
        .url()
        .and_then(|url| target.strip_prefix(url)?.strip_prefix('/'));
    own.filter(|own| own.starts_with("#narrow/") || own.starts_with("user_uploads/"))
        .unwrap_or(target)
}

/// Returns the target of a link as the server writes it: with `http://` or `mailto:` where no
/// scheme is given. Returns nothing if it may not be linked.
pub(super) fn sanitize(written: &str) -> Option<String> {
    let url: String = written
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\r' | '\n'))
        .collect::<String>()
        .replace(' ', "%20");
    match split_scheme(&url) {
        Some((scheme, rest)) => {
            let scheme = scheme.to_ascii_lowercase();
            SCHEMES
                .contains(&scheme.as_str())
                .then(|| with_scheme(&scheme, rest))
        }
        None if url.starts_with('/') && !url.starts_with("//")
            || url.starts_with('#') && url.len() > 1 =>
        {
            Some(without_empty_end(&url).to_owned())
        }
        None if !url.starts_with("//") && path_of(&url).contains('@') => {
            Some(with_scheme("mailto", &url))
        }
        None => Some(with_scheme("http", &format!("//{url}"))),
    }
}

fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme))
        .then_some((scheme, rest))
}

fn with_scheme(scheme: &str, rest: &str) -> String {
    let host = rest.strip_prefix("//").map(path_free);
    // A host with half a pair of brackets cannot be read at all, which leaves the link without a
    // target.
    if host.is_some_and(|host| host.contains('[') != host.contains(']')) {
        return String::new();
    }
    format!("{scheme}:{}", without_empty_end(rest))
}

/// Returns what comes before the path, the query and the fragment.
fn path_free(rest: &str) -> &str {
    &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())]
}

/// Returns what comes before the query and the fragment.
fn path_of(url: &str) -> &str {
    &url[..url.find(['?', '#']).unwrap_or(url.len())]
}

/// Drops a fragment and a query that are empty.
fn without_empty_end(url: &str) -> &str {
    let url = if url.find('#') == Some(url.len().wrapping_sub(1)) {
        &url[..url.len() - 1]
    } else {
        url
    };
    if url.find('?') == Some(url.len().wrapping_sub(1)) {
        &url[..url.len() - 1]
    } else {
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_gets_a_scheme_or_is_refused() {
        let cases = [
            ("e.com", Some("http://e.com")),
            ("HTTP://e.com/?#", Some("http://e.com/")),
            ("/x?", Some("/x")),
            ("#f", Some("#f")),
            ("", Some("http://")),
            ("a@b.com", Some("mailto:a@b.com")),
            ("http://e.com/a b", Some("http://e.com/a%20b")),
            ("http://[e/", Some("")),
            ("\u{1}java\nscript:alert(1)", None),
            ("data:text/html,x", None),
            ("vbscript:x", None),
        ];
        for (written, target) in cases {
            assert_eq!(sanitize(written).as_deref(), target, "{written:?}");
        }
    }
}
