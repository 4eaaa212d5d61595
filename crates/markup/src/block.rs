//! Text of several lines: commit bodies, comments.

use crate::escape::{self, Place, Rules, clean};

/// The server expands tabs to columns of this width.
const TAB: usize = 4;

/// Escapes a text of several lines. Line breaks and indentation are kept, runs of blank lines become one.
///
/// ```
/// assert_eq!(zulipkit_markup::block("- a\n\n\n  b\n"), "&#45; a\n\n&nbsp;&nbsp;b");
/// ```
pub fn block(text: &str) -> String {
    block_lines(text, Place::Text.into()).join("\n")
}

/// Escapes a text of several lines and puts it in a quote. Mentions in quotes notify nobody, whoever wrote them.
///
/// An empty text gives an empty string, since the server shows an empty quote as `> `.
pub fn quote_block(text: &str) -> String {
    let text = block(text);
    if text.is_empty() {
        return text;
    }
    // Three backticks are enough: an escaped text holds no fence.
    format!("```quote\n{text}\n```")
}

/// Escapes each line by itself; blank ones at both ends are dropped, runs of others become one.
pub(crate) fn block_lines(text: &str, rules: Rules) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in clean::lines(text) {
        let line = indented_line(line, rules);
        let blank_before = lines.last().is_none_or(String::is_empty);
        if !(line.is_empty() && blank_before) {
            lines.push(line);
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Four leading spaces would make a code block, and fewer would not be shown.
fn indented_line(line: &str, rules: Rules) -> String {
    let line = clean::one_line(&expand_tabs(line));
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    let text = escape::line(text.trim(), rules);
    if text.is_empty() {
        return text;
    }
    "&nbsp;".repeat(indent) + &text
}

fn expand_tabs(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let width = TAB - column % TAB;
            out.extend(std::iter::repeat_n(' ', width));
            column += width;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out
}
