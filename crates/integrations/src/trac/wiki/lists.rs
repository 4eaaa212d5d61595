//! Lists, numbered lists and definitions, told apart by their indentation.

use super::blocks::is_text;
use super::inline;
use super::links::Links;

/// Items are nested no deeper: the rest of a message would not fit beside them.
const DEEPEST: usize = 6;

/// An item's first line.
struct Item<'a> {
    indent: usize,
    /// The mark in Zulip.
    mark: &'static str,
    /// What is defined, in a list of definitions.
    term: Option<&'a str>,
    text: &'a str,
}

pub(super) fn is_item(line: &str) -> bool {
    item(line).is_some()
}

/// Reads ` * item`, ` - item`, ` 1. item`, ` a. item` or ` term:: what it is`. At least one blank stands in front.
fn item(line: &str) -> Option<Item<'_>> {
    let content = line.trim_start_matches([' ', '\t']);
    let indent = line.len() - content.len();
    if indent == 0 {
        return None;
    }
    let new = |mark, term, text| {
        Some(Item {
            indent,
            mark,
            term,
            text,
        })
    };
    if let Some(text) = content
        .strip_prefix("* ")
        .or_else(|| content.strip_prefix("- "))
    {
        return new("* ", None, text);
    }
    if let Some((number, text)) = content.split_once(". ")
        && is_number(number)
    {
        return new("1. ", None, text);
    }
    let (term, text) = content.split_once("::")?;
    let is_definition = !term.trim().is_empty() && (text.is_empty() || text.starts_with(' '));
    is_definition
        .then(|| new("* ", Some(term.trim()), text))
        .flatten()
}

/// A number, one letter, or a Roman number.
fn is_number(text: &str) -> bool {
    let digits =
        !text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let letter = text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let roman = (1..6).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x'));
    digits || letter || roman
}

/// Counts the lines of a list: its items, and what is indented below them.
pub(super) fn length(lines: &[&str]) -> usize {
    let belongs = |line: &&&str| is_item(line) || (line.starts_with(' ') && is_text(line));
    lines.iter().take_while(belongs).count()
}

/// Renders a list.
pub(super) fn render(lines: &[&str], links: &Links) -> String {
    let mut out: Vec<String> = Vec::new();
    // The indentation of the items that the next one may be below.
    let mut open: Vec<usize> = Vec::new();
    for line in lines {
        let Some(item) = item(line) else {
            let more = inline::render("", line.trim(), links);
            if let Some(last) = out.last_mut().filter(|_| !more.is_empty()) {
                last.push(' ');
                last.push_str(&more);
            }
            continue;
        };
        open.retain(|indent| *indent < item.indent);
        let level = open.len().min(DEEPEST);
        open.push(item.indent);
        let mark = format!("{}{}", "  ".repeat(level), item.mark);
        let text = item.text.trim();
        let rendered = match item.term {
            Some(term) => inline::definition(&mark, term, text, links),
            None => inline::render(&mark, text, links),
        };
        if !rendered.trim().is_empty() {
            out.push(rendered);
        }
    }
    out.join("\n")
}
