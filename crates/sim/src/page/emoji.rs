//! Emoji as characters: the server's HTML only names them and leaves the pictures to the client.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The HTML with its emoji as characters.
pub(super) fn with_characters(html: &str) -> String {
    static EMOJI: LazyLock<Regex> = LazyLock::new(|| {
        let span = r#"(<span aria-label="[^"]*" class="emoji emoji-([0-9a-f-]+)"[^>]*>)[^<]*"#;
        Regex::new(span).expect("the expression is constant")
    });
    let shown = |found: &Captures<'_>| match characters(&found[2]) {
        Some(emoji) => format!("{}{emoji}", &found[1]),
        None => found[0].to_owned(),
    };
    EMOJI.replace_all(html, shown).into_owned()
}

/// The characters of code points in hexadecimal, with a hyphen between.
pub(super) fn characters(code: &str) -> Option<String> {
    let points = code
        .split('-')
        .map(|point| u32::from_str_radix(point, 16).ok());
    points.map(|point| point.and_then(char::from_u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_emoji_becomes_its_character() {
        let span = |text| {
            format!(
                r#"<p><span aria-label="tada" class="emoji emoji-1f389" role="img" title="tada">{text}</span></p>"#
            )
        };
        assert_eq!(with_characters(&span(":tada:")), span("🎉"));
        assert_eq!(characters("1f1eb-1f1f7").as_deref(), Some("🇫🇷"));
        assert_eq!(characters("zulip"), None);
    }
}
