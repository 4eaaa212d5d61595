//! `GET /realm/linkifiers`, `PATCH /realm/linkifiers`, `POST /realm/filters`, `PATCH /realm/filters/{filter_id}`, `DELETE /realm/filters/{filter_id}`

use crate::{Empty, LinkifierId};

endpoint! {
    /// Returns the patterns that become links, in order; since feature level 54.
    pub struct GetLinkifiers: GET "/realm/linkifiers" -> Linkifiers {}
}

endpoint! {
    /// Puts the patterns in order; since feature level 202.
    pub struct ReorderLinkifiers: PATCH "/realm/linkifiers" -> Empty {
        required {
            /// All of them.
            ordered_linkifier_ids: Vec<LinkifierId>,
        }
    }
}

endpoint! {
    /// Lets a pattern become a link.
    pub struct AddLinkifier: POST "/realm/filters" -> LinkifierNumber {
        required {
            /// A regular expression of RE2, with named groups.
            pattern: String,
            /// The address as a template of RFC 6570; since feature level 176.
            url_template: String,
        }
    }
}

endpoint! {
    /// Changes a pattern; since feature level 57.
    pub struct UpdateLinkifier: PATCH "/realm/filters/{filter_id}" -> Empty {
        required {
            /// The pattern.
            filter_id: LinkifierId,
            /// A regular expression of RE2, with named groups.
            pattern: String,
            /// The address as a template of RFC 6570; since feature level 176.
            url_template: String,
        }
    }
}

endpoint! {
    /// Takes a pattern away.
    pub struct RemoveLinkifier: DELETE "/realm/filters/{filter_id}" -> Empty {
        required {
            /// The pattern.
            filter_id: LinkifierId,
        }
    }
}

object! {
    /// Answers [`GetLinkifiers`].
    pub struct Linkifiers {
        required {
            /// The patterns.
            linkifiers: Vec<Linkifier>,
        }
    }
}

object! {
    /// A pattern that becomes a link.
    pub struct Linkifier {
        required {
            /// Its number.
            id: LinkifierId,
            /// A regular expression of RE2, with named groups.
            pattern: String,
        }
        optional {
            /// The address as a template of RFC 6570; since feature level 176.
            url_template: String,
        }
    }
}

object! {
    /// Answers [`AddLinkifier`].
    pub struct LinkifierNumber {
        required {
            /// The number.
            id: LinkifierId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_linkifiers_on_the_wire() {
        assert_wire(&GetLinkifiers::new(), "GET /realm/linkifiers", &[]);
    }

    #[test]
    fn reorder_linkifiers_on_the_wire() {
        assert_wire(
            &ReorderLinkifiers::new([LinkifierId(7)]),
            "PATCH /realm/linkifiers",
            &[("ordered_linkifier_ids", "[7]")],
        );
    }

    #[test]
    fn add_linkifier_on_the_wire() {
        assert_wire(
            &AddLinkifier::new("#(?P<id>[0-9]+)", "https://example.com/{id}"),
            "POST /realm/filters",
            &[
                ("pattern", "#(?P<id>[0-9]+)"),
                ("url_template", "https://example.com/{id}"),
            ],
        );
    }

    #[test]
    fn update_linkifier_on_the_wire() {
        assert_wire(
            &UpdateLinkifier::new(LinkifierId(7), "text", "text"),
            "PATCH /realm/filters/7",
            &[("pattern", "text"), ("url_template", "text")],
        );
    }

    #[test]
    fn remove_linkifier_on_the_wire() {
        assert_wire(
            &RemoveLinkifier::new(LinkifierId(7)),
            "DELETE /realm/filters/7",
            &[],
        );
    }
}
