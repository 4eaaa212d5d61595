//! Quotes: lines that begin with `>`.

use std::sync::LazyLock;

use regex::Regex;

use super::{Place, State, parse_block, parse_text};
use crate::render::inline::mention;
use crate::render::source::is_space;
use crate::render::tree::{Element, Tag};

/// A line of a quote, after up to three spaces.
static LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^ {0,3}> ?(.*)").expect("a valid expression"));

/// Finds the line where a quote starts. Empty quote lines at the end of a block start none.
pub(super) fn find(block: &str) -> Option<usize> {
    let is_empty = |line: &str| {
        LINE.captures(line)
            .is_some_and(|line| line[1].chars().all(is_space))
    };
    let mut content = block.trim_end_matches('\n');
    while let Some(start) = content
        .rfind('\n')
        .map(|at| at + 1)
        .or((!content.is_empty()).then_some(0))
    {
        if !is_empty(&content[start..]) {
            break;
        }
        content = content[..start].trim_end_matches('\n');
    }
    let mut start = 0;
    for line in content.split_inclusive('\n') {
        if LINE.is_match(line) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// Parses what stands before the quote and the quote itself, which takes all the rest of the block.
pub(super) fn parse(parent: &mut Element, block: &str, start: usize, place: Place) {
    if start > 0 {
        // The line end before the quote belongs to neither.
        parse_block(parent, &block[..start - 1], place.inside(place.state));
    }
    let lines: Vec<_> = block[start..].split('\n').map(clean).collect();
    let quote = parent.push(Element::new(Tag::Quote));
    parse_text(quote, &lines.join("\n"), place.inside(State::Quote));
}

/// Takes the mark of a quote off a line, after making its mentions silent, those in code too. In this order a mention
/// directly after the mark still notifies, as on the server.
fn clean(line: &str) -> String {
    if line.trim_matches(is_space) == ">" {
        return String::new();
    }
    let line = mention::silence(line);
    let content = LINE.captures(&line).map(|captures| captures[1].to_owned());
    content.unwrap_or(line)
}
