use std::ops::Range;

/// A word inside the tags of a template, outside of its text, comments and strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
    /// The first character of what stands before it in the tag, blanks aside: a word, a string, or a sign.
    pub(super) before: char,
}

impl Word<'_> {
    /// Tells whether the word is a variable's name rather than an attribute's or a filter's.
    pub(super) fn is_name(&self) -> bool {
        !matches!(self.before, '.' | '|')
    }
}

/// Finds the words in the tags of a template.
///
/// The engine says which names a template uses, but not where; this finds the place for the caret.
pub(super) fn words(template: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(open) = next_tag(template, at) {
        let close = match &template[open..open + 2] {
            "{#" => "#}",
            "{{" => "}}",
            _ => "%}",
        };
        if close == "#}" {
            at = template[open..]
                .find(close)
                .map_or(template.len(), |end| open + end + 2);
        } else {
            let first = words.len();
            at = words_until(template, open + 2, close, &mut words);
            if close == "%}" && words.get(first).is_some_and(|word| word.text == "raw") {
                at = template[at..]
                    .find("endraw")
                    .map_or(template.len(), |end| at + end);
            }
        }
    }
    words
}

/// Finds the words of a bare expression.
pub(super) fn words_of_expression(expression: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    words_until(expression, 0, "\u{FDD0}", &mut words);
    words
}

fn next_tag(template: &str, from: usize) -> Option<usize> {
    let tags = ["{{", "{%", "{#"];
    tags.into_iter()
        .filter_map(|tag| template[from..].find(tag))
        .min()
        .map(|at| from + at)
}

/// Collects words up to the closing mark; returns the position after it.
fn words_until<'a>(text: &'a str, from: usize, close: &str, words: &mut Vec<Word<'a>>) -> usize {
    let mut before = ' ';
    let mut at = from;
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(close) {
            return at + close.len();
        }
        let length = match c {
            '"' | '\'' => string_length(&text[at..], c),
            c if is_word(c) => {
                let rest = &text[at..];
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                words.push(Word {
                    text: &rest[..length],
                    span: at..at + length,
                    before,
                });
                length
            }
            c => c.len_utf8(),
        };
        if !c.is_whitespace() {
            before = c;
        }
        at += length;
    }
    at
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of a string in quotes at the start of the text.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comments_and_strings_hold_no_words() {
        let template = "repo {# repo #}{{ \"repo \\\" x\" ~ a.repo|repo }}{% if repo %}";
        let found: Vec<_> = words(template)
            .into_iter()
            .map(|word| (word.text, word.before, word.span.start))
            .collect();
        assert_eq!(
            found,
            [
                ("a", '~', 32),
                ("repo", '.', 34),
                ("repo", '|', 39),
                ("if", ' ', 49),
                ("repo", 'i', 52),
            ]
        );
    }

    #[test]
    fn an_open_tag_ends_with_the_text() {
        assert_eq!(words("{{ a").len(), 1);
        assert_eq!(words("{# a").len(), 0);
        assert_eq!(words("{{ 'a").len(), 0);
        assert_eq!(words("{% raw %}{{ a }}{% endraw %}").len(), 1);
    }
}
