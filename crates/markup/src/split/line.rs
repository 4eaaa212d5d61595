//! Splitting a line that is too long for any part.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::{escape::start, fence::Fence, length};

/// Splits a line of ordinary text so that the first half has at most `room` code points, between words if possible.
pub(super) fn halve(line: &str, room: usize) -> (String, String) {
    let end = border(line, room);
    let marks = line.len() - line.trim_start_matches([' ', '>']).len();
    let prefix = if marks * 2 < end { marks } else { 0 };
    let atoms = Atoms::find(line, room);
    let fits = |i: usize| i > prefix && !atoms.hold(i);
    let Some(at) = borders(line, end).find(|&i| fits(i)) else {
        return halve_span(line, room, &atoms);
    };
    let (head, rest) = line.split_at(at);
    let rest = line[..prefix].to_owned() + &start::guard(&Fence::defused(rest.trim_start()));
    (head.trim_end().to_owned(), rest)
}

/// Returns the byte at which `room` code points end.
fn border(line: &str, room: usize) -> usize {
    line.char_indices().nth(room).map_or(line.len(), |(i, _)| i)
}

/// Returns where a line may be split up to `end`: the last words first, then the last letters.
fn borders(line: &str, end: usize) -> impl Iterator<Item = usize> {
    let letters = line.grapheme_indices(true).map(|(i, _)| i);
    let letters: Vec<usize> = letters.take_while(|&i| i <= end).collect();
    let words: Vec<usize> = letters
        .iter()
        .copied()
        .filter(|&i| line[i..].starts_with(' '))
        .collect();
    words.into_iter().rev().chain(letters.into_iter().rev())
}

/// Splits a line that begins with something longer than a part. A code span is closed in the one half and opened again
/// in the other.
fn halve_span(line: &str, room: usize, atoms: &Atoms) -> (String, String) {
    let Some((span, ticks)) = atoms
        .code
        .iter()
        .find(|(span, _)| span.contains(&(border(line, room) - 1)))
    else {
        let (head, rest) = line.split_at(border(line, room));
        return (head.to_owned(), rest.to_owned());
    };
    let end = border(line, room - ticks - 1);
    let fence = "`".repeat(*ticks);
    // A backtick beside the new border would join it.
    let beside = |i: usize| line[..i].ends_with('`') || line[i..].starts_with('`');
    let mut borders = line[..end]
        .char_indices()
        .map(|(i, _)| i)
        .rev()
        .take_while(|&i| i > span.start + ticks);
    let (at, blank) = borders
        .find(|&i| !beside(i))
        .map_or((end, " "), |at| (at, ""));
    let (head, rest) = line.split_at(at);
    (
        format!("{head}{blank}{fence}"),
        format!("{fence}{blank}{rest}"),
    )
}

/// Splits a line of code so that the first half has at most `room` code points, between words if possible.
pub(super) fn halve_code_line(line: &str, room: usize, fence: &Fence) -> (String, String) {
    let end = border(line, room);
    let closes = |i: usize| fence.is_closed_by(&line[..i]) || fence.is_closed_by(&line[i..]);
    let at = borders(line, end)
        .find(|&i| i > 0 && !closes(i))
        .unwrap_or(end);
    let (head, rest) = line.split_at(at);
    (head.to_owned(), rest.to_owned())
}

/// What should stay whole within a line.
#[derive(Debug)]
struct Atoms {
    /// Code spans, which must not be left open, with the number of their backticks.
    code: Vec<(Range<usize>, usize)>,
    /// Links and character references.
    other: Vec<Range<usize>>,
}

impl Atoms {
    fn find(line: &str, room: usize) -> Self {
        let code = code_spans(line);
        let mut other: Vec<Range<usize>> = links(line).collect();
        other.extend(
            line.match_indices('&')
                .filter_map(|(i, _)| reference(line, i)),
        );
        other.retain(|range| length(&line[range.clone()]) <= room);
        Self { code, other }
    }

    /// Returns whether a border here would break something.
    fn hold(&self, i: usize) -> bool {
        let holds = |range: &Range<usize>| range.start < i && i < range.end;
        self.code.iter().any(|(range, _)| holds(range)) || self.other.iter().any(holds)
    }
}

fn code_spans(line: &str) -> Vec<(Range<usize>, usize)> {
    let mut spans = Vec::new();
    let mut start = 0;
    while let Some(found) = line[start..].find('`') {
        start += found;
        let ticks = ticks(&line[start..]);
        let end = closing_ticks(&line[start..], ticks).filter(|_| !line[..start].ends_with('\\'));
        if let Some(end) = end {
            spans.push((start..start + end, ticks));
        }
        start += end.unwrap_or(ticks);
    }
    spans
}

fn ticks(rest: &str) -> usize {
    rest.bytes().take_while(|&byte| byte == b'`').count()
}

fn closing_ticks(rest: &str, width: usize) -> Option<usize> {
    let mut i = width;
    while let Some(found) = rest[i..].find('`') {
        let run = ticks(&rest[i + found..]);
        i += found + run;
        if run == width {
            return Some(i);
        }
    }
    None
}

/// Returns the links of a line. Only brackets that are not encoded can be a link's, so the next one is.
fn links(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut searched = 0;
    std::iter::from_fn(move || {
        loop {
            let middle = searched + line[searched..].find("](")?;
            let start = line[searched..middle]
                .rfind('[')
                .map(|start| searched + start);
            let end = middle + line[middle..].find(')')? + 1;
            searched = end;
            if let Some(start) = start {
                return Some(start..end);
            }
        }
    })
}

fn reference(line: &str, start: usize) -> Option<Range<usize>> {
    let rest = &line[start + 1..];
    let name = rest.trim_start_matches(|c: char| c == '#' || c.is_ascii_alphanumeric());
    name.starts_with(';')
        .then(|| start..line.len() - name.len() + 1)
}
