//! What the server does with a content and a topic before it stores them.

use crate::errors::ApiError;

const TRUNCATED: &str = "\n[message truncated]";

/// A content as it is stored: without leading newlines and trailing white space, and cut, not refused, beyond `limit`
/// code points.
pub(crate) fn content(text: &str, limit: usize) -> Result<String, ApiError> {
    if text.contains('\0') {
        return Err(ApiError::bad("Message must not contain null bytes"));
    }
    let text = text.trim_end().trim_start_matches('\n');
    if text.is_empty() {
        return Err(ApiError::bad("Message must not be empty"));
    }
    Ok(cut(text, limit, TRUNCATED))
}

/// A topic as it is stored: trimmed, and cut beyond `limit` code points.
pub(crate) fn topic(text: &str, limit: usize) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ApiError::bad("Topic can't be empty!"));
    }
    if let Some(place) = text.chars().position(is_refused) {
        return Err(ApiError::bad(format!(
            "Invalid character in topic, at position {}!",
            place + 1
        )));
    }
    Ok(cut(text, limit, "..."))
}

/// Control characters and what Unicode says is no character.
pub(crate) fn is_refused(character: char) -> bool {
    let code = u32::from(character);
    character.is_control() || code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

fn cut(text: &str, limit: usize, ending: &str) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept = limit.saturating_sub(ending.chars().count());
    text.chars().take(kept).chain(ending.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_keeps_its_leading_spaces_and_its_length() {
        assert_eq!(content("\n  indented  \n\n", 100).unwrap(), "  indented");
        let long = content(&"x".repeat(10_001), 10_000).unwrap();
        assert_eq!(long.chars().count(), 10_000);
        assert!(long.ends_with("x\n[message truncated]"));
        assert_eq!(
            content(&"𝕏".repeat(10_000), 10_000).unwrap(),
            "𝕏".repeat(10_000)
        );
    }

    #[test]
    fn a_topic_of_61_is_cut_to_57_and_three_dots() {
        assert_eq!(topic(&"t".repeat(60), 60).unwrap(), "t".repeat(60));
        assert_eq!(
            topic(&"t".repeat(61), 60).unwrap(),
            format!("{}...", "t".repeat(57))
        );
        assert!(topic("a\nb", 60).is_err());
        assert_eq!(topic(" a\u{200b}b ", 60).unwrap(), "a\u{200b}b");
    }
}
