//! Zulip's Markdown as HTML, the way a Zulip server renders it.
//!
//! Zulip's dialect is its own: single line breaks count, `_` means nothing, there are no backslash
//! escapes and no raw HTML, lists nest by two spaces, and bare domains, mentions and channel names
//! become links. A message goes through two stages:
//!
//! 1. **Blocks.** `source` makes line ends, tabs and blank lines uniform; `fence` takes out fenced
//!    code, quotes, spoilers and formulas; `block` reads what is left into a `tree` of paragraphs,
//!    lists, quotes and tables.
//! 2. **Inline.** For the text of every element, `inline` runs one pass after another over the
//!    *whole* text (code spans first, pictures of emoji last). Whatever a pass finds goes into the
//!    `stash` and leaves a mark behind, so that no later pass looks inside. Their order is what
//!    decides between overlapping markup.
//!
//! `html` writes the tree. It escapes all text, and links have only schemes of a fixed list, so the
//! result may stand in a page as it is. Left out are syntax highlighting, typeset formulas, previews
//! and most names of emoji.

mod block;
mod fence;
mod html;
mod inline;
mod source;
mod stash;
mod tree;

use inline::Reader;
pub(crate) use inline::channel::{encode as encode_hash, slug as channel_slug};
pub use inline::linkifier::Linkifier;
use stash::Stash;

/// A rendered message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The message's HTML, safe to insert into a page.
    pub html: String,
    /// The users that are mentioned with a notification, in the order of their first mention.
    pub mentions: Vec<u64>,
    /// Whether the whole channel is notified (`@**all**` and its like).
    pub wildcard: bool,
    /// Whether the topic's participants are notified (`@**topic**`).
    pub topic_wildcard: bool,
    /// The user groups that are mentioned with a notification, in the order of their first mention.
    pub groups: Vec<u64>,
}

/// What the renderer must know about the organisation.
pub trait Directory {
    /// Returns the id and full name of a user, found by the full name (whose case is ignored) or by
    /// the id.
    fn user(&self, name: Option<&str>, id: Option<u64>) -> Option<(u64, String)>;

    /// Returns the id and name of the channel with exactly this name.
    fn channel(&self, name: &str) -> Option<(u64, String)>;

    /// Returns the id and name of the user group with exactly this name, unless it is a system
    /// group.
    fn group(&self, name: &str) -> Option<(u64, String)>;

    /// Returns the organisation's linkifiers, in the order in which they are tried.
    fn linkifiers(&self) -> &[Linkifier] {
        &[]
    }

    /// Returns the picture's URL of the custom emoji with this name.
    fn emoji(&self, _name: &str) -> Option<String> {
        None
    }

    /// Returns the organisation's URL without a slash at the end; links to its own messages become
    /// relative.
    fn url(&self) -> Option<&str> {
        None
    }

    /// Tells whether the sender has emoticons like `:)` turned into emoji.
    fn emoticons(&self) -> bool {
        false
    }
}

/// Renders a message's Markdown.
///
/// Never fails: what is not understood is text.
///
/// # Examples
///
/// ```
/// use zulipkit_sim::render::{self, Directory};
///
/// struct Nobody;
///
/// impl Directory for Nobody {
///     fn user(&self, _: Option<&str>, _: Option<u64>) -> Option<(u64, String)> { None }
///     fn channel(&self, _: &str) -> Option<(u64, String)> { None }
///     fn group(&self, _: &str) -> Option<(u64, String)> { None }
/// }
///
/// let rendered = render::html("a **b**\n@**all**", &Nobody);
/// assert!(rendered.html.starts_with("<p>a <strong>b</strong><br>\n"));
/// assert!(rendered.wildcard);
/// ```
pub fn html(markdown: &str, directory: &dyn Directory) -> Rendered {
    let mut stash = Stash::default();
    let lines = source::prepare(markdown);
    let text = fence::take_out(&lines, &mut stash);
    let tree = block::parse(&text);

    let mut reader = Reader::new(directory, stash);
    let html = html::write(&tree, &mut reader);
    Rendered {
        html: html.trim_matches(source::is_space).to_owned(),
        ..reader.found
    }
}
