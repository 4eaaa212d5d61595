//! `GET /saved_snippets`, `POST /saved_snippets`, `PATCH /saved_snippets/{saved_snippet_id}`, `DELETE /saved_snippets/{saved_snippet_id}`

use crate::{Empty, SnippetId};

endpoint! {
    /// Returns one's snippets; since feature level 297.
    pub struct GetSnippets: GET "/saved_snippets" -> Snippets {}
}

endpoint! {
    /// Stores a snippet; since feature level 297.
    pub struct CreateSnippet: POST "/saved_snippets" -> SnippetNumber {
        required {
            /// Its name, of at most 60 code points.
            title: String,
            /// Its text in Markdown.
            content: String,
        }
    }
}

endpoint! {
    /// Changes a snippet; since feature level 368.
    pub struct EditSnippet: PATCH "/saved_snippets/{saved_snippet_id}" -> Empty {
        required {
            /// The snippet.
            saved_snippet_id: SnippetId,
        }
        optional {
            /// Its new name.
            title: String,
            /// Its new text.
            content: String,
        }
    }
}

endpoint! {
    /// Throws a snippet away; since feature level 297.
    pub struct DeleteSnippet: DELETE "/saved_snippets/{saved_snippet_id}" -> Empty {
        required {
            /// The snippet.
            saved_snippet_id: SnippetId,
        }
    }
}

object! {
    /// A text for use again and again.
    pub struct Snippet {
        required {
            /// Its number.
            id: SnippetId,
            /// Its name.
            title: String,
            /// Its text in Markdown.
            content: String,
        }
        optional {
            /// When it was made, in seconds since 1970.
            date_created: i64,
        }
    }
}

object! {
    /// Answers [`GetSnippets`].
    pub struct Snippets {
        required {
            /// The snippets.
            saved_snippets: Vec<Snippet>,
        }
    }
}

object! {
    /// Answers [`CreateSnippet`].
    pub struct SnippetNumber {
        required {
            /// The number.
            saved_snippet_id: SnippetId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_snippets_on_the_wire() {
        assert_wire(&GetSnippets::new(), "GET /saved_snippets", &[]);
    }

    #[test]
    fn create_snippet_on_the_wire() {
        assert_wire(
            &CreateSnippet::new("text", "text"),
            "POST /saved_snippets",
            &[("content", "text"), ("title", "text")],
        );
    }

    #[test]
    fn edit_snippet_on_the_wire() {
        let mut endpoint = EditSnippet::new(SnippetId(7));
        endpoint.title = Some("text".to_owned());
        endpoint.content = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "PATCH /saved_snippets/7",
            &[("content", "text"), ("title", "text")],
        );
    }

    #[test]
    fn delete_snippet_on_the_wire() {
        assert_wire(
            &DeleteSnippet::new(SnippetId(7)),
            "DELETE /saved_snippets/7",
            &[],
        );
    }
}
