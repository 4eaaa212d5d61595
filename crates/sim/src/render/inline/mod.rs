//! What stands within a line of text.
//!
//! Each kind of markup has a *pass*, which looks through the whole text for it. What it finds is
//! stashed, so that a mark takes its place, and the passes that follow see text around it only. The
//! text within emphasis goes through the passes that follow its own.

mod autolink;
pub(super) mod channel;
mod code;
mod domain;
mod emoji;
mod emphasis;
mod link;
pub(super) mod linkifier;
mod math;
pub(super) mod mention;
mod time;
mod url;

use std::ops::Range;

use super::source::is_space;
use super::stash::{self, Kind, Stash};
use super::{Directory, Rendered, html};

/// A pass over a text: returns the text with marks for what was found. It is told the number of the
/// next pass.
type Pass = fn(&mut Reader<'_>, &str, usize) -> String;

/// All passes in their order, each with text without which it has nothing to do.
const PASSES: &[(&str, Pass)] = &[
    ("`", code::spans),
    ("***", emphasis::strong_and_emphasis),
    ("@", mention::users),
    ("$$", math::formulas),
    ("#**", channel::topics),
    ("#**", channel::channels),
    ("<time:", time::times),
    ("@", mention::groups),
    ("](", link::links),
    ("", autolink::links),
    ("", linkifier::links),
    ("**", emphasis::strong),
    ("*", emphasis::emphasis),
    ("~~", emphasis::strike),
    (":", emoji::names),
    ("", emoji::emoticons),
    ("", emoji::pictures),
];

/// Reads the texts of a message and writes them as HTML.
pub(super) struct Reader<'a> {
    directory: &'a dyn Directory,
    pub(super) stash: Stash,
    /// The mentions so far.
    pub(super) found: Rendered,
}

impl<'a> Reader<'a> {
    pub(super) fn new(directory: &'a dyn Directory, stash: Stash) -> Self {
        Self {
            directory,
            stash,
            found: Rendered::default(),
        }
    }

    /// Runs all passes from this number on.
    fn read(&mut self, text: &str, first: usize) -> String {
        let mut text = text.to_owned();
        for (number, (trigger, pass)) in PASSES.iter().enumerate().skip(first) {
            if text.contains(trigger) {
                text = pass(self, &text, number + 1);
            }
        }
        text
    }

    /// Reads a block's text and adds it to the HTML.
    ///
    /// Nested nodes are kept on a stack of their own here: thousands fit into a message.
    pub(super) fn write(&mut self, text: &str, html: &mut String) {
        let text = self.read(text, 0);
        let mut stack = vec![Frame::new(text, "", Text::Lines, Again::Inside)];
        while let Some(frame) = stack.last_mut() {
            match frame.next() {
                Piece::End => {
                    html.push_str(frame.close);
                    stack.pop();
                }
                Piece::Node(number) => {
                    let node = self.stash.take(number);
                    html.push_str(&node.open);
                    let again = frame.again.one_further_in();
                    stack.push(Frame::new(
                        node.content,
                        node.close,
                        Text::Kind(node.kind),
                        again,
                    ));
                }
                Piece::Text {
                    text,
                    read_again: true,
                } => {
                    let text = self.read(&text, 0);
                    stack.push(Frame::new(text, "", Text::Lines, Again::Never));
                }
                Piece::Text {
                    text,
                    read_again: false,
                } => match frame.kind {
                    Text::Lines => push_lines(&text, html),
                    Text::Kind(Kind::Code) => html.push_str(&html::code(&text)),
                    Text::Kind(_) => html.push_str(&html::text(&text)),
                },
            }
        }
    }
}

/// Writes text whose line ends count. A line that is blank up to the next element is left out.
fn push_lines(text: &str, html: &mut String) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            html.push_str("<br>\n");
        }
        if number == 0 || !line.chars().all(is_space) {
            html.push_str(&html::text(line));
        }
    }
}

/// A node that is being written.
struct Frame {
    text: String,
    at: usize,
    close: &'static str,
    kind: Text,
    again: Again,
}

#[derive(Clone, Copy)]
enum Text {
    /// A block's text, where line ends count.
    Lines,
    /// The content of a node.
    Kind(Kind),
}

/// Which text is read a second time.
///
/// Within an inline element, the server reads the text after each inner element once more, by
/// itself and with all passes, and from the second level on also the text before the first. So
/// `**😀e.com**` links `e.com`, though `**e.com**` does not.
#[derive(Clone, Copy, PartialEq)]
enum Again {
    Never,
    /// Not here, but in the elements within.
    Inside,
    /// After each inner element.
    AfterInner,
    /// After each inner element and before the first.
    Everywhere,
}

impl Again {
    fn one_further_in(self) -> Self {
        match self {
            Self::Never => Self::Never,
            Self::Inside => Self::AfterInner,
            Self::AfterInner | Self::Everywhere => Self::Everywhere,
        }
    }
}

enum Piece {
    End,
    Node(usize),
    Text { text: String, read_again: bool },
}

impl Frame {
    fn new(text: String, close: &'static str, kind: Text, again: Again) -> Self {
        Self {
            text,
            at: 0,
            close,
            kind,
            again,
        }
    }

    fn next(&mut self) -> Piece {
        let rest = &self.text[self.at..];
        let mark = stash::next(rest);
        let is_first = self.at == 0;
        if let Some(mark) = mark.filter(|mark| mark.start == 0) {
            self.at += mark.end;
            return Piece::Node(mark.number);
        }
        if rest.is_empty() {
            return Piece::End;
        }
        let text = rest[..mark.map_or(rest.len(), |mark| mark.start)].to_owned();
        self.at += text.len();
        Piece::Text {
            read_again: self.reads_again(is_first, mark.is_none()),
            text,
        }
    }

    /// Tells whether text is read again, that is the first or the last of this node. The last text
    /// of a link's label is not, nor a label without inner elements.
    fn reads_again(&self, is_first: bool, is_last: bool) -> bool {
        let settled = match self.kind {
            Text::Lines | Text::Kind(Kind::Code | Kind::Block) => true,
            Text::Kind(Kind::Atomic) => is_last,
            Text::Kind(Kind::Emphasis) => false,
        };
        let wanted = match self.again {
            Again::Never | Again::Inside => false,
            Again::AfterInner => !is_first,
            Again::Everywhere => true,
        };
        wanted && !settled
    }
}

/// A text of which parts are replaced, from left to right.
struct Edit<'a> {
    text: &'a str,
    /// The end of the last part that was replaced.
    done: usize,
    edited: String,
}

impl<'a> Edit<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            done: 0,
            edited: String::with_capacity(text.len()),
        }
    }

    fn replace(&mut self, part: Range<usize>, by: &str) {
        self.edited.push_str(&self.text[self.done..part.start]);
        self.edited.push_str(by);
        self.done = part.end;
    }

    fn finish(mut self) -> String {
        self.edited.push_str(&self.text[self.done..]);
        self.edited
    }
}

/// Tells whether nothing, white space or one of these characters stands before a position.
fn stands_after(text: &str, at: usize, characters: &str) -> bool {
    text[..at]
        .chars()
        .next_back()
        .is_none_or(|c| is_space(c) || characters.contains(c))
}
