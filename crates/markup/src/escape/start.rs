//! Step 4, the fourth part: what only means something at the start of a line.

use super::text::Text;

pub(super) fn mark(text: &mut Text) {
    if text.len() == 0 || text.kept[0] {
        return;
    }
    if let Some(i) = marker(text) {
        text.marks[i] = true;
    }
    let is_rule = text
        .chars
        .iter()
        .all(|c| matches!(c, '\\' | '|' | ':' | '-' | '_' | '*' | '=' | ' '));
    if is_rule {
        // A horizontal rule, or the line that makes a table of the one above.
        text.marks[0] = true;
    }
}

/// Returns the position of the character that makes the line a heading, a quote, a list item or a command.
fn marker(text: &Text) -> Option<usize> {
    let run = |start: usize, wanted: fn(char) -> bool| {
        let rest = &text.chars[start..];
        start + rest.iter().take_while(|&&c| wanted(c)).count()
    };
    let ends = |i: usize| text.at(i).is_none_or(char::is_whitespace);
    match text.chars[0] {
        '#' => ends(run(0, |c| c == '#')).then_some(0),
        '>' => Some(0),
        '-' | '+' => ends(1).then_some(0),
        '0'..='9' => numbered_item(text),
        '/' => {
            let end = run(1, |c| c.is_ascii_alphabetic());
            (end > 1 && ends(end)).then_some(0)
        }
        _ => None,
    }
}

/// Encodes what would mean something at the start of a Markdown line that has not been one.
pub(crate) fn guard(line: &str) -> String {
    let mut text = Text::plain(line);
    mark(&mut text);
    text.emit()
}

/// Returns the position of the full stop that makes the line an item of a numbered list.
pub(crate) fn numbered_item(text: &Text) -> Option<usize> {
    let digits = text.chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let ends = text.at(digits + 1).is_none_or(char::is_whitespace);
    (digits > 0 && text.at(digits) == Some('.') && ends).then_some(digits)
}
