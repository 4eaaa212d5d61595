//! The template writer: reads a finished template once and writes each value from outside as its place demands.
//!
//! # What it promises
//!
//! The template's own text is trusted, the bracketed values are not. In the result
//! - a reader sees each value as it was written, whatever characters it holds, and the template's markup around it;
//! - no value makes an element, ends one, or joins with the template's characters beside it to make one;
//! - a decoration around nothing (`**{{ name }}**` with an empty name) disappears;
//! - paragraphs without values are copied, byte for byte.
//!
//! # How
//!
//! `tokens` turns the text into lines of trusted characters and values. `blocks` finds what lines are (fences, quotes,
//! headings, tables), reading trusted characters only, since no value can make a block. `inline` finds what is within a
//! line (code, links, mentions, times, emphasis) in the same way, and `seam` writes what is then left: stretches of
//! plain characters and values, each value by the rules of the `escape` module, and then once more with its neighbours
//! in view.
//!
//! # Where a mistake would be dangerous
//!
//! References are shown literally in code, so only there are values written raw. Whether something is code must
//! therefore be decided exactly as the server does:
//! - A fence must stand at the start of a line, and its end is the same fence; so ours is lengthened until nothing inside
//!   can end it.
//! - A backtick pairs with any later run of the same length in the paragraph, even on another line. So a trusted
//!   backtick that has no partner on its own line is encoded; a template with values cannot have code spans over
//!   several lines.
//!
//! Everywhere else a misreading costs looks, not safety: a value escaped for ordinary text is safe in all of those
//! places, and a percent-encoded one is too.

mod blocks;
mod fence;
mod inline;
mod link;
mod lists;
mod seam;
mod tokens;

use tokens::Token;
use unicode_properties::UnicodeEmoji as _;

use crate::{
    escape::Rules,
    value::{self, START},
};

/// A message with more emoji than this is written with references for them: the server's time to turn emoji into
/// pictures grows with the square of their number (1,000 take 2 s, 2,000 are refused).
/// Measured on a real server (Zulip 10, feature level 314).
const MAX_EMOJI: usize = 200;

/// Writes a finished template, whose values from outside were put in by [`value::bracket`](crate::value::bracket).
///
/// ```
/// use zulipkit_markup::{value::bracket, write};
///
/// let subject = bracket("Fix `x`, @**all**");
/// let id = bracket("a`b");
/// let markdown = write(&format!("**{subject}** in `{id}`"));
/// assert_eq!(markdown, "**Fix `x`, @&#42;&#42;all&#42;&#42;** in ``a`b``");
/// ```
pub fn write(template_output: &str) -> String {
    if !template_output.contains(START) {
        return value::strip(template_output);
    }
    let lines = tokens::read(template_output);
    let text = write_lines(&lines, Rules::default());
    if text
        .chars()
        .filter(|c| !c.is_ascii() && c.is_emoji_char())
        .count()
        <= MAX_EMOJI
    {
        return text;
    }
    let rules = Rules {
        emoji: true,
        ..Rules::default()
    };
    write_lines(&lines, rules)
}

fn write_lines(lines: &[Vec<Token>], rules: Rules) -> String {
    lists::separate(&blocks::write(lines, rules).join("\n"))
}
