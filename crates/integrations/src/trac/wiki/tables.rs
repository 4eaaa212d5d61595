//! Tables: `||a||b||`, with `||=head=||` for headings.

use super::inline;
use super::links::Links;

/// Wider and longer tables are cut: nobody reads them in a message.
const MOST_COLUMNS: usize = 12;
const MOST_ROWS: usize = 40;

pub(super) fn is_row(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.starts_with("||")
}

/// Renders rows. The first is the heading, since tables of Zulip have one.
pub(super) fn render(lines: &[&str], links: &Links) -> String {
    let rows: Vec<Vec<&str>> = lines
        .iter()
        .take(MOST_ROWS)
        .map(|line| cells(line))
        .collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut out: Vec<String> = Vec::new();
    for row in &rows {
        let cells = row.iter().copied().chain(std::iter::repeat("")).take(width);
        out.push(inline::row(cells, links));
        if out.len() == 1 {
            out.push(format!("|{}", "---|".repeat(width)));
        }
    }
    if lines.len() > MOST_ROWS {
        out.push(format!("\n({} more rows)", lines.len() - MOST_ROWS));
    }
    out.join("\n")
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim().trim_end_matches('\\').trim_end();
    let line = line.strip_prefix("||").unwrap_or(line);
    let line = line.strip_suffix("||").unwrap_or(line);
    let cells = line.split("||").take(MOST_COLUMNS);
    cells
        .map(|cell| cell.trim_matches([' ', '=', '\t']))
        .collect()
}
