//! Step 4, the first part: single characters that begin or end an element.

use super::text::Text;

/// From this depth on brackets are encoded: many nested ones take the server seconds.
const MAX_BRACKET_DEPTH: usize = 4;

pub(super) fn mark(text: &mut Text) {
    for i in 0..text.len() {
        if !text.kept[i] && is_markup(text, i) {
            text.marks[i] = true;
        }
    }
    mark_brackets(text);
}

fn is_markup(text: &Text, i: usize) -> bool {
    match text.chars[i] {
        // A lone one of these pairs with any later one, even one from another text on the same line.
        '`' | '*' => true,
        '&' => reference_end(text, i).is_some(),
        c @ ('~' | '$') => {
            let same = |i: usize| text.at(i) == Some(c);
            text.edge_before(i) || text.edge_after(i) || same(i - 1) || same(i + 1)
        }
        ':' => emoji_end(text, i).is_some(),
        '<' => time_end(text, i).is_some(),
        // Before a backtick it would stop a code span; at the end of a heading it would lose the heading.
        '\\' => text.edge_after(i),
        _ => false,
    }
}

/// Returns the last position of what may be read as a character reference, if one begins here.
pub(crate) fn reference_end(text: &Text, start: usize) -> Option<usize> {
    let name = start + 1 + usize::from(text.at(start + 1) == Some('#'));
    let end = skip(text, name, |c| c.is_ascii_alphanumeric());
    let closed = end > start + 1 && text.at(end) == Some(';');
    (closed || text.is_edge(end)).then(|| end.min(text.len() - 1))
}

/// Returns the last position of what may be read as `:name:`, if it begins here.
pub(crate) fn emoji_end(text: &Text, start: usize) -> Option<usize> {
    let name = start + 1;
    let end = skip(text, name, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')
    });
    let closed = text.at(end) == Some(':') || text.is_edge(end);
    (end > name && closed).then(|| end.min(text.len() - 1))
}

/// Returns the last position of what may be read as the beginning of `<time:…>`, if it begins here.
pub(crate) fn time_end(text: &Text, start: usize) -> Option<usize> {
    const TAG: &str = "<time:";
    let following = text.chars[start..].iter().copied();
    let matched = TAG
        .chars()
        .zip(following)
        .take_while(|(a, b)| a == b)
        .count();
    let cut_off = start + matched == text.len();
    (matched == TAG.len() || (matched > 0 && cut_off)).then(|| start + matched - 1)
}

fn skip(text: &Text, start: usize, wanted: impl Fn(char) -> bool) -> usize {
    let mut i = start;
    while !text.is_edge(i) && wanted(text.chars[i]) {
        i += 1;
    }
    i
}

fn mark_brackets(text: &mut Text) {
    let mut open = Vec::new();
    for i in 0..text.len() {
        if text.kept[i] {
            continue;
        }
        match text.chars[i] {
            '[' => open.push(i),
            ']' => {
                let depth = open.len();
                let Some(start) = open.pop() else {
                    text.marks[i] = true;
                    continue;
                };
                let may_be_link = text.edge_after(i) || text.at(i + 1) == Some('(');
                if may_be_link || depth >= MAX_BRACKET_DEPTH {
                    text.marks[start] = true;
                    text.marks[i] = true;
                }
            }
            _ => {}
        }
    }
    for i in open {
        text.marks[i] = true;
    }
}
