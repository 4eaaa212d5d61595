//! `POST /messages/render`

use serde::{Deserialize, Serialize};

endpoint! {
    /// Turns Markdown into HTML without sending anything.
    pub struct RenderMessage: POST "/messages/render" -> Rendered {
        required {
            /// The text in Zulip's Markdown.
            content: String,
        }
    }
}

/// Answers [`RenderMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rendered {
    /// The HTML.
    pub rendered: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;
    use crate::testing::assert_wire;

    #[test]
    fn it_may_be_repeated_though_it_is_a_post() {
        let endpoint = RenderMessage::new("**bold**");
        assert_wire(
            &endpoint,
            "POST /messages/render",
            &[("content", "**bold**")],
        );
        assert!(Request::of(&endpoint).is_idempotent());
    }
}
