//! Mentions of users, of everybody in a channel or topic, and of user groups.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Edit, Reader, stands_after};
use crate::render::html;
use crate::render::stash::Kind;

/// The characters that may stand directly before a mention or the name of a channel, besides white
/// space.
pub(super) const BEFORE: &str = "'\"({[/<";

static USER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"@(_?)\*\*([^*]+)\*\*").expect("a valid expression"));
static GROUP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"@(_?)\*([^*]+)\*").expect("a valid expression"));

/// A mention as it is written.
struct Mention<'a> {
    place: Range<usize>,
    silent: bool,
    name: &'a str,
}

/// Calls back for each mention in a text. One that stands at a wrong place may hold another one.
fn each<'a>(expression: &Regex, text: &'a str, mut found: impl FnMut(Mention<'a>)) {
    let mut from = 0;
    while let Some(place) = expression.find_at(text, from) {
        if !stands_after(text, place.start(), BEFORE) {
            from = place.start() + 1;
            continue;
        }
        from = place.end();
        let (name_start, silent) = match place.as_str().strip_prefix("@_") {
            Some(rest) => (rest, true),
            None => (&place.as_str()[1..], false),
        };
        found(Mention {
            place: place.range(),
            silent,
            name: name_start.trim_matches('*'),
        });
    }
}

/// Makes all mentions in a line silent, whomever they name.
pub(in crate::render) fn silence(line: &str) -> String {
    let silence = |expression: &Regex, line: &str| {
        let mut edit = Edit::new(line);
        each(expression, line, |mention| {
            let at = mention.place.start;
            if !mention.silent {
                edit.replace(at..at + 1, "@_");
            }
        });
        edit.finish()
    };
    silence(&GROUP, &silence(&USER, line))
}

/// Finds `@**Full Name**`, `@**Full Name|id**`, `@**|id**` and the wildcards, and with `@_` their
/// silent forms.
pub(super) fn users(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    each(&USER, text, |mention| {
        if let Some(mark) = user(reader, &mention) {
            edit.replace(mention.place, &mark);
        }
    });
    edit.finish()
}

fn user(reader: &mut Reader<'_>, mention: &Mention<'_>) -> Option<String> {
    let notifies = !mention.silent;
    let (class, id, name) = match mention.name {
        "all" | "everyone" | "channel" | "stream" => {
            reader.found.wildcard |= notifies;
            (
                "user-mention channel-wildcard-mention",
                Some("*".to_owned()),
                mention.name.to_owned(),
            )
        }
        name => match find_user(reader, name) {
            Some((id, full_name)) => {
                if notifies && !reader.found.mentions.contains(&id) {
                    reader.found.mentions.push(id);
                }
                ("user-mention", Some(id.to_string()), full_name)
            }
            None if name == "topic" => {
                reader.found.topic_wildcard |= notifies;
                ("topic-mention", None, name.to_owned())
            }
            None => return None,
        },
    };
    let id = id.map(|id| ("data-user-id", id));
    Some(put(reader, mention.silent, class, id, &name))
}

fn find_user(reader: &Reader<'_>, name: &str) -> Option<(u64, String)> {
    let is_id = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_digit());
    match name.rsplit_once('|').filter(|(_, id)| is_id(id)) {
        Some((name, id)) => {
            let user = reader.directory.user(None, Some(id.parse().ok()?))?;
            (name.is_empty() || name == user.1).then_some(user)
        }
        None => reader.directory.user(Some(name), None),
    }
}

/// Finds `@*group*` and `@_*group*`.
pub(super) fn groups(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    each(&GROUP, text, |mention| {
        let Some((id, name)) = reader.directory.group(mention.name) else {
            return;
        };
        if !mention.silent && !reader.found.groups.contains(&id) {
            reader.found.groups.push(id);
        }
        let id = Some(("data-user-group-id", id.to_string()));
        let mark = put(reader, mention.silent, "user-group-mention", id, &name);
        edit.replace(mention.place, &mark);
    });
    edit.finish()
}

fn put(
    reader: &mut Reader<'_>,
    silent: bool,
    class: &str,
    id: Option<(&str, String)>,
    name: &str,
) -> String {
    let (silent, at) = if silent { (" silent", "") } else { ("", "@") };
    let id = id
        .map(|(attribute, id)| format!(r#" {attribute}="{}""#, html::attribute(&id)))
        .unwrap_or_default();
    let open = format!(r#"<span class="{class}{silent}"{id}>"#);
    reader
        .stash
        .put_element(Kind::Atomic, open, &format!("{at}{name}"), "</span>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_in_quotes_become_silent() {
        assert_eq!(
            silence("@**a** (@*b*) x@**c** @_**d**"),
            "@_**a** (@_*b*) x@**c** @_**d**"
        );
        assert_eq!(silence("@**all*"), "@**all*");
    }
}
