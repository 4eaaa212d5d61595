//! Lists: items with a marker, nested by two spaces.
//!
//! A list is *tight* while its items follow each other directly, and an item's text is then the
//! item's own. A blank line before an item makes that item and the one before it *loose*: their
//! texts become paragraphs.

use super::{Place, State, parse_block};
use crate::render::source::is_space;
use crate::render::tree::{Element, List, Tag};

/// The columns of one level of nesting.
const INDENT: usize = 2;

/// A line with a list marker.
struct Marker<'a> {
    indent: usize,
    kind: List,
    content: &'a str,
}

impl<'a> Marker<'a> {
    /// Reads `- text`, `* text`, `+ text` or `1. text`.
    fn of(line: &'a str) -> Option<Self> {
        let unindented = line.trim_start_matches(' ');
        let indent = line.len() - unindented.len();
        let after_digits = unindented.trim_start_matches(|c: char| c.is_ascii_digit());
        let (kind, rest) = match unindented.len() - after_digits.len() {
            0 => (List::Bullets, unindented.strip_prefix(['*', '+', '-'])?),
            digits => (
                List::Numbers {
                    start: unindented[..digits].to_owned(),
                },
                after_digits.strip_prefix('.')?,
            ),
        };
        let content = rest.strip_prefix(' ')?.trim_start_matches(' ');
        Some(Self {
            indent,
            kind,
            content,
        })
    }
}

/// Returns the kind of the list that a block is, if it is one.
pub(super) fn kind_of(block: &str) -> Option<List> {
    let marker = Marker::of(block.split('\n').next()?)?;
    (marker.indent < INDENT).then_some(marker.kind)
}

/// Adds the items of a block to the list before it, to the list that is its parent, or to a new
/// one.
pub(super) fn parse(parent: &mut Element, block: &str, kind: List, place: Place) {
    let items = items(block, &kind);
    let mut items = items.iter();
    let follows_list = matches!(
        parent.children.last(),
        Some(Element { tag: Tag::List(previous), .. }) if previous.same_kind(&kind)
    );
    let list = match parent.children.len().checked_sub(1) {
        Some(last) if follows_list => {
            let list = &mut parent.children[last];
            list.children.last_mut().map(make_loose);
            if let Some(first) = items.next() {
                parse_block(
                    list.push(Element::new(Tag::Item)),
                    first,
                    place.inside(State::LooseList),
                );
            }
            list
        }
        _ if parent.is_list() => parent,
        _ => parent.push(Element::new(Tag::List(kind))),
    };
    let inside = place.inside(State::TightList);
    for item in items {
        let is_nested = indent_of(item) >= INDENT;
        match list.children.last_mut().filter(|_| is_nested) {
            Some(last) => parse_block(last, item, inside),
            None => parse_block(list.push(Element::new(Tag::Item)), item, inside),
        }
    }
}

/// Cuts a block into items: a marker begins one, a marker further in begins a nested part, and any
/// other line belongs to what is before it.
fn items(block: &str, kind: &List) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in block.split('\n') {
        let marker = Marker::of(line);
        let begins = match &marker {
            Some(marker) if marker.indent < INDENT && marker.kind.same_kind(kind) => {
                Some(marker.content)
            }
            Some(marker) if (INDENT..2 * INDENT).contains(&marker.indent) => {
                let continues_nested = items.last().is_some_and(|item| indent_of(item) >= INDENT);
                (!continues_nested).then_some(line)
            }
            _ => None,
        };
        match (begins, items.last_mut()) {
            (None, Some(item)) => {
                item.push('\n');
                item.push_str(line);
            }
            (begins, _) => items.push(begins.unwrap_or(line).to_owned()),
        }
    }
    items
}

fn make_loose(item: &mut Element) {
    item.wrap_text();
    let tail = item
        .children
        .last_mut()
        .map(|last| std::mem::take(&mut last.tail))
        .unwrap_or_default();
    if !tail.is_empty() {
        item.push(Element::with_text(
            Tag::Paragraph,
            tail.trim_start_matches(is_space),
        ));
    }
}

/// Tells whether a block is an indented part of a list item before it.
pub(super) fn is_continuation(parent: &Element, block: &str, place: Place) -> bool {
    let in_list = parent.tag == Tag::Item || parent.children.last().is_some_and(Element::is_list);
    indent_of(block) >= INDENT && place.state != State::Detabbed && place.may_nest() && in_list
}

/// Parses an indented block as part of the item that its indentation reaches.
pub(super) fn continue_item(parent: &mut Element, block: &str, place: Place) {
    let (level, steps) = level_of(parent, block, place);
    let text = detab(block, level);
    let inside = place.inside(State::Detabbed);
    if parent.tag == Tag::Item {
        let into_list = parent.children.last().is_some_and(Element::is_list);
        return parse_block(descend(parent, usize::from(into_list)), &text, inside);
    }
    let target = descend(parent, steps);
    if target.tag == Tag::Item {
        return parse_block(target, &text, inside);
    }
    if target
        .children
        .last()
        .is_some_and(|last| last.tag == Tag::Item)
    {
        let item = descend(target, 1);
        item.wrap_text();
        return parse_block(item, &text, inside);
    }
    parse_block(target.push(Element::new(Tag::Item)), &text, inside);
}

/// Returns how many levels of indentation lists before the block take up, and how many last
/// children lead there.
fn level_of(parent: &Element, block: &str, place: Place) -> (usize, usize) {
    let indent = indent_of(block) / INDENT;
    let mut level = usize::from(place.state == State::TightList);
    let mut steps = 0;
    let mut at = parent;
    while indent > level {
        match at.children.last() {
            Some(last) if last.is_list() => level += 1,
            Some(last) if last.tag == Tag::Item => {}
            _ => break,
        }
        let Some(last) = at.children.last() else {
            break;
        };
        at = last;
        steps += 1;
    }
    (level, steps)
}

/// Follows the last child so many times.
fn descend(element: &mut Element, steps: usize) -> &mut Element {
    match element.children.len().checked_sub(1) {
        Some(last) if steps > 0 => descend(&mut element.children[last], steps - 1),
        _ => element,
    }
}

/// Returns the number of spaces that a text begins with.
fn indent_of(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// Removes so many levels of indentation from each line that has them.
pub(super) fn detab(block: &str, level: usize) -> String {
    let indent = " ".repeat(level * INDENT);
    let lines: Vec<_> = block
        .split('\n')
        .map(|line| line.strip_prefix(&indent).unwrap_or(line))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_cut_at_markers_of_their_kind() {
        assert_eq!(
            items("- a\nb\n  - c\n    - d\n+ e", &List::Bullets),
            ["a\nb", "  - c\n    - d", "e"]
        );
        assert_eq!(items("- a\n10. b", &List::Bullets), ["a\n10. b"]);
    }

    #[test]
    fn a_marker_needs_a_space() {
        assert!(kind_of("-a").is_none() && kind_of("1.a").is_none() && kind_of("  - a").is_none());
        assert_eq!(
            kind_of(" 12. a"),
            Some(List::Numbers {
                start: "12".to_owned()
            })
        );
    }
}
