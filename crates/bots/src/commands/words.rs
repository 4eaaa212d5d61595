use std::borrow::Cow;

use super::{Argument, Mistake};

/// The words of what somebody said, one after the other.
///
/// Blanks part them. Quotes hold a word with blanks together: `"two words"` with `\"` and `\\` inside, `'two words'`,
/// or `“two words”` as telephones write it. A quote that is not closed, or is closed within a word, is text. Mentions of
/// users and links to channels are one word each.
#[derive(Debug, Clone)]
pub struct Words<'a> {
    text: &'a str,
    at: usize,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// As it was written.
    pub raw: &'a str,
    /// Without the quotes around it.
    pub text: Cow<'a, str>,
}

impl<'a> Words<'a> {
    /// Returns the words of a text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text: text.trim_end(),
            at: 0,
        }
    }

    /// Returns the next word, if there is one.
    pub fn next_word(&mut self) -> Option<Word<'a>> {
        let word = word(self.rest())?;
        self.at = self.text.len() - self.rest().len() + word.raw.len();
        Some(word)
    }

    /// Returns the next word without going past it.
    pub fn peek(&self) -> Option<Word<'a>> {
        word(self.rest())
    }

    /// Returns all that is left, as it was written.
    pub fn rest(&self) -> &'a str {
        self.text[self.at..].trim_start()
    }

    /// Goes past all that is left.
    pub fn finish(&mut self) {
        self.at = self.text.len();
    }

    /// Returns how far it is in the text, in bytes.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Returns the words behind these, if these are the next ones; upper and lower case are the same.
    pub fn after(&self, phrase: &str) -> Option<Self> {
        let mut words = self.clone();
        for expected in phrase.split_whitespace() {
            let word = words.next_word()?;
            if word.raw.to_lowercase() != expected.to_lowercase() {
                return None;
            }
        }
        Some(words)
    }

    /// Reads an argument.
    ///
    /// # Errors
    /// It is missing or not what it should be.
    pub fn argument<A: Argument>(&mut self, name: &'static str) -> Result<A, Mistake> {
        A::read(name, self)
    }
}

/// Writes a text so that it is read as one word, in quotes where it needs them.
///
/// ```
/// use zulipkit_bots::commands::quote;
///
/// assert_eq!(quote("milk"), "milk");
/// assert_eq!(quote("two pints"), r#""two pints""#);
/// assert_eq!(quote("don't"), "don't");
/// ```
pub fn quote(text: &str) -> Cow<'_, str> {
    // What begins like a quote or a link might end in a later word.
    let open = text.starts_with(['"', '\'', '“', '@', '#', '<']);
    if !open && word(text).is_some_and(|word| word.raw == text) {
        return Cow::Borrowed(text);
    }
    let escaped = text.replace('\\', r"\\").replace('"', "\\\"");
    Cow::Owned(format!("\"{escaped}\""))
}

/// Returns the word that a text begins with; no blanks stand before it.
fn word(text: &str) -> Option<Word<'_>> {
    let first = text.chars().next().filter(|first| !first.is_whitespace())?;
    if let Some(word) = quoted(text, first) {
        return Some(word);
    }
    let plain = || text.find(char::is_whitespace).unwrap_or(text.len());
    let raw = &text[..link(text).unwrap_or_else(plain)];
    Some(Word {
        raw,
        text: Cow::Borrowed(raw),
    })
}

/// Reads a word in quotes, if the text begins with one that ends at a blank.
fn quoted(text: &str, open: char) -> Option<Word<'_>> {
    let close = match open {
        '"' | '\'' => open,
        '“' => '”',
        _ => return None,
    };
    let start = open.len_utf8();
    let mut escaped = false;
    for (at, c) in text[start..].char_indices() {
        let end = start + at;
        let behind = end + c.len_utf8();
        if c == close && !escaped && ends_word(&text[behind..]) {
            let inside = &text[start..end];
            let text_of = if open == '"' {
                unescape(inside)
            } else {
                Cow::Borrowed(inside)
            };
            return Some(Word {
                raw: &text[..behind],
                text: text_of,
            });
        }
        escaped = open == '"' && c == '\\' && !escaped;
    }
    None
}

/// Tells whether a word ends where this begins.
fn ends_word(behind: &str) -> bool {
    behind.chars().next().is_none_or(char::is_whitespace)
}

/// Resolves `\"` and `\\`; any other backslash is text.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next @ ('"' | '\\'))) => {
                out.push(*next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Returns the length of the mention, link to a channel or time that a text begins with: these may have blanks inside.
fn link(text: &str) -> Option<usize> {
    let (start, end) = [
        ("@**", "**"),
        ("@_**", "**"),
        ("@*", "*"),
        ("#**", "**"),
        ("<time:", ">"),
    ]
    .into_iter()
    .find(|(start, _)| text.starts_with(start))?;
    let inside = &text[start.len()..];
    let length = inside.find(end).filter(|length| *length > 0)?;
    if inside[..length].contains('\n') {
        return None;
    }
    // What is written on without a blank belongs to it, such as a comma.
    let behind = start.len() + length + end.len();
    let more = text[behind..].find(char::is_whitespace);
    Some(more.map_or(text.len(), |more| behind + more))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut words = Words::new(text);
        std::iter::from_fn(|| words.next_word())
            .map(|word| word.text.into_owned())
            .collect()
    }

    #[test]
    fn blanks_part_words_and_quotes_hold_them_together() {
        assert_eq!(all(" a  b\n\tc "), ["a", "b", "c"]);
        assert_eq!(all(r#"a "b c" d"#), ["a", "b c", "d"]);
        assert_eq!(all("'b c' “d e”"), ["b c", "d e"]);
        assert_eq!(all(r#""say \"hi\" \\ \n""#), [r#"say "hi" \ \n"#]);
        assert_eq!(all(r#""""#), [""]);
    }

    #[test]
    fn quotes_that_hold_nothing_are_text() {
        assert_eq!(all("don't 'stop"), ["don't", "'stop"]);
        assert_eq!(all(r#""a b"#), ["\"a", "b"]);
        assert_eq!(all("5\" and 'it's here'"), ["5\"", "and", "it's here"]);
        assert_eq!(all(r#"" "#), ["\""]);
    }

    #[test]
    fn mentions_and_links_are_one_word() {
        assert_eq!(
            all("@**Ada Lovelace|9** #**a b>c d** @_**A B**, <time:2026-11-25 10:00> x"),
            [
                "@**Ada Lovelace|9**",
                "#**a b>c d**",
                "@_**A B**,",
                "<time:2026-11-25 10:00>",
                "x"
            ]
        );
        assert_eq!(all("@** a"), ["@**", "a"]);
    }

    #[test]
    fn what_is_left_stays_as_it_was_written() {
        let mut words = Words::new("add  \"a  b\" c\n d ");
        words.next_word();
        assert_eq!(words.rest(), "\"a  b\" c\n d");
        words.finish();
        assert_eq!(words.next_word(), None);
    }

    proptest! {
        #[test]
        fn a_quoted_text_is_one_word_again(text in any::<String>()) {
            prop_assert_eq!(all(&quote(&text)), [text]);
        }

        #[test]
        fn quoted_texts_stand_side_by_side(texts in prop::collection::vec("[ab@#*<>'\"“”\\\\ \n]{0,8}", 0..4)) {
            let line: Vec<_> = texts.iter().map(|text| quote(text)).collect();
            prop_assert_eq!(all(&line.join(" ")), texts);
        }

        #[test]
        fn every_word_is_a_part_of_the_text(text in "[ab@#*<>'\"“”\\\\ \n]{0,24}|.*") {
            let mut words = Words::new(&text);
            let mut length = 0;
            while let Some(word) = words.next_word() {
                prop_assert!(!word.raw.is_empty());
                prop_assert!(words.position() > length);
                length = words.position();
            }
            prop_assert_eq!(words.rest(), "");
        }
    }
}
