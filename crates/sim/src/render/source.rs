//! The lines of a message, before anything in them is understood.

use super::fence::Opening;

/// The width of a tab, in columns.
const TAB: usize = 4;

/// Tells whether the server counts a character as white space.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Tells whether a character can be part of a word.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Splits a message into lines: without control characters that the renderer needs for itself, with
/// spaces for tabs, with nothing in blank lines, and with a blank line before each list that
/// directly follows other text.
pub(super) fn prepare(markdown: &str) -> Vec<String> {
    let source = separate_lists(markdown)
        .replace(['\u{2}', '\u{3}'], "")
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let mut lines: Vec<_> = source.split('\n').map(expand_tabs).collect();
    for line in lines.iter_mut().skip(1) {
        if line.chars().all(|c| c == ' ') {
            line.clear();
        }
    }
    // The server ends every message with a blank line, which shows in a fence that nobody closed.
    lines.extend([String::new(), String::new()]);
    lines
}

fn expand_tabs(line: &str) -> String {
    let mut expanded = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.chars() {
        let width = if c == '\t' { TAB - column % TAB } else { 1 };
        match c {
            '\t' => expanded.extend(std::iter::repeat_n(' ', width)),
            _ => expanded.push(c),
        }
        column += width;
    }
    expanded
}

/// Puts a blank line between a list and a line that is no list, or belongs to a list of the other
/// kind.
fn separate_lists(markdown: &str) -> String {
    let mut separated = String::with_capacity(markdown.len());
    let mut fences = OpenFences::default();
    let mut lines = markdown.split('\n').peekable();
    while let Some(line) = lines.next() {
        separated.push_str(line);
        let Some(following) = lines.peek() else { break };
        separated.push('\n');
        fences.see(line);
        let starts_list =
            ItemKind::of(following).is_some() && ItemKind::of(following) != ItemKind::of(line);
        if starts_list && !line.is_empty() && !fences.in_code() {
            separated.push('\n');
        }
    }
    separated
}

/// The fences around a line, as far as they can be told before fences are taken out. The server
/// counts here in its own way: a fence-like line within a code block is one more fence, and so may
/// hide all lists that follow.
#[derive(Default)]
struct OpenFences<'a> {
    open: Vec<(&'a str, bool)>,
    code: usize,
}

impl<'a> OpenFences<'a> {
    fn see(&mut self, line: &'a str) {
        let Some(fence) = Opening::of(line) else {
            return;
        };
        let closes = fence.language.is_none()
            && self
                .open
                .last()
                .is_some_and(|(last, _)| *last == fence.fence);
        if closes {
            let was_code = self.open.pop().is_some_and(|(_, code)| code);
            self.code -= usize::from(was_code);
        } else {
            let is_code = !matches!(fence.language, Some("quote" | "quoted"));
            self.open.push((fence.fence, is_code));
            self.code += usize::from(is_code);
        }
    }

    fn in_code(&self) -> bool {
        self.code > 0
    }
}

#[derive(PartialEq)]
enum ItemKind {
    Bullet,
    Number,
}

impl ItemKind {
    /// Returns the kind of list item that a line looks like: a marker (of one digit only, if a
    /// number) and a space.
    fn of(line: &str) -> Option<Self> {
        let line = line.trim_start_matches(' ');
        match line.as_bytes() {
            [b'*' | b'+' | b'-', b' ', ..] => Some(Self::Bullet),
            [b'0'..=b'9', b'.', b' ', ..] => Some(Self::Number),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_reach_to_the_next_column_of_four() {
        assert_eq!(expand_tabs("\ta\tb\t"), "    a   b   ");
        assert_eq!(expand_tabs("日\tb"), "日   b");
    }

    #[test]
    fn a_list_is_set_apart_from_the_text_before_it() {
        assert_eq!(separate_lists("a\n- b\n- c\n1. d"), "a\n\n- b\n- c\n\n1. d");
        assert_eq!(separate_lists("a\n10. b"), "a\n10. b");
        assert_eq!(
            separate_lists("```\na\n- b\n```\nc\n- d"),
            "```\na\n- b\n```\nc\n\n- d"
        );
    }

    #[test]
    fn blank_lines_are_empty_but_the_first() {
        assert_eq!(prepare("  \n  \n a"), ["  ", "", " a", "", ""]);
    }
}
