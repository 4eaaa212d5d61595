//! What the template's lines are.

use super::{
    fence, inline,
    tokens::{self, Token, visible},
};
use crate::{
    block::Line,
    escape::{Rules, clean},
    fence::Fence,
};

/// Writes lines that stand side by side, in the message itself or in a container.
pub(super) fn write(lines: &[Vec<Token>], rules: Rules) -> Vec<String> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        if let Some(fence) = fence::open(&lines[i]) {
            let end = fence.end(lines, i + 1);
            let after = (end + 1).min(lines.len());
            if has_value(&lines[i..after]) || end == i + 1 {
                out.extend(fence.write(&lines[i + 1..end], rules));
            } else {
                out.extend(copy(&lines[i..after]));
            }
            i = after;
        } else {
            let end = paragraph_end(lines, i);
            out.extend(paragraph(&lines[i..end], rules));
            i = end;
        }
    }
    out
}

fn has_value(lines: &[Vec<Token>]) -> bool {
    lines.iter().flatten().any(Token::is_value)
}

fn copy(lines: &[Vec<Token>]) -> impl Iterator<Item = String> {
    lines.iter().map(|line| tokens::text(line))
}

/// Returns where the lines end that the server reads as one text: at a blank line or a fence.
fn paragraph_end(lines: &[Vec<Token>], start: usize) -> usize {
    let is_blank =
        |line: &Vec<Token>| visible(line).all(|token| token.is_char(char::is_whitespace));
    let ends = |line: &Vec<Token>| is_blank(line) || fence::open(line).is_some();
    let rest = &lines[start + 1..];
    start + 1 + rest.iter().position(ends).unwrap_or(rest.len())
}

fn paragraph(lines: &[Vec<Token>], rules: Rules) -> Vec<String> {
    if !has_value(lines) {
        return copy(lines).collect();
    }
    let is_table = lines.get(1).is_some_and(|line| is_separator(line));
    let quoted = rules.quoted
        || lines
            .iter()
            .any(|line| split_prefix(line).0.iter().any(|token| token.is('>')));
    let rules = |line: &[Token]| Rules {
        quoted,
        pipes: is_table || visible(line).next().is_some_and(|token| token.is('|')),
        ..rules
    };
    lines
        .iter()
        .flat_map(|line| write_line(line, rules(line)))
        .collect()
}

/// Returns whether the line makes a table of the one above it.
fn is_separator(line: &[Token]) -> bool {
    line.iter()
        .all(|token| token.is_char(|c| matches!(c, '|' | ':' | '-' | ' ' | '>')))
        && line.iter().any(|token| token.is('-'))
        && line.iter().any(|token| token.is('|'))
}

/// Writes one of the template's lines, which become several or none by its values.
fn write_line(line: &[Token], rules: Rules) -> Vec<String> {
    if !line.iter().any(Token::is_value) {
        return vec![inline::write(line, rules)];
    }
    let (prefix, content) = split_prefix(line);
    let prefix = tokens::text(&visible(prefix).cloned().collect::<Vec<_>>());
    if is_empty_item(&prefix, content) {
        return Vec::new();
    }
    let Some((first, rest)) = several_lines(content).filter(|_| !rules.pipes) else {
        let rules = Rules {
            trailing_hashes: is_heading(content),
            ..rules
        };
        return vec![finish(&prefix, &inline::write(content, rules))];
    };
    let mut lines: Vec<String> = first.iter().map(|line| line.escape(rules)).collect();
    if let Some(last) = first.last().filter(|_| !rest.is_empty()) {
        let mut tokens = vec![Token::Value(last.text.clone())];
        tokens.extend_from_slice(rest);
        lines.pop();
        lines.push(last.indentation() + &inline::write(&tokens, rules));
    }
    lines.iter().map(|line| finish(&prefix, line)).collect()
}

/// Splits off the blanks and the marks of a quote, which stand before every line of a value.
fn split_prefix(line: &[Token]) -> (&[Token], &[Token]) {
    let in_prefix =
        |token: &&Token| token.is_nothing() || token.is_char(|c| matches!(c, ' ' | '\t' | '>'));
    let mut end = line.iter().take_while(in_prefix).count();
    // An empty value belongs to what follows it.
    while end > 0 && line[end - 1].is_nothing() {
        end -= 1;
    }
    line.split_at(end)
}

/// Returns whether a quoted line, a list item or a heading would be left with its mark alone.
fn is_empty_item(prefix: &str, content: &[Token]) -> bool {
    if visible(content).any(Token::is_value) {
        return false;
    }
    let mark: String = tokens::text(&visible(content).cloned().collect::<Vec<_>>());
    let is_number = |mark: &str| !mark.is_empty() && mark.bytes().all(|byte| byte.is_ascii_digit());
    match mark.trim() {
        "" => prefix.contains('>'),
        "-" | "+" | "*" => true,
        mark => {
            mark.strip_suffix('.').is_some_and(is_number) || mark.bytes().all(|byte| byte == b'#')
        }
    }
}

fn is_heading(content: &[Token]) -> bool {
    let marks = visible(content).take_while(|token| token.is('#')).count();
    marks > 0
        && visible(content)
            .nth(marks)
            .is_some_and(|token| token.is(' '))
}

/// Returns the lines of a value that the content begins with, and what follows, if there are several lines.
fn several_lines(content: &[Token]) -> Option<(Vec<Line>, &[Token])> {
    let Some((Token::Value(value), rest)) = content.split_first() else {
        return None;
    };
    value
        .contains(clean::is_line_break)
        .then(|| (Line::all(value), rest))
        .filter(|(lines, _)| lines.len() > 1)
}

/// Puts the prefix before a written line, and sees to it that the line is no fence.
fn finish(prefix: &str, line: &str) -> String {
    if line.is_empty() {
        return prefix.trim_end().to_owned();
    }
    if prefix.is_empty() {
        // Something before it may have disappeared.
        return Fence::defused(line).into_owned();
    }
    format!("{prefix}{line}")
}
