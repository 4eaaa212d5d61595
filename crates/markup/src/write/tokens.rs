//! The finished template as lines of trusted characters and values.

use crate::{
    escape::clean,
    value::{END, START},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A character of the template.
    Char(char),
    /// A value from outside, which may hold line breaks. Values with nothing between them are one.
    Value(String),
}

impl Token {
    pub(super) fn is(&self, c: char) -> bool {
        *self == Self::Char(c)
    }

    /// Returns whether this is a character that is wanted.
    pub(super) fn is_char(&self, wanted: impl Fn(char) -> bool) -> bool {
        matches!(self, Self::Char(c) if wanted(*c))
    }

    pub(super) fn is_value(&self) -> bool {
        matches!(self, Self::Value(_))
    }

    /// Returns whether this is a value that shows nothing. What stands on both sides of it is side by side.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Value(text) if is_blank(text))
    }
}

/// Returns whether a value shows nothing.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || clean::is_dropped(c))
}

/// Splits the text at the template's line ends; those within values stay there.
pub(super) fn read(text: &str) -> Vec<Vec<Token>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut value: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, &mut value) {
            (START, None) => value = Some(String::new()),
            (END, Some(_)) => {
                let token = value.take().and_then(|value| joined(&mut line, value));
                line.extend(token);
            }
            (c, _) if clean::is_noncharacter(c) => {}
            (c, Some(value)) => value.push(c),
            ('\r', None) if chars.peek() == Some(&'\n') => {}
            ('\n' | '\r', None) => lines.push(std::mem::take(&mut line)),
            (c, None) => line.push(Token::Char(c)),
        }
    }
    // A value without an end can only come from a cut text; it is a value all the same.
    let token = value.and_then(|value| joined(&mut line, value));
    line.extend(token);
    lines.push(line);
    lines
}

/// Adds the value to one that it follows directly, else returns it as a token of its own.
fn joined(line: &mut [Token], value: String) -> Option<Token> {
    match line.last_mut() {
        Some(Token::Value(before)) => {
            before.push_str(&value);
            None
        }
        _ => Some(Token::Value(value)),
    }
}

/// Returns the tokens without those that show nothing.
pub(super) fn visible(line: &[Token]) -> impl Iterator<Item = &Token> {
    line.iter().filter(|token| !token.is_nothing())
}

/// Returns what the tokens say: the template's characters and the raw values.
pub(super) fn text(tokens: &[Token]) -> String {
    tokens.iter().fold(String::new(), |mut text, token| {
        match token {
            Token::Char(c) => text.push(*c),
            Token::Value(value) => text.push_str(value),
        }
        text
    })
}
