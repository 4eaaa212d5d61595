//! `POST /users/me/muted_users/{muted_user_id}`, `DELETE /users/me/muted_users/{muted_user_id}`

use crate::{Empty, UserId};

endpoint! {
    /// Hides what a user writes; since feature level 48.
    pub struct MuteUser: POST "/users/me/muted_users/{muted_user_id}" -> Empty {
        required {
            /// The user.
            muted_user_id: UserId,
        }
    }
}

endpoint! {
    /// Shows again what a user writes; since feature level 48.
    pub struct UnmuteUser: DELETE "/users/me/muted_users/{muted_user_id}" -> Empty {
        required {
            /// The user.
            muted_user_id: UserId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn mute_user_on_the_wire() {
        assert_wire(
            &MuteUser::new(UserId(7)),
            "POST /users/me/muted_users/7",
            &[],
        );
    }

    #[test]
    fn unmute_user_on_the_wire() {
        assert_wire(
            &UnmuteUser::new(UserId(7)),
            "DELETE /users/me/muted_users/7",
            &[],
        );
    }
}
