//! `DELETE /users/me/subscriptions`

use serde::{Deserialize, Serialize};

use crate::messages::People;

endpoint! {
    /// Ends subscriptions of oneself or of others.
    pub struct Unsubscribe: DELETE "/users/me/subscriptions" -> Unsubscribed {
        required {
            /// The channels' names.
            subscriptions: Vec<String>,
        }
        optional {
            /// Whose subscriptions; one's own if not given.
            principals: People,
        }
    }
}

/// Answers [`Unsubscribe`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unsubscribed {
    /// The channels that someone was subscribed to.
    pub removed: Vec<String>,
    /// Those that no one was subscribed to.
    #[serde(default)]
    pub not_removed: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn names_go_as_a_list() {
        assert_wire(
            &Unsubscribe::new(["commits".to_owned()]),
            "DELETE /users/me/subscriptions",
            &[("subscriptions", r#"["commits"]"#)],
        );
    }
}
