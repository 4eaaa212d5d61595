//! Text from outside, written so that the reader sees it exactly and the server sees no markup in it.
//!
//! Zulip has no backslash escapes, but a complete character reference (`&#42;`) passes through its renderer and no
//! rule of its parser sees it. So the characters that could matter where they stand are written as references, and
//! only those: ordinary text stays as it is. The result depends on the text and the place alone.
//!
//! Three things are left working on purpose: plain code spans (`` `x` ``), Unicode emoji, and the linkifiers that an
//! organisation has set up (`#123`).
//!
//! The rules were measured on a real server (Zulip 10, feature level 314).

pub(crate) mod autolink;
mod breaks;
pub(crate) mod clean;
pub(crate) mod emoticons;
pub(crate) mod marks;
mod spans;
pub(crate) mod start;
pub(crate) mod text;

use text::Text;
use unicode_properties::UnicodeEmoji as _;

/// Where in the markup an outside text is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A line, a list item, a quote, between other words, in `**…**`.
    Text,
    /// The label of a link, `[…](url)`.
    Label,
    /// A heading, `## …`.
    Heading,
    /// A cell of a table, `| … |`.
    Cell,
    /// Italics, `*…*` or `***…***`.
    Italic,
    /// Struck text, `~~…~~`.
    Strike,
    /// The header of a spoiler, `` ```spoiler … ``.
    SpoilerHeader,
}

/// Escapes one line of text for a place. Line breaks become spaces, blanks at both ends go.
///
/// An empty result must not be decorated: `****` is a rule, `~~~~` opens a fence, `[](url)` shows the URL.
///
/// ```
/// use zulipkit_markup::escape::{self, Place};
///
/// assert_eq!(escape::at(Place::Heading, "Port to C#"), "Port to C&#35;");
/// ```
pub fn at(place: Place, text: &str) -> String {
    line(clean::one_line(text).trim(), place.into())
}

/// Escapes one line of text for ordinary text; see [`at`].
///
/// ```
/// assert_eq!(zulipkit_markup::escape::inline("@**all** see #12"), "@&#42;&#42;all&#42;&#42; see #12");
/// ```
pub fn inline(text: &str) -> String {
    at(Place::Text, text)
}

/// Escapes one line of text for the label of a link; see [`at`].
pub fn label(text: &str) -> String {
    at(Place::Label, text)
}

/// Escapes one line of text for a heading; see [`at`].
pub fn heading(text: &str) -> String {
    at(Place::Heading, text)
}

/// Escapes one line of text for a cell of a table; see [`at`].
pub fn cell(text: &str) -> String {
    at(Place::Cell, text)
}

/// Escapes one line of text for italics; see [`at`].
pub fn italic(text: &str) -> String {
    at(Place::Italic, text)
}

/// Escapes one line of text for struck text; see [`at`].
pub fn strike(text: &str) -> String {
    at(Place::Strike, text)
}

/// Escapes one line of text for the header of a spoiler; see [`at`].
pub fn spoiler_header(text: &str) -> String {
    at(Place::SpoilerHeader, text)
}

/// Escapes a line that has been cleaned.
pub(crate) fn line(cleaned: &str, rules: Rules) -> String {
    Text::new(cleaned, rules).emit()
}

/// What a place adds to the rules that hold everywhere. Places nest (italics in a cell), so these can be joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// No code span is kept.
    pub(crate) no_spans: bool,
    /// Brackets would end a label.
    pub(crate) brackets: bool,
    /// A label without any inner element is not read a second time.
    pub(crate) breaks: bool,
    /// The server drops these at the end of a heading.
    pub(crate) trailing_hashes: bool,
    /// Pipes would end a cell; a code span with one is not kept.
    pub(crate) pipes: bool,
    /// Italics may not hold carets.
    pub(crate) carets: bool,
    /// Tildes would end struck text, and a line with one opens no fence.
    pub(crate) tildes: bool,
    /// In quotes the server makes mentions silent even in code, and so would change the text.
    pub(crate) quoted: bool,
    /// The message holds so many emoji that turning them all into pictures would take the server seconds.
    pub(crate) emoji: bool,
}

impl From<Place> for Rules {
    fn from(place: Place) -> Self {
        let mut rules = Self::default();
        match place {
            Place::Text => {}
            Place::Label => {
                rules.no_spans = true;
                rules.brackets = true;
                rules.breaks = true;
            }
            Place::Heading => rules.trailing_hashes = true,
            Place::Cell => rules.pipes = true,
            Place::Italic => rules.carets = true,
            Place::Strike => rules.tildes = true,
            Place::SpoilerHeader => {
                rules.no_spans = true;
                rules.tildes = true;
            }
        }
        rules
    }
}

impl Rules {
    fn mark(self, text: &mut Text) {
        for i in (0..text.len()).filter(|&i| !text.kept[i]) {
            text.marks[i] |= match text.chars[i] {
                '[' | ']' => self.brackets,
                '|' => self.pipes,
                '^' => self.carets,
                '~' => self.tildes,
                c => text.breaks[i] && (self.breaks || (self.emoji && c.is_emoji_char())),
            };
        }
        if self.trailing_hashes {
            let hashes = text.chars.iter().rev().take_while(|&&c| c == '#').count();
            let start = text.len() - hashes;
            text.marks[start..].fill(true);
        }
    }
}
