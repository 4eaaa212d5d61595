//! Zulip Markdown of TracWiki markup.
//!
//! Trac's own renderer needs Trac, so this reads the markup itself: paragraphs, headings, lists, quotes, tables and blocks
//! ([`render`]), emphasis, code and links within a line (`inline`), and what a TracLink leads to (`links`). What Zulip
//! cannot show is shown as the words that it consists of. A macro shows its name, since only Trac knows what it makes.
//!
//! Nothing in the text is trusted: every word goes through the markup crate as a value from outside. Nesting is followed
//! to [`DEEPEST`] and then no more, and the work grows with the length of the text.

mod blocks;
mod inline;
mod links;
mod lists;
mod tables;
mod tree;

use serde::Deserialize;
use serde_json::Value;

use self::links::Links;

/// How deep quotes and blocks nest. A message is read, not explored.
pub const DEEPEST: usize = 4;

/// What a text belongs to: links such as `comment:3` start from there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The address of the environment. Without it TracLinks are text.
    pub base_url: Option<String>,
    /// `ticket`, `wiki` or `milestone`.
    pub realm: String,
    /// The number of the ticket, or the name.
    pub id: String,
}

/// Converts a text.
///
/// ```
/// use zulipkit_integrations::trac::wiki::{Context, render};
///
/// let context = Context { base_url: Some("https://trac.example.com".into()), ..Context::default() };
/// let text = "It '''burns''', see #3\n{{{#!sh\nlpr --burn\n}}}";
/// assert_eq!(
///     render(text, &context),
///     "It **burns**, see [#3](https://trac.example.com/ticket/3)\n\n```sh\nlpr --burn\n```"
/// );
/// ```
pub fn render(text: &str, context: &Context) -> String {
    let lines: Vec<&str> = text.lines().collect();
    blocks::render(&lines, &Links::new(context), 0)
}

/// The filter `wiki` of templates; its argument is the fact `resource`.
pub(super) fn filter(text: &str, argument: &Value) -> String {
    render(text, &Context::deserialize(argument).unwrap_or_default())
}
