//! `GET /users`

use serde::{Deserialize, Serialize};

use super::User;
use crate::UserId;

endpoint! {
    /// Returns all users of the organization, bots and deactivated accounts among them.
    pub struct GetUsers: GET "/users" -> Users {
        optional {
            /// Whether the address of a gravatar may be left out; yes if not given.
            client_gravatar: bool,
            /// Whether the fields of the profiles are wanted; no if not given.
            include_custom_profile_fields: bool,
            /// Only these users; since feature level 384.
            user_ids: Vec<UserId>,
        }
    }
}

/// Answers [`GetUsers`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Users {
    /// The users.
    pub members: Vec<User>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_wire, response};
    use crate::users::Role;

    #[test]
    fn it_needs_nothing() {
        assert_wire(&GetUsers::new(), "GET /users", &[]);
    }

    #[test]
    fn a_role_from_the_future_is_kept() {
        let answer: Users = response(
            r#"{"result": "success", "msg": "", "members": [{"user_id": 1, "email": "a@b.c", "full_name": "A", "role": 650, "new": []}]}"#,
        );
        assert_eq!(answer.members[0].role, Some(Role::Other(650)));
        assert!(answer.members[0].is_active);
    }
}
