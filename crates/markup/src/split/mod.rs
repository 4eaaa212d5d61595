//! Making a message fit the server's limit, which it would otherwise cut at silently, in the midst of any markup.

mod line;

use std::{borrow::Cow, collections::VecDeque};

use crate::{
    block,
    code::longest_run,
    fence::{Fence, Open},
    length,
};

/// Below this there is no room for a fence and something in it.
const MIN_LIMIT: usize = 64;

/// Splits Markdown into parts of at most `limit` code points: between paragraphs where that fills at least half of a
/// part, else between lines, else between words.
///
/// A fence or a code span that is open at the end of a part is closed there and opened again in the next. A limit below
/// 64 is taken for 64.
///
/// ```
/// let log = format!("```text\n{}```", "a line of the log\n".repeat(10));
/// let parts = zulipkit_markup::split(&log, 100);
/// assert_eq!(parts.len(), 3);
/// assert!(parts.iter().all(|part| part.starts_with("```text\n") && part.ends_with("\n```")));
/// ```
pub fn split(markdown: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(MIN_LIMIT);
    if length(markdown) <= limit {
        return vec![markdown.to_owned()];
    }
    let markdown = divisible(markdown, limit);
    let mut pages = Pages::new(&markdown);
    let mut parts = Vec::new();
    while !pages.lines.is_empty() {
        let part = pages.next(limit, Border::Paragraph);
        if !part.trim().is_empty() {
            parts.push(part);
        }
    }
    parts
}

/// Cuts Markdown that is longer than `limit` code points at the end of a line, closes what is open there, and adds
/// `tail` as a line of its own. What is not too long stays as it is.
///
/// The result is never longer than `limit`; if there is no room for 64 code points beside the tail, it is the tail's
/// beginning.
///
/// ```
/// use zulipkit_markup::cut;
///
/// let text = "a line\n".repeat(20);
/// assert_eq!(cut(&text, 100, "[…]"), "a line\n".repeat(13) + "[…]");
/// ```
pub fn cut(markdown: &str, limit: usize, tail: &str) -> String {
    if length(markdown) <= limit {
        return markdown.to_owned();
    }
    let room = limit.saturating_sub(length(tail) + 1);
    if room < MIN_LIMIT {
        return tail.chars().take(limit).collect();
    }
    let markdown = divisible(markdown, room);
    let part = Pages::new(&markdown).next(room, Border::Line);
    if tail.is_empty() {
        part
    } else {
        format!("{part}\n{tail}")
    }
}

/// Returns the text as it is, or all of it as plain text if its fences leave no room for anything in them.
fn divisible(markdown: &str, limit: usize) -> Cow<'_, str> {
    let run = longest_run(markdown, '`').max(longest_run(markdown, '~'));
    let mut open = Open::default();
    let mut largest = run;
    for line in markdown.split('\n') {
        let depth = open.depth();
        open.read(line);
        let opening = if open.depth() > depth {
            length(line)
        } else {
            0
        };
        largest = largest.max(open.overhead()).max(opening);
    }
    if largest * 4 > limit {
        Cow::Owned(block(markdown))
    } else {
        Cow::Borrowed(markdown)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Border {
    Paragraph,
    Line,
}

/// Returns the length of lines, each with its end.
fn total_length(lines: &[String]) -> usize {
    lines.iter().map(|line| length(line) + 1).sum()
}

/// Takes parts off the beginning of a text.
#[derive(Debug)]
struct Pages<'a> {
    lines: VecDeque<Cow<'a, str>>,
    open: Open,
}

impl<'a> Pages<'a> {
    fn new(markdown: &'a str) -> Self {
        Self {
            lines: markdown.split('\n').map(Cow::Borrowed).collect(),
            open: Open::default(),
        }
    }

    /// Takes off as many lines as fit, or a part of the first if it does not.
    fn next(&mut self, limit: usize, border: Border) -> String {
        let mut part: Vec<String> = self.open.opening().map(str::to_owned).collect();
        let room = limit - total_length(&part);
        let depth = self.open.depth();
        let (count, open) = self.fitting(room, border);
        self.open = open;
        part.extend(self.lines.drain(..count).map(Cow::into_owned));
        // Nothing fits, or opening fences alone, which need something in them.
        if self.open.depth() == depth + count {
            let room = limit - total_length(&part) - self.open.closing_length();
            part.extend(self.take_half(room));
        }
        // Blank lines around a part are not shown.
        while part.last().is_some_and(|line| line.trim().is_empty()) {
            part.pop();
        }
        if self.lines.is_empty() {
            return part.join("\n");
        }
        part.extend(self.open.closing());
        if self.open.code().is_none() {
            self.drop_blank_lines();
        }
        part.join("\n")
    }

    /// Takes off as much of the first line as fits.
    fn take_half(&mut self, room: usize) -> Option<String> {
        let line = self.lines.pop_front()?;
        let (head, rest) = match self.open.code() {
            Some(fence) => line::halve_code_line(&line, room, fence),
            None => line::halve(&line, room),
        };
        self.lines.push_front(Cow::Owned(rest));
        Some(head)
    }

    fn drop_blank_lines(&mut self) {
        let blank = |line: &Cow<'_, str>| line.trim().is_empty();
        while self.lines.front().is_some_and(blank) {
            self.lines.pop_front();
        }
    }

    /// Returns how many lines fit, and what is open after them.
    fn fitting(&self, room: usize, border: Border) -> (usize, Open) {
        let mut open = self.open.clone();
        let mut used = 0;
        // No part ends with an opening fence, unless it holds nothing else.
        let mut only_openings = true;
        let mut lines = (0, open.clone());
        let mut paragraphs = (0, open.clone());
        for (i, line) in self.lines.iter().enumerate() {
            let depth = open.depth();
            open.read(line);
            used += length(line) + usize::from(i > 0);
            if used + open.closing_length() > room {
                let enough = border == Border::Paragraph && paragraphs.0 > 0;
                return if enough { paragraphs } else { lines };
            }
            let opened = open.depth() > depth;
            only_openings &= opened;
            if !opened || only_openings {
                lines = (i + 1, open.clone());
            }
            let between =
                open.depth() == 0 && (line.trim().is_empty() || Fence::open(line).is_some());
            if between && used * 2 >= room {
                paragraphs = lines.clone();
            }
        }
        (self.lines.len(), open)
    }
}
