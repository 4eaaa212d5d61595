//! `POST /realm/playgrounds`, `DELETE /realm/playgrounds/{playground_id}`

use crate::{Empty, PlaygroundId};

endpoint! {
    /// Lets code of a language be opened elsewhere; since feature level 49.
    pub struct AddPlayground: POST "/realm/playgrounds" -> PlaygroundNumber {
        required {
            /// What it is called.
            name: String,
            /// The language, by the name that Pygments has for it.
            pygments_language: String,
            /// The address as a template of RFC 6570 with the variable `code`; since feature level 196.
            url_template: String,
        }
    }
}

endpoint! {
    /// Takes it away; since feature level 49.
    pub struct RemovePlayground: DELETE "/realm/playgrounds/{playground_id}" -> Empty {
        required {
            /// Which one.
            playground_id: PlaygroundId,
        }
    }
}

object! {
    /// A place elsewhere where code can be tried.
    pub struct Playground {
        required {
            /// Its number.
            id: PlaygroundId,
            /// What it is called.
            name: String,
            /// The language, by the name that Pygments has for it.
            pygments_language: String,
        }
        optional {
            /// The address as a template of RFC 6570; since feature level 196.
            url_template: String,
        }
    }
}

object! {
    /// Answers [`AddPlayground`].
    pub struct PlaygroundNumber {
        required {
            /// The number.
            id: PlaygroundId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn add_playground_on_the_wire() {
        assert_wire(
            &AddPlayground::new("text", "Rust", "https://example.com/{code}"),
            "POST /realm/playgrounds",
            &[
                ("name", "text"),
                ("pygments_language", "Rust"),
                ("url_template", "https://example.com/{code}"),
            ],
        );
    }

    #[test]
    fn remove_playground_on_the_wire() {
        assert_wire(
            &RemovePlayground::new(PlaygroundId(7)),
            "DELETE /realm/playgrounds/7",
            &[],
        );
    }
}
