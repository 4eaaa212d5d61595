//! Step 4, the second part: emoticons, which the server translates if the sender has asked for it.
//! Bots cannot ask; scripts that run with a person's key can.

use super::text::Text;

/// The emoticons that the server knows. Measured on a real server (Zulip 10, feature level 314).
const EMOTICONS: [[char; 2]; 12] = [
    [':', ')'],
    ['(', ':'],
    [':', '('],
    ['<', '3'],
    [':', '|'],
    [':', '/'],
    [';', ')'],
    [':', 'D'],
    [':', 'o'],
    [':', 'O'],
    [':', 'p'],
    [':', 'P'],
];

pub(super) fn mark(text: &mut Text) {
    for i in 0..text.len() {
        if !text.kept[i] && (is_emoticon(text, i) || may_complete_one(text, i)) {
            text.marks[i] = true;
        }
    }
}

/// Marks the emoticons that characters marked since have set free.
pub(super) fn mark_free(text: &mut Text) {
    for i in 0..text.len() {
        if !text.kept[i] && is_emoticon(text, i) {
            text.marks[i] = true;
        }
    }
}

/// Returns whether an emoticon stands at this position, free on both sides.
pub(crate) fn is_emoticon(text: &Text, i: usize) -> bool {
    let Some(second) = text.at(i + 1) else {
        return false;
    };
    EMOTICONS.contains(&[text.chars[i], second]) && free_before(text, i) && free_after(text, i + 1)
}

/// Returns whether a template's own character beside the text could make an emoticon of this one.
fn may_complete_one(text: &Text, i: usize) -> bool {
    let c = text.chars[i];
    let begins_one = matches!(c, ':' | ';' | '(') && text.edge_after(i) && free_before(text, i);
    let ends_one = c == ':' && text.edge_before(i) && free_after(text, i);
    begins_one || ends_one
}

fn free_before(text: &Text, i: usize) -> bool {
    text.edge_before(i) || is_terminal(text.chars[i - 1]) || text.marks[i - 1]
}

fn free_after(text: &Text, i: usize) -> bool {
    text.edge_after(i) || is_terminal(text.chars[i + 1]) || text.marks[i + 1]
}

fn is_terminal(c: char) -> bool {
    matches!(
        c,
        ',' | '.' | ';' | '?' | '!' | '(' | ')' | '[' | ']' | '"' | '\'' | ' '
    )
}
