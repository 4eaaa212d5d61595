//! Step 1: what is taken out of a text before anything else looks at it.

/// Returns whether Python's `str.splitlines`, and so the server, ends a line at this character.
pub(crate) fn is_line_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\x0B' | '\x0C' | '\x1C'..='\x1E' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Returns whether the character is one of the 66 that Unicode sets apart for use inside a program.
pub(crate) fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Embeddings, overrides and isolates would reorder the rest of the line, beyond the text that holds them.
fn is_bidirectional_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether the character is invisible and can only do harm.
pub(crate) fn is_dropped(c: char) -> bool {
    c.is_control() || is_bidirectional_control(c) || is_noncharacter(c)
}

/// Makes one line of a text: every line break and tab becomes a space, harmful invisible characters go.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\x1F' => Some(' '),
            c if is_line_break(c) => Some(' '),
            c if is_dropped(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Splits a text at every line break, where CR and LF together are one.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(is_line_break) else {
            rest = None;
            return Some(text);
        };
        let after = &text[end..];
        let width = if after.starts_with("\r\n") {
            2
        } else {
            after.chars().next().map_or(0, char::len_utf8)
        };
        rest = Some(&after[width..]);
        Some(&text[..end])
    })
}
