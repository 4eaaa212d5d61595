//! Bold, italics and strike. `_` means nothing.

use super::{Edit, Reader};
use crate::render::source::is_space;
use crate::render::stash::Kind;

const STRONG: (&str, &str) = ("<strong>", "</strong>");
const EMPHASIS: (&str, &str) = ("<em>", "</em>");
const STRIKE: (&str, &str) = ("<del>", "</del>");

/// Finds `***bold italics***`, which hold no star.
pub(super) fn strong_and_emphasis(reader: &mut Reader<'_>, text: &str, next: usize) -> String {
    between_stars(text, 3, |content| {
        let content = reader.read(content, next);
        let inner = put(reader, EMPHASIS, &content);
        put(reader, STRONG, &inner)
    })
}

/// Finds `*italics*`, which hold no star, other than that of italics within.
pub(super) fn emphasis(reader: &mut Reader<'_>, text: &str, next: usize) -> String {
    between_stars(text, 1, |content| {
        let content = reader.read(content, next);
        put(reader, EMPHASIS, &content)
    })
}

/// Finds `**bold**` within a line: from two stars to the next two, with at least one character
/// between.
pub(super) fn strong(reader: &mut Reader<'_>, text: &str, next: usize) -> String {
    let mut edit = Edit::new(text);
    let mut from = 0;
    while let Some(start) = text[from..].find("**").map(|at| from + at) {
        from = start + 1;
        let content_start = start + 2;
        let Some(first) = text[content_start..].chars().next().filter(|c| *c != '\n') else {
            continue;
        };
        let line_end = text[content_start..]
            .find('\n')
            .map_or(text.len(), |at| content_start + at);
        let search_start = content_start + first.len_utf8();
        let Some(length) = text[search_start..line_end].find("**") else {
            continue;
        };
        let end = search_start + length;
        let content = reader.read(&text[content_start..end], next);
        let mark =
            reader
                .stash
                .put_element(Kind::Emphasis, "<strong>".to_owned(), &content, "</strong>");
        from = end + 2;
        edit.replace(start..from, &mark);
    }
    edit.finish()
}

/// Finds `~~strike~~` within a line: between exactly two tildes, with no tilde between.
pub(super) fn strike(reader: &mut Reader<'_>, text: &str, next: usize) -> String {
    let mut edit = Edit::new(text);
    let mut opening: Option<usize> = None;
    let mut at = 0;
    while let Some(start) = text[at..].find('~').map(|found| at + found) {
        at = text.len() - text[start..].trim_start_matches('~').len();
        let is_pair = at - start == 2;
        match opening
            .take()
            .filter(|opening| is_pair && !text[*opening..start].contains('\n'))
        {
            Some(opening) => {
                let content = reader.read(&text[opening + 2..start], next);
                let mark = put(reader, STRIKE, &content);
                edit.replace(opening..at, &mark);
            }
            None => opening = is_pair.then_some(start),
        }
    }
    edit.finish()
}

fn put(reader: &mut Reader<'_>, tags: (&str, &'static str), content: &str) -> String {
    let (open, close) = tags;
    reader
        .stash
        .put_element(Kind::Emphasis, open.to_owned(), content, close)
}

/// Some stars that may still begin emphasis.
struct Stars {
    /// Where they end in the edited text.
    end: usize,
    count: usize,
}

/// Finds text between so many stars that no other stars, no line end and no `^` interrupt, and that
/// neither begins nor ends with white space. Only neighbouring runs of stars can form a pair; once
/// one has become a mark, those around it are neighbours in turn.
fn between_stars(text: &str, width: usize, mut stash: impl FnMut(&str) -> String) -> String {
    let mut edited = String::with_capacity(text.len());
    let mut open: Vec<Stars> = Vec::new();
    // Where the last character in the edited text ends that may not be within emphasis.
    let mut barrier = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.trim_start_matches('*');
        let mut count = rest.len() - after.len();
        if count == 0 {
            edited.push(c);
            rest = &rest[c.len_utf8()..];
            if matches!(c, '\n' | '^') {
                barrier = edited.len();
            }
            continue;
        }
        rest = after;
        while let Some(stars) = open.last_mut() {
            let enough = stars.count >= width && count >= width;
            if !enough || barrier > stars.end || !is_tight(&edited[stars.end..]) {
                break;
            }
            let content = edited.split_off(stars.end);
            stars.count -= width;
            stars.end -= width;
            count -= width;
            edited.truncate(stars.end);
            edited.push_str(&stash(&content));
            if stars.count == 0 {
                open.pop();
            }
        }
        edited.extend(std::iter::repeat_n('*', count));
        if count > 0 {
            open.push(Stars {
                end: edited.len(),
                count,
            });
        }
    }
    edited
}

/// Tells whether text neither begins nor ends with white space.
fn is_tight(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(is_space) && !text.ends_with(is_space)
}
