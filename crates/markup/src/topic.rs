//! Topics: plain text, never escaped.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{escape::clean, length};

/// Makes a text fit to be a topic: one line, at most `limit` code points (the server's `max_topic_length`, which would
/// cut it without a sign), and visible; otherwise it is `default`.
///
/// A leading `✔` is dropped, since that is how a *resolved* topic is named.
///
/// ```
/// use zulipkit_markup::topic;
///
/// assert_eq!(topic("fix\n`x`", 60, "(no topic)"), "fix `x`");
/// assert_eq!(topic("release/1.0", 8, "(no topic)"), "release…");
/// ```
pub fn topic(text: &str, limit: usize, default: &str) -> String {
    let cleaned = clean::one_line(text);
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    let joined = words.join(" ");
    let topic = joined.trim_start_matches(['✔', ' ']);
    if topic.chars().all(is_invisible) {
        return default.to_owned();
    }
    shorten(topic, limit)
}

/// Shortens a text to `limit` code points, the last of which says so.
fn shorten(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(1);
    let mut kept = 0;
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += length(grapheme);
        if used > room {
            break;
        }
        kept += grapheme.len();
    }
    let whole = text[..kept].trim_end();
    // One sequence longer than the whole limit has no border to cut at.
    let mut short = if whole.is_empty() {
        text.chars().take(room).collect()
    } else {
        whole.to_owned()
    };
    if limit > 0 {
        short.push('…');
    }
    short
}

/// Returns whether a topic of such characters alone would show nothing.
fn is_invisible(c: char) -> bool {
    c == ' '
        || matches!(
            c.general_category(),
            GeneralCategory::Format | GeneralCategory::NonspacingMark
        )
}
