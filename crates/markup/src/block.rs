//! Text of several lines: commit bodies, comments.

use crate::code::fence_width;
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

/// Puts Markdown that is finished and harmless in a quote that nothing in it can close.
///
/// ```
/// let log = zulipkit_markup::code_block("ok", "text");
/// assert_eq!(zulipkit_markup::quote_markdown(&log), "````quote\n```text\nok\n```\n````");
/// ```
pub fn quote_markdown(markdown: &str) -> String {
    let markdown = markdown.trim_matches('\n');
    if markdown.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(fence_width(markdown, '`'));
    format!("{fence}quote\n{markdown}\n{fence}")
}

/// Escapes each line by itself; blank ones at both ends are dropped, runs of others become one.
fn block_lines(text: &str, rules: Rules) -> Vec<String> {
    let lines = Line::all(text);
    lines.iter().map(|line| line.escape(rules)).collect()
}

/// A cleaned line.
#[derive(Debug)]
pub(crate) struct Line {
    /// The number of blanks before the text.
    pub(crate) indent: usize,
    pub(crate) text: String,
}

impl Line {
    /// Splits a text, of whose blank lines those at both ends are dropped and runs of others become one.
    pub(crate) fn all(text: &str) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        for line in clean::lines(text).map(Self::new) {
            let blank_before = lines.last().is_none_or(|line| line.text.is_empty());
            if !(line.text.is_empty() && blank_before) {
                lines.push(line);
            }
        }
        if lines.last().is_some_and(|line| line.text.is_empty()) {
            lines.pop();
        }
        lines
    }

    fn new(line: &str) -> Self {
        let line = clean::one_line(&expand_tabs(line));
        let text = line.trim_start_matches(' ');
        Self {
            indent: line.len() - text.len(),
            text: text.trim().to_owned(),
        }
    }

    pub(crate) fn escape(&self, rules: Rules) -> String {
        if self.text.is_empty() {
            return String::new();
        }
        self.indentation() + &escape::line(&self.text, rules)
    }

    /// Four leading spaces would make a code block, and fewer would not be shown.
    pub(crate) fn indentation(&self) -> String {
        "&nbsp;".repeat(self.indent)
    }
}

fn expand_tabs(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let width = TAB - column % TAB;
            out.extend(std::iter::repeat_n(' ', width));
            column += width;
        } else if c == '\x1F' || !clean::is_dropped(c) {
            out.push(c);
            column += 1;
        }
    }
    out
}
