//! Paragraphs, headings, lists, quotes, tables and code by indentation.
//!
//! Text is cut at blank lines into *blocks*. For each block the constructs are tried in a fixed
//! order; the first that applies adds elements to the parent and may leave the rest of the block,
//! which is then tried from the beginning. What a construct holds (a quote's lines, a list's items)
//! is parsed in the same way with the new element as parent.

mod list;
mod quote;
mod table;

use super::source::is_space;
use super::tree::{Element, Tag};

/// The indentation that makes code.
const CODE_INDENT: &str = "    ";

/// How deeply quotes and lists may nest; what is deeper is text. It bounds both the time for
/// hostile messages and the stack. The server has a bound of a few hundred, where it refuses the
/// message.
const MAX_DEPTH: usize = 100;

/// Where a block stands, as far as it matters to what is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Document,
    /// In an item of a tight list: text is not wrapped in paragraphs.
    TightList,
    /// In an item that follows a blank line.
    LooseList,
    Quote,
    /// In an item, with its indentation already removed.
    Detabbed,
}

/// Where a block stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    state: State,
    depth: usize,
}

impl Place {
    /// Returns the place one level further in.
    fn inside(self, state: State) -> Self {
        Self {
            state,
            depth: self.depth + 1,
        }
    }

    fn may_nest(self) -> bool {
        self.depth < MAX_DEPTH
    }
}

/// Parses a message, without its fences, into a tree.
pub(super) fn parse(text: &str) -> Element {
    let mut root = Element::default();
    parse_text(
        &mut root,
        text,
        Place {
            state: State::Document,
            depth: 0,
        },
    );
    root
}

/// Parses text that may hold blank lines.
fn parse_text(parent: &mut Element, text: &str, place: Place) {
    for block in text.split("\n\n") {
        parse_block(parent, block, place);
    }
}

/// Parses a block until nothing is left of it.
fn parse_block(parent: &mut Element, block: &str, place: Place) {
    let mut rest = start_of(parent, block, place);
    while let Some(block) = rest.filter(|rest| !rest.is_empty()) {
        rest = start_of(parent, &block, place);
    }
}

/// Parses the construct at the start of a block and returns what is left.
fn start_of(parent: &mut Element, block: &str, place: Place) -> Option<String> {
    if block.is_empty() || block.starts_with('\n') {
        return blank(parent, block);
    }
    if list::is_continuation(parent, block, place) {
        list::continue_item(parent, block, place);
        return None;
    }
    if block.starts_with(CODE_INDENT) {
        return Some(code(parent, block));
    }
    if let Some(heading) = Heading::find(block) {
        return Some(heading.parse(parent, block, place));
    }
    if let Some(table) = table::Table::find(block) {
        parent.children.push(table.into_element());
        return None;
    }
    if let Some((before, after)) = split_at_rule(block) {
        if !before.is_empty() {
            parse_block(parent, before, place);
        }
        parent.push(Element::new(Tag::Rule));
        return Some(after.trim_start_matches('\n').to_owned());
    }
    if place.may_nest() {
        if let Some(kind) = list::kind_of(block) {
            list::parse(parent, block, kind, place);
            return None;
        }
        if let Some(start) = quote::find(block) {
            quote::parse(parent, block, start, place);
            return None;
        }
    }
    paragraph(parent, block, place);
    None
}

/// Drops one line end. Blank lines between two parts of indented code belong to the code.
fn blank(parent: &mut Element, block: &str) -> Option<String> {
    let filler = if block.is_empty() { "\n\n" } else { "\n" };
    if let Some(code) = parent
        .children
        .last_mut()
        .filter(|last| last.tag == Tag::Code)
    {
        code.text.push_str(filler);
    }
    block.strip_prefix('\n').map(str::to_owned)
}

/// Adds the indented lines as code and returns the rest.
fn code(parent: &mut Element, block: &str) -> String {
    let is_code = |line: &str| line.starts_with(CODE_INDENT) || line.chars().all(is_space);
    let mut lines = block.split('\n').peekable();
    let mut code = Vec::new();
    while let Some(line) = lines.next_if(|line| is_code(line)) {
        code.push(line.strip_prefix(CODE_INDENT).unwrap_or(""));
    }
    let code = code.join("\n");
    let code = code.trim_end_matches(is_space);
    match parent
        .children
        .last_mut()
        .filter(|last| last.tag == Tag::Code)
    {
        Some(previous) => previous.text.push_str(&format!("\n{code}\n")),
        None => {
            parent.push(Element::with_text(Tag::Code, &format!("{code}\n")));
        }
    }
    lines.collect::<Vec<_>>().join("\n")
}

/// A heading within a block.
#[derive(Debug, PartialEq)]
struct Heading<'a> {
    start: usize,
    end: usize,
    level: usize,
    text: &'a str,
}

impl<'a> Heading<'a> {
    /// Finds the first heading. It may stand on any line; the server takes the number signs at its
    /// end for decoration.
    fn find(block: &'a str) -> Option<Self> {
        if !block.starts_with('#') && !block.contains("\n#") {
            return None;
        }
        let mut start = 0;
        for line in block.split_inclusive('\n') {
            if let Some(heading) = Self::of(block, start) {
                return Some(heading);
            }
            start += line.len();
        }
        None
    }

    fn of(block: &'a str, start: usize) -> Option<Self> {
        let rest = block[start..].trim_start_matches('#');
        let level = block.len() - start - rest.len();
        let text = rest
            .strip_prefix(is_space)
            .filter(|_| (1..=6).contains(&level))?;
        let line = &text[..text.find('\n').unwrap_or(text.len())];
        let text_start = block.len() - text.len();
        Some(Self {
            start,
            end: text_start + line.len(),
            level,
            text: heading_text(line)?,
        })
    }

    /// Adds what stands before the heading, and the heading; returns what follows.
    fn parse(&self, parent: &mut Element, block: &str, place: Place) -> String {
        if self.start > 0 {
            // The line end before the heading belongs to neither.
            parse_block(parent, &block[..self.start - 1], place);
        }
        parent.push(Element::with_text(
            Tag::Heading(self.level),
            self.text.trim_matches(is_space),
        ));
        let after = block[self.end..].strip_prefix('\n').unwrap_or_default();
        match place.state {
            State::LooseList => list::detab(after, 1),
            _ => after.to_owned(),
        }
    }
}

/// Returns a heading's text without the number signs at its end, or nothing if it ends in an
/// unpaired backslash. A backslash and the character after it are one unit, which no number sign is
/// dropped from.
fn heading_text(line: &str) -> Option<&str> {
    let decoration = line.trim_end_matches('#').len();
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        if at >= decoration {
            return Some(&line[..at]);
        }
        if c == '\\' {
            chars.next()?;
        }
    }
    Some(line)
}

/// Splits a block at its first rule: three or more of `-`, `_` or `*`, with up to two spaces
/// between.
fn split_at_rule(block: &str) -> Option<(&str, &str)> {
    let mut start = 0;
    for line in block.split_inclusive('\n') {
        if is_rule(line.trim_end_matches('\n')) {
            let end = start + line.len();
            return Some((block[..start].trim_end_matches('\n'), &block[end..]));
        }
        start += line.len();
    }
    None
}

fn is_rule(line: &str) -> bool {
    let rule = line.trim_start_matches(' ');
    let indent = line.len() - rule.len();
    let rule = rule.trim_end_matches(' ');
    let Some(mark) = rule.chars().next().filter(|c| "-_*".contains(*c)) else {
        return false;
    };
    indent <= 3
        && rule.chars().all(|c| c == mark || c == ' ')
        && rule.chars().filter(|c| *c == mark).count() >= 3
        && !rule.contains("   ")
}

/// Adds a paragraph; within a tight list its text is the item's own.
fn paragraph(parent: &mut Element, block: &str, place: Place) {
    if block.chars().all(is_space) {
        return;
    }
    let text = block.trim_start_matches(is_space);
    if place.state != State::TightList {
        parent.push(Element::with_text(Tag::Paragraph, text));
        return;
    }
    match parent.children.last_mut() {
        Some(last) => {
            last.tail.push('\n');
            last.tail.push_str(block);
        }
        None if parent.text.is_empty() => parent.text.push_str(text),
        None => {
            parent.text.push('\n');
            parent.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_three_marks_with_small_gaps() {
        for rule in [
            "---", "***", "_ _ _", "*  *  *", "   ---  ", "****", "**  **",
        ] {
            assert!(is_rule(rule), "{rule}");
        }
        for other in ["--", "    ---", "-   -   -", "--_", "--- a", "", "- -"] {
            assert!(!is_rule(other), "{other}");
        }
    }

    #[test]
    fn a_heading_ends_before_its_last_number_signs() {
        let text = |block| Heading::find(block).map(|heading| (heading.level, heading.text));
        assert_eq!(text("a\n## b # c ##\nd"), Some((2, "b # c ")));
        assert_eq!(text(r"# a\#"), Some((1, r"a\#")));
        assert_eq!(text(r"# a\"), None);
        assert_eq!(text("####### a"), None);
        assert_eq!(text("#a\n# "), Some((1, "")));
    }
}
