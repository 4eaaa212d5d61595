//! Fenced blocks of the template.

use super::{
    blocks, inline,
    tokens::{self, Token, is_blank, visible},
};
use crate::{
    code::{code_lines, fence_width, safe_language},
    escape::{Place, Rules, clean},
    fence::{self, Fence},
    value,
};

/// An opening fence of the template.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    fence: Fence,
    /// What follows the marks.
    info: &'a [Token],
}

/// Returns the fence that this line opens.
pub(super) fn open(line: &[Token]) -> Option<Opening<'_>> {
    // Where the language would be, a value is made one.
    let text = outline(line).replace(value::START, "x");
    let fence = Fence::open(&text)?;
    let marks = line
        .iter()
        .take_while(|token| token.is(fence.mark) || token.is_nothing())
        .count();
    let info = &line[marks..];
    Some(Opening { fence, info })
}

/// Returns the trusted characters, with a sentinel for each value that shows something.
fn outline(line: &[Token]) -> String {
    let char = |token: &Token| match token {
        Token::Char(c) => *c,
        Token::Value(_) => value::START,
    };
    visible(line).map(char).collect()
}

impl Opening<'_> {
    /// Returns the index of the line that closes the fence, or the number of lines if none does.
    pub(super) fn end(&self, lines: &[Vec<Token>], start: usize) -> usize {
        let mut open = vec![self.fence.clone()];
        for (i, line) in lines.iter().enumerate().skip(start) {
            let line = outline(line);
            if open.last().is_some_and(|fence| fence.is_closed_by(&line)) {
                open.pop();
                if open.is_empty() {
                    return i;
                }
            } else if open.last().is_some_and(|fence| fence.holds_markdown) {
                open.extend(Fence::open(&line.replace(value::START, "x")));
            }
        }
        lines.len()
    }

    /// Writes the block that holds these lines, behind fences that nothing in it can close.
    pub(super) fn write(&self, lines: &[Vec<Token>], rules: Rules) -> Vec<String> {
        let (info, body) = if self.has_value_in_language() {
            (safe_language(&tokens::text(self.info)), raw(lines))
        } else if self.fence.holds_markdown {
            // A spoiler may stand in a quote or hold one, so it is treated as one.
            let quoted = Rules {
                quoted: true,
                ..rules
            };
            (self.header(rules), blocks::write(lines, quoted))
        } else {
            (self.header(rules), raw(lines))
        };
        if body.is_empty() {
            // The server drops an empty block, and would join what stands before and after it.
            return vec![String::new()];
        }
        let width = fence_width(&body.join("\n"), self.fence.mark).max(self.fence.width);
        let marks = String::from(self.fence.mark).repeat(width);
        let mut out = vec![marks.clone() + &info];
        out.extend(body);
        out.push(marks);
        out
    }

    /// Returns whether a value decides, at least in part, what the block is. It is code then, whatever the value says.
    fn has_value_in_language(&self) -> bool {
        let info = outline(self.info);
        let (_, rest) = fence::split_info(&info);
        rest.starts_with(value::START)
    }

    fn header(&self, rules: Rules) -> String {
        if !self.info.iter().any(Token::is_value) {
            return tokens::text(self.info);
        }
        let header = Rules {
            emoji: rules.emoji,
            ..Place::SpoilerHeader.into()
        };
        inline::write(self.info, header).trim_end().to_owned()
    }
}

/// Writes lines of code: values raw, but without invisible characters.
fn raw(lines: &[Vec<Token>]) -> Vec<String> {
    lines.iter().map(|line| raw_line(line)).collect()
}

fn raw_line(line: &[Token]) -> String {
    line.iter().fold(String::new(), |mut out, token| {
        match token {
            Token::Char(c) => out.push(*c),
            // Blanks within a line may be indentation.
            Token::Value(value) if is_blank(value) && !value.contains(clean::is_line_break) => {
                out.extend(
                    value
                        .chars()
                        .filter(|&c| c == '\t' || !clean::is_dropped(c)),
                );
            }
            Token::Value(value) => out.push_str(&code_lines(value).join("\n")),
        }
        out
    })
}
