//! A text under examination: its characters, and what has been found out about each.

use super::{Rules, autolink, breaks, emoticons, marks, spans, start};

/// The rules of the `escape` module speak about one of these. All lists have one entry for each character.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) chars: Vec<char>,
    /// The character belongs to a code span that stays as it is.
    pub(crate) kept: Vec<bool>,
    /// The character may become an element of its own; see [`breaks`].
    pub(crate) breaks: Vec<bool>,
    /// The character will be written as a reference.
    pub(crate) marks: Vec<bool>,
}

impl Text {
    /// Examines a text that has been cleaned.
    pub(crate) fn new(cleaned: &str, rules: Rules) -> Self {
        let chars: Vec<char> = cleaned.chars().collect();
        let kept = if rules.no_spans {
            vec![false; chars.len()]
        } else {
            spans::find(&chars, rules.pipes.then_some('|'))
        };
        let mut text = Self::unmarked(chars, kept);
        marks::mark(&mut text);
        emoticons::mark(&mut text);
        autolink::mark(&mut text);
        start::mark(&mut text);
        rules.mark(&mut text);
        // Beside a reference an emoticon is free; so they are looked for again among what has been marked since.
        emoticons::mark_free(&mut text);
        text
    }

    /// Takes Markdown in which nothing has been marked.
    pub(super) fn plain(markdown: &str) -> Self {
        let chars: Vec<char> = markdown.chars().collect();
        let kept = vec![false; chars.len()];
        Self::unmarked(chars, kept)
    }

    /// Knows where the text may be read anew, and nothing else yet.
    pub(crate) fn unmarked(chars: Vec<char>, kept: Vec<bool>) -> Self {
        let mut breaks = breaks::find(&chars);
        for (is_break, &kept) in breaks.iter_mut().zip(&kept) {
            *is_break |= kept;
        }
        let marks = vec![false; chars.len()];
        Self {
            chars,
            kept,
            breaks,
            marks,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.chars.len()
    }

    /// Returns whether anything at all may stand directly before the character.
    pub(super) fn edge_before(&self, i: usize) -> bool {
        i == 0 || self.breaks[i - 1]
    }

    /// Returns whether anything at all may stand directly after the character.
    pub(super) fn edge_after(&self, i: usize) -> bool {
        self.is_edge(i + 1)
    }

    /// Returns whether the text, or what the server reads as one, ends before this position.
    pub(super) fn is_edge(&self, i: usize) -> bool {
        i >= self.len() || self.breaks[i]
    }

    pub(super) fn at(&self, i: usize) -> Option<char> {
        self.chars.get(i).copied()
    }

    /// Writes the text with every marked character as a reference.
    pub(crate) fn emit(&self) -> String {
        let mut out = String::with_capacity(self.len() + 16);
        for (&c, &marked) in self.chars.iter().zip(&self.marks) {
            if marked {
                push_reference(&mut out, c);
            } else {
                out.push(c);
            }
        }
        out
    }
}

/// Writes a character so that every reader sees it and no rule of the server does.
pub(crate) fn push_reference(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => {
            out.push_str("&#");
            out.push_str(&u32::from(c).to_string());
            out.push(';');
        }
    }
}
