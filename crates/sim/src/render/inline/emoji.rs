//! Emoji: by name (`:smile:`), as emoticons, and as Unicode characters. Only the usual names are
//! known.

use super::{Edit, Reader};
use crate::emoji::NAMES;
use crate::render::html;
use crate::render::source::{is_space, is_word};
use crate::render::stash::Kind;

/// The emoticons, longest first where one begins like another.
const EMOTICONS: &[(&str, &str)] = &[
    (":)", "smile"),
    ("(:", "smile"),
    (":(", "frown"),
    ("<3", "heart"),
    (":|", "neutral"),
    (":/", "confused"),
    (";)", "wink"),
    (":D", "grinning"),
    (":o", "open_mouth"),
    (":O", "open_mouth"),
    (":p", "stuck_out_tongue"),
    (":P", "stuck_out_tongue"),
];

/// What may stand on either side of an emoticon, besides white space.
const TERMINALS: &str = ",.;?!()[]\"'";

/// Makes a picture of the character before.
const VARIATION: char = '\u{fe0f}';
/// Makes one emoji of two.
const JOINER: char = '\u{200d}';
/// Makes a key of the digit before.
const KEYCAP: char = '\u{20e3}';

/// Finds emoji by name. A name that nobody knows is passed over with both its colons.
pub(super) fn names(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    let mut from = 0;
    while let Some(start) = text[from..].find(':').map(|at| from + at) {
        let rest = &text[start + 1..];
        let name = &rest[..rest
            .find(|c| !(is_word(c) || c == '-' || c == '+'))
            .unwrap_or(rest.len())];
        from = start + 1 + name.len();
        if name.is_empty() || !text[from..].starts_with(':') {
            continue;
        }
        from += 1;
        if let Some(mark) = put_named(reader, name) {
            edit.replace(start..from, &mark);
        }
    }
    edit.finish()
}

/// Finds emoticons, if the sender wants them translated.
pub(super) fn emoticons(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    if !reader.directory.emoticons() {
        return text.to_owned();
    }
    let is_terminal = |c: char| is_space(c) || TERMINALS.contains(c);
    let mut edit = Edit::new(text);
    for (start, _) in text.match_indices(['(', ':', ';', '<']) {
        let found = EMOTICONS
            .iter()
            .find(|(emoticon, _)| text[start..].starts_with(emoticon));
        let Some((emoticon, name)) = found.filter(|_| start >= edit.done) else {
            continue;
        };
        let end = start + emoticon.len();
        let stands_apart = text[..start].chars().next_back().is_none_or(is_terminal)
            && text[end..].chars().next().is_none_or(is_terminal);
        if let Some(mark) = stands_apart.then(|| put_named(reader, name)).flatten() {
            edit.replace(start..end, &mark);
        }
    }
    edit.finish()
}

/// Finds emoji among the characters.
pub(super) fn pictures(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    for (start, _) in text.char_indices() {
        if start < edit.done {
            continue;
        }
        if let Some((length, name, code)) = picture(&text[start..]) {
            let mark = put(reader, name, code);
            edit.replace(start..start + length, &mark);
        }
    }
    edit.finish()
}

/// Returns the length, name and code points of the emoji at the start of a text.
fn picture(text: &str) -> Option<(usize, &'static str, &'static str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    // Digits make an emoji too, but only with what follows here.
    if first.is_ascii()
        && !chars
            .next()
            .is_some_and(|c| matches!(c, VARIATION | KEYCAP))
    {
        return None;
    }
    // The last of those that match as much is taken, which has to be an emoji's first name.
    let matching = NAMES.iter().rev().filter_map(|(name, code)| {
        let length = length_of(text, first, code)?;
        Some((length, *name, *code))
    });
    matching.max_by_key(|(length, ..)| *length)
}

/// Returns how much of a text an emoji takes up, if it stands at its start and not as a part of
/// another one.
fn length_of(text: &str, first: char, code: &str) -> Option<usize> {
    let mut rest = text;
    for point in code
        .split('-')
        .filter_map(|point| char::from_u32(u32::from_str_radix(point, 16).ok()?))
    {
        rest = rest.trim_start_matches(VARIATION).strip_prefix(point)?;
    }
    let needs_variation =
        first < '\u{1f000}' && !code.contains('-') && !is_picture_by_itself(first);
    let shown = rest.strip_prefix(VARIATION);
    if needs_variation && shown.is_none() {
        return None;
    }
    let rest = shown.unwrap_or(rest);
    let goes_on =
        rest.starts_with(|c: char| c == JOINER || ('\u{1f3fb}'..='\u{1f3ff}').contains(&c));
    (!goes_on).then(|| text.len() - rest.len())
}

/// Tells whether a character below U+1F000 is shown as a picture without U+FE0F.
fn is_picture_by_itself(c: char) -> bool {
    matches!(c, '\u{2705}' | '\u{274c}' | '\u{2753}' | '\u{2b50}')
}

fn put_named(reader: &mut Reader<'_>, name: &str) -> Option<String> {
    let own = reader.directory.emoji(name);
    let picture = own.or_else(|| {
        (name == "zulip")
            .then(|| "/static/generated/emoji/images/emoji/unicode/zulip.png".to_owned())
    });
    if let Some(url) = picture {
        let url = html::attribute(&url);
        let title = name.replace('_', " ");
        let open = format!(r#"<img alt=":{name}:" class="emoji" src="{url}" title="{title}">"#);
        return Some(reader.stash.put_element(Kind::Atomic, open, "", ""));
    }
    let (name, code) = NAMES.iter().find(|(known, _)| *known == name)?;
    Some(put(reader, name, code))
}

fn put(reader: &mut Reader<'_>, name: &str, code: &str) -> String {
    let title = name.replace('_', " ");
    let open = format!(
        r#"<span aria-label="{title}" class="emoji emoji-{code}" role="img" title="{title}">:{name}:"#
    );
    reader.stash.put_element(Kind::Atomic, open, "", "</span>")
}
