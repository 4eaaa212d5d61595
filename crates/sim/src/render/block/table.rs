//! Tables: a row of headers, a row that draws the line below them, and all further lines of the
//! block.

use crate::render::tree::{Align, Element, Tag};

/// A table's lines, split into cells.
#[derive(Debug)]
pub(super) struct Table<'a> {
    align: Vec<Align>,
    header: Vec<&'a str>,
    rows: Vec<Vec<&'a str>>,
}

impl<'a> Table<'a> {
    /// Reads a block as a table, if its first two lines make it one.
    pub(super) fn find(block: &'a str) -> Option<Self> {
        let (header, rest) = block.split_once('\n')?;
        let mut lines = rest.split('\n').map(|line| line.trim_matches(' '));
        let separator = lines.next()?;
        let is_drawn = separator.chars().all(|c| "|:- ".contains(c));
        let header = header.trim_matches(' ');
        if !is_drawn || header.is_empty() {
            return None;
        }

        let bordered = header.starts_with('|') || has_end_border(header);
        let header = split_row(header, bordered);
        let columns = header.len();
        let one_column = |line: &str| line.starts_with('|') || has_end_border(line);
        let is_table =
            columns > 1 || bordered && one_column(separator) && lines.clone().all(one_column);
        let separator = split_row(separator, bordered);
        if !is_table || separator.len() != columns {
            return None;
        }
        let align = separator.iter().map(|cell| align(cell)).collect();
        let rows = lines.map(|line| split_row(line, bordered)).collect();
        Some(Self {
            align,
            header,
            rows,
        })
    }

    pub(super) fn into_element(self) -> Element {
        let mut table = Element::new(Tag::Table);
        table
            .push(Element::new(Tag::Head))
            .children
            .push(self.row(&self.header, Tag::HeadCell));
        let body = table.push(Element::new(Tag::Body));
        body.children
            .extend(self.rows.iter().map(|row| self.row(row, Tag::Cell)));
        if self.rows.is_empty() {
            let mut cells = Element::new(Tag::Row);
            cells.children.extend(
                self.align
                    .iter()
                    .map(|_| Element::new(Tag::Cell(Align::None))),
            );
            body.children.push(cells);
        }
        table
    }

    /// Returns a row with exactly as many cells as the table has columns.
    fn row(&self, cells: &[&str], tag: fn(Align) -> Tag) -> Element {
        let mut row = Element::new(Tag::Row);
        for (column, align) in self.align.iter().enumerate() {
            let text = cells.get(column).copied().unwrap_or_default();
            row.push(Element::with_text(tag(*align), text.trim_matches(' ')));
        }
        row
    }
}

fn align(cell: &str) -> Align {
    let cell = cell.trim_matches(' ');
    match (cell.starts_with(':'), cell.ends_with(':')) {
        (true, true) => Align::Center,
        (true, false) => Align::Left,
        (false, true) => Align::Right,
        (false, false) => Align::None,
    }
}

/// Tells whether a line ends in a pipe that no backslash takes away.
fn has_end_border(line: &str) -> bool {
    line.strip_suffix('|')
        .is_some_and(|line| (line.len() - line.trim_end_matches('\\').len()).is_multiple_of(2))
}

fn split_row(line: &str, bordered: bool) -> Vec<&str> {
    let mut line = line;
    if bordered {
        line = line.strip_prefix('|').unwrap_or(line);
        if has_end_border(line) {
            line = &line[..line.len() - 1];
        }
    }
    split_cells(line)
}

/// Splits a row at its pipes, except those after a backslash or in a code span.
fn split_cells(line: &str) -> Vec<&str> {
    let marks = Marks::of(line);
    let mut spans = marks.code_spans().into_iter().peekable();
    let mut cells = Vec::new();
    let mut start = 0;
    for pipe in marks.pipes {
        while spans.next_if(|(_, end)| *end <= pipe).is_some() {}
        if spans.peek().is_none_or(|(span, _)| pipe < *span) {
            cells.push(&line[start..pipe]);
            start = pipe + 1;
        }
    }
    cells.push(&line[start..]);
    cells
}

/// The pipes and backticks of a row.
#[derive(Default)]
struct Marks {
    pipes: Vec<usize>,
    ticks: Vec<Ticks>,
}

/// A run of backticks.
struct Ticks {
    start: usize,
    length: usize,
    /// Whether a backslash before it takes away the first one, where it opens a code span.
    escaped: bool,
}

impl Marks {
    fn of(line: &str) -> Self {
        let mut marks = Self::default();
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let escaped = bytes[at] == b'\\';
            let tick = at + usize::from(escaped);
            let length = bytes.get(tick..).map_or(0, |rest| {
                rest.iter().take_while(|byte| **byte == b'`').count()
            });
            match bytes[at..] {
                _ if length > 0 => {
                    marks.ticks.push(Ticks {
                        start: at,
                        length,
                        escaped,
                    });
                    at = tick + length;
                }
                [b'\\', b'\\' | b'|', ..] => at += 2,
                [b'|', ..] => {
                    marks.pipes.push(at);
                    at += 1;
                }
                _ => at += 1,
            }
        }
        marks
    }

    /// Pairs each run of backticks with the next of its length, and returns the first and last
    /// position of each pair.
    fn code_spans(&self) -> Vec<(usize, usize)> {
        let mut next_of_length = std::collections::HashMap::new();
        let mut closing = vec![None; self.ticks.len()];
        for (index, ticks) in self.ticks.iter().enumerate().rev() {
            closing[index] = next_of_length
                .get(&(ticks.length - usize::from(ticks.escaped)))
                .copied();
            next_of_length.insert(ticks.length, index);
        }
        let mut spans = Vec::new();
        let mut index = 0;
        while let Some(ticks) = self.ticks.get(index) {
            match closing[index].filter(|_| ticks.length > usize::from(ticks.escaped)) {
                Some(end) => {
                    let last: &Ticks = &self.ticks[end];
                    spans.push((ticks.start, last.start + last.length));
                    index = end + 1;
                }
                None => index += 1,
            }
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_in_code_or_after_a_backslash_split_nothing() {
        assert_eq!(
            split_cells(r"a|`b|c`|d\|e|\\|`f|g"),
            ["a", "`b|c`", r"d\|e", r"\\", "`f", "g"]
        );
        assert_eq!(split_cells("``a|`b``|c"), ["``a|`b``", "c"]);
        assert_eq!(split_cells(r"\`a|b`"), [r"\`a", "b`"]);
    }
}
