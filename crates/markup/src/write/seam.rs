//! Plain characters of the template and values side by side.
//!
//! Each value is escaped by itself, as if anything at all could stand beside it. What is left are the things that only
//! come about where a value meets the template's own characters: `{{ a }}.{{ b }}` may be a domain, `:{{ x }}:` an emoji.
//! They are looked for once more in the joined text, and broken inside of the value.

use unicode_properties::UnicodeEmoji as _;

use super::{inline::Node, tokens::Token};
use crate::{
    escape::{
        Rules,
        autolink::{self, Finder},
        clean, emoticons, marks, start,
        text::{Text, push_reference},
    },
    link::encode,
    value,
};

/// Writes nodes in which there are no elements left to find.
pub(super) fn write(nodes: Vec<Node>, rules: Rules) -> String {
    let nodes = link_bare_urls(merge(nodes), rules);
    let mut out = String::new();
    let mut stretch = Stretch::default();
    for i in 0..nodes.len() {
        match &nodes[i] {
            Node::Plain(Token::Char(c)) => stretch.push_trusted(*c),
            Node::Plain(Token::Value(value)) => {
                stretch.push_value(value, &nodes, i, rules, !out.is_empty());
            }
            Node::Written(text) => {
                std::mem::take(&mut stretch).finish(&mut out, rules);
                push_written(&mut out, text);
            }
        }
    }
    stretch.finish(&mut out, rules);
    out
}

/// Values between which something has disappeared are one.
fn merge(nodes: Vec<Node>) -> Vec<Node> {
    let mut merged: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        match (merged.last_mut(), node) {
            (Some(Node::Plain(Token::Value(before))), Node::Plain(Token::Value(value))) => {
                before.push_str(&value);
            }
            (_, Node::Written(text)) if text.is_empty() => {}
            (_, node) => merged.push(node),
        }
    }
    merged
}

/// In a URL of the template that stands there bare, references would be shown; so values are percent-encoded.
fn link_bare_urls(nodes: Vec<Node>, rules: Rules) -> Vec<Node> {
    let in_label = rules.brackets;
    let mut word = String::new();
    let write = |node| match node {
        Node::Plain(Token::Char(c)) => {
            if c.is_whitespace() {
                word.clear();
            } else {
                word.push(c);
            }
            Node::Plain(Token::Char(c))
        }
        Node::Plain(Token::Value(value)) if !in_label && ends_in_url(&word) => {
            Node::Written(encode(value.trim()).replace("&amp;", "%26"))
        }
        Node::Plain(Token::Value(value)) => {
            word.extend(value.chars().next_back());
            Node::Plain(Token::Value(value))
        }
        Node::Written(text) => {
            word.push(value::START);
            Node::Written(text)
        }
    };
    nodes.into_iter().map(write).collect()
}

/// Returns whether the word, in which a sentinel stands for an element, ends in a URL that is linked.
fn ends_in_url(word: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .flat_map(|scheme| word.match_indices(scheme))
        .any(|(start, _)| {
            let before = word[..start].chars().next_back();
            let starts = before.is_none_or(autolink::may_follow);
            starts && !word[start..].contains(['<', '>', '"', '\'', ')'])
        })
}

/// Adds an element that may not have stood beside what is before it in the template.
fn push_written(out: &mut String, text: &str) {
    if text.starts_with('*') {
        break_mention(out);
    }
    // `![…](…)` is no link.
    if text.starts_with('[') && out.ends_with('!') {
        out.pop();
        push_reference(out, '!');
    }
    // A code span would join with a backtick before it, and be stopped by a backslash.
    if text.starts_with('`') && out.ends_with(['`', '\\']) {
        out.push(' ');
    }
    out.push_str(text);
}

/// Bold text after an `@` would be a mention, after a `#` a link to a channel.
pub(super) fn break_mention(out: &mut String) {
    let end = if out.ends_with("@_") {
        out.len() - 1
    } else {
        out.len()
    };
    if let Some(sign) = out[..end]
        .chars()
        .next_back()
        .filter(|c| matches!(c, '@' | '#'))
    {
        let rest = out.split_off(end - 1);
        push_reference(out, sign);
        out.push_str(&rest[1..]);
    }
}

/// Trusted characters and values with nothing else between.
#[derive(Debug, Default)]
struct Stretch {
    chars: Vec<char>,
    /// The character comes from a value.
    outside: Vec<bool>,
    kept: Vec<bool>,
    marks: Vec<bool>,
    /// There is a letter, so that the line can no longer become a list item or a heading.
    has_letter: bool,
}

impl Stretch {
    fn push_trusted(&mut self, c: char) {
        self.push(c, false, false, false);
    }

    fn push(&mut self, c: char, outside: bool, kept: bool, marked: bool) {
        self.chars.push(c);
        self.outside.push(outside);
        self.kept.push(kept);
        self.marks.push(marked);
        self.has_letter |= c.is_alphabetic();
    }

    /// Adds the value that is node `i`, escaped by itself.
    fn push_value(
        &mut self,
        value: &str,
        nodes: &[Node],
        i: usize,
        rules: Rules,
        after_element: bool,
    ) {
        let cleaned = clean::one_line(value);
        let text = cleaned.trim();
        let before = i.checked_sub(1).map(|i| &nodes[i]);
        let after = nodes.get(i + 1);
        let rules = Rules {
            no_spans: rules.no_spans || touches_code(text, before, after),
            trailing_hashes: rules.trailing_hashes && ends_line(&nodes[i + 1..]),
            ..rules
        };
        let spaced = self.has_letter || after_element;
        if spaced
            && cleaned.starts_with(char::is_whitespace)
            && self.chars.last().is_none_or(|c| !c.is_whitespace())
        {
            self.push_trusted(' ');
        }
        let text = Text::new(text, rules);
        for (j, &c) in text.chars.iter().enumerate() {
            self.push(c, true, text.kept[j], text.marks[j]);
        }
        let blank_follows = after.is_none_or(
            |node| matches!(node, Node::Plain(token) if token.is_char(char::is_whitespace)),
        );
        if !text.chars.is_empty() && cleaned.ends_with(char::is_whitespace) && !blank_follows {
            self.push_trusted(' ');
        }
    }

    fn finish(self, out: &mut String, rules: Rules) {
        let Self {
            chars,
            outside,
            kept,
            marks,
            ..
        } = self;
        let mut text = Text::unmarked(chars, kept);
        text.marks = marks;
        if outside.contains(&true) && outside.contains(&false) {
            let mut seams = Seams { text, outside };
            seams.mark();
            if out.is_empty() {
                seams.mark_start();
            }
            text = seams.text;
        }
        let emoji = |c: char| rules.emoji && !c.is_ascii() && c.is_emoji_char();
        for (i, &c) in text.chars.iter().enumerate() {
            if text.marks[i] || (emoji(c) && !text.kept[i]) {
                push_reference(out, c);
            } else {
                if c == '*' && !text.kept[i] {
                    break_mention(out);
                }
                out.push(c);
            }
        }
    }
}

/// Returns whether a code span at either end of the text would stand beside a backtick, or after a backslash.
fn touches_code(text: &str, before: Option<&Node>, after: Option<&Node>) -> bool {
    let after_code = match before {
        Some(Node::Written(written)) => written.ends_with(['`', '\\']),
        Some(node) => node.is('\\'),
        None => false,
    };
    let before_code = matches!(after, Some(Node::Written(written)) if written.starts_with('`'));
    (after_code && text.starts_with('`')) || (before_code && text.ends_with('`'))
}

/// Returns whether nothing follows that would keep a `#` from being the last of a heading.
fn ends_line(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| {
        node.is('#') || node.is_nothing() || matches!(node, Node::Plain(token) if token.is(' '))
    })
}

/// The joined text, in which only characters of values may be marked.
struct Seams {
    text: Text,
    outside: Vec<bool>,
}

impl Seams {
    fn mark(&mut self) {
        let finder = Finder::new(&self.text);
        for at in 0..self.text.len() {
            if let Some(end) = self.closed(at) {
                self.break_within(at, end, at);
            }
            if autolink::may_start(&self.text, at) && (at == 0 || !self.text.marks[at - 1]) {
                for token in finder.find(&self.text, at).collect::<Vec<_>>() {
                    self.break_within(token.range.start, token.range.end, token.inside);
                }
            }
        }
    }

    /// Returns the end of something other than an address that begins here.
    fn closed(&self, at: usize) -> Option<usize> {
        let text = &self.text;
        let last = |end: usize, c: char| (end > at && text.chars[end] == c).then_some(end);
        let end = match text.chars[at] {
            ':' => marks::emoji_end(text, at).and_then(|end| last(end, ':')),
            '&' => marks::reference_end(text, at).and_then(|end| last(end, ';')),
            '<' => marks::time_end(text, at).and_then(|end| last(end, ':')),
            ']' if text.chars.get(at + 1) == Some(&'(') => Some(at + 1),
            _ => None,
        };
        let emoticon = || emoticons::is_emoticon(text, at).then_some(at + 1);
        end.or_else(emoticon).map(|end| end + 1)
    }

    /// What only means something at the start of a line.
    fn mark_start(&mut self) {
        if let Some(dot) = start::numbered_item(&self.text).filter(|&dot| self.outside[dot]) {
            self.break_within(0, dot + 1, dot);
        }
        let letters = self
            .text
            .chars
            .iter()
            .skip(1)
            .take_while(|c| c.is_ascii_alphabetic());
        let word: String = letters.collect();
        if self.text.chars[0] == '/' && matches!(word.as_str(), "me" | "poll" | "todo") {
            self.break_within(0, word.len() + 1, 0);
        }
    }

    /// Breaks what a value and the template have made together; what either made alone is dealt with or wanted.
    fn break_within(&mut self, start: usize, end: usize, preferred: usize) {
        let outside = &self.outside[start..end];
        let crosses = outside.contains(&true) && outside.contains(&false);
        let broken = self.text.marks[start..end].contains(&true);
        if !crosses || broken {
            return;
        }
        let inside = if self.outside[preferred] {
            Some(preferred)
        } else {
            (start..end).find(|&i| self.outside[i] && !self.text.kept[i])
        };
        if let Some(i) = inside {
            self.text.marks[i] = true;
        }
    }
}
