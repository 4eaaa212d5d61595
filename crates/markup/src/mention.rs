//! Small things that are built whole: mentions, times, spoilers.

use crate::{code::fence_width, escape};

/// Mentions a user, who is notified. Needs a blank or the start of a line before it.
///
/// A mention by id needs no name, so there is nothing to escape and no renaming breaks it. An id that the server does
/// not know leaves it as plain text.
pub fn mention(user_id: u64) -> String {
    format!("@**|{user_id}**")
}

/// Mentions a user without notifying them; see [`mention`].
pub fn silent_mention(user_id: u64) -> String {
    format!("@_**|{user_id}**")
}

/// Shows a moment in the reader's own time zone. What is no time in ISO 8601 (RFC 3339) is shown as text instead.
///
/// ```
/// use zulipkit_markup::time;
///
/// assert_eq!(time("2026-11-25T03:25:00Z"), "<time:2026-11-25T03:25:00Z>");
/// assert_eq!(time("soon"), "soon");
/// ```
pub fn time(rfc3339: &str) -> String {
    let time = rfc3339.trim();
    if is_time(time) {
        format!("<time:{time}>")
    } else {
        escape::inline(time)
    }
}

/// Hides a body behind a header that a click opens. The body is Markdown, the header is text from outside.
///
/// ```
/// use zulipkit_markup::{code_block, spoiler};
///
/// assert_eq!(spoiler("Log", &code_block("ok", "")), "````spoiler Log\n```text\nok\n```\n````");
/// ```
pub fn spoiler(header: &str, body: &str) -> String {
    let fence = "`".repeat(fence_width(body, '`'));
    let header = escape::spoiler_header(header);
    let blank = if header.is_empty() { "" } else { " " };
    format!("{fence}spoiler{blank}{header}\n{body}\n{fence}")
}

/// Returns whether the text has the shape of a time; the server shows a red warning for any other.
pub(crate) fn is_time(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let Some(rest) = shape.strip_prefix("0000-00-00") else {
        return false;
    };
    if rest.is_empty() {
        return true;
    }
    let Some(rest) = rest
        .strip_prefix(['T', 't', ' '])
        .and_then(|rest| rest.strip_prefix("00:00"))
    else {
        return false;
    };
    let rest = rest.strip_prefix(":00").unwrap_or(rest);
    let rest = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    matches!(
        rest,
        "" | "Z" | "z" | "+00:00" | "-00:00" | "+0000" | "-0000"
    )
}
