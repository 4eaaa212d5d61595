//! Quotes: lines that begin with `>`.

use super::{Place, State, parse_block, parse_text};
use crate::render::inline::mention;
use crate::render::source::is_space;
use crate::render::tree::{Element, Tag};

/// Returns the content of a line of a quote: what follows up to three spaces, `>`, and one space
/// more.
fn content(line: &str) -> Option<&str> {
    let marked = line.trim_start_matches(' ');
    let content = marked
        .strip_prefix('>')
        .filter(|_| line.len() - marked.len() <= 3)?;
    Some(content.strip_prefix(' ').unwrap_or(content))
}

/// Finds the line where a quote starts. Empty quote lines at the end of a block start none.
pub(super) fn find(block: &str) -> Option<usize> {
    if !block.contains('>') {
        return None;
    }
    let starts = std::iter::once(0).chain(block.match_indices('\n').map(|(at, _)| at + 1));
    let lines = starts
        .zip(block.split('\n'))
        .map(|(start, line)| (start, content(line)));
    let mut found = None;
    for (start, content) in lines {
        match content {
            Some(content) => {
                let start = *found.get_or_insert(start);
                if !content.chars().all(is_space) {
                    return Some(start);
                }
            }
            // Any other line is part of a quote before it.
            None if found.is_some() => return found,
            None => {}
        }
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

/// Takes the mark of a quote off a line, after making its mentions silent, those in code too. In
/// this order a mention directly after the mark still notifies, as on the server.
fn clean(line: &str) -> String {
    if line.trim_matches(is_space) == ">" {
        return String::new();
    }
    let line = mention::silence(line);
    content(&line).unwrap_or(&line).to_owned()
}
