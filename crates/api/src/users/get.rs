//! `GET /users/{user_id}`

use serde::{Deserialize, Serialize};

use super::User;
use crate::UserId;

endpoint! {
    /// Returns a user by number.
    pub struct GetUser: GET "/users/{user_id}" -> OneUser {
        required {
            /// The user.
            user_id: UserId,
        }
        optional {
            /// Whether the address of a gravatar may be left out; yes if not given.
            client_gravatar: bool,
            /// Whether the fields of the profile are wanted; no if not given.
            include_custom_profile_fields: bool,
        }
    }
}

/// Answers [`GetUser`] and [`GetUserByEmail`](super::GetUserByEmail).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OneUser {
    /// The user.
    pub user: User,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn the_number_goes_into_the_path() {
        assert_wire(&GetUser::new(UserId(9)), "GET /users/9", &[]);
    }
}
