//! `POST /users`, `PATCH /users/{user_id}`, `PATCH /users/{email}`, `DELETE /users/{user_id}`, `DELETE /users/me`, `POST /users/{user_id}/reactivate`

use super::{ProfileValue, Role};
use crate::{Empty, Secret, UserId};

endpoint! {
    /// Makes an account; needs a right that even administrators have to be given.
    pub struct CreateUser: POST "/users" -> UserNumber {
        required {
            /// The e-mail address.
            email: String,
            /// The password.
            password: Secret,
            /// The name.
            full_name: String,
        }
    }
}

endpoint! {
    /// Changes a user, as an administrator.
    pub struct UpdateUser: PATCH "/users/{user_id}" -> Empty {
        required {
            /// The user.
            user_id: UserId,
        }
        optional {
            /// The new name.
            full_name: String,
            /// What the user may do from now on; since feature level 8.
            role: Role,
            /// New values of the profile's fields.
            profile_data: Vec<ProfileValue>,
            /// The new e-mail address; since feature level 285.
            new_email: String,
        }
    }
}

endpoint! {
    /// Changes a user, as an administrator; since feature level 313.
    pub struct UpdateUserByEmail: PATCH "/users/{email}" -> Empty {
        required {
            /// The user's e-mail address.
            email: String,
        }
        optional {
            /// The new name.
            full_name: String,
            /// What the user may do from now on.
            role: Role,
            /// New values of the profile's fields.
            profile_data: Vec<ProfileValue>,
            /// The new e-mail address.
            new_email: String,
        }
    }
}

endpoint! {
    /// Deactivates a user, as an administrator.
    pub struct DeactivateUser: DELETE "/users/{user_id}" -> Empty {
        required {
            /// The user.
            user_id: UserId,
        }
        optional {
            /// Words for an e-mail that tells the user so; without them none is sent. Since feature level 135.
            deactivation_notification_comment: String,
        }
    }
}

endpoint! {
    /// Deactivates oneself. The last owner is refused with `CANNOT_DEACTIVATE_LAST_USER`.
    pub struct DeactivateOwnUser: DELETE "/users/me" -> Empty {}
}

endpoint! {
    /// Makes a deactivated user active again, as an administrator.
    pub struct ReactivateUser: POST "/users/{user_id}/reactivate" -> Empty {
        required {
            /// The user.
            user_id: UserId,
        }
    }
}

object! {
    /// Answers [`CreateUser`].
    pub struct UserNumber {
        optional {
            /// The number; since feature level 30.
            user_id: UserId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProfileFieldId;
    use crate::testing::assert_wire;

    #[test]
    fn create_user_on_the_wire() {
        assert_wire(
            &CreateUser::new("text", Secret::from("secret"), "text"),
            "POST /users",
            &[
                ("email", "text"),
                ("full_name", "text"),
                ("password", "secret"),
            ],
        );
    }

    #[test]
    fn update_user_on_the_wire() {
        let mut endpoint = UpdateUser::new(UserId(7));
        endpoint.full_name = Some("text".to_owned());
        endpoint.role = Some(Role::Guest);
        endpoint.profile_data = Some(vec![ProfileValue::new(ProfileFieldId(7), "x")]);
        assert_wire(
            &endpoint,
            "PATCH /users/7",
            &[
                ("full_name", "text"),
                ("profile_data", r#"[{"id":7,"value":"x"}]"#),
                ("role", "600"),
            ],
        );
    }

    #[test]
    fn update_user_by_email_on_the_wire() {
        let mut endpoint = UpdateUserByEmail::new("a@b.c");
        endpoint.full_name = Some("text".to_owned());
        endpoint.role = Some(Role::Guest);
        endpoint.profile_data = Some(vec![ProfileValue::new(ProfileFieldId(7), "x")]);
        assert_wire(
            &endpoint,
            "PATCH /users/a%40b.c",
            &[
                ("full_name", "text"),
                ("profile_data", r#"[{"id":7,"value":"x"}]"#),
                ("role", "600"),
            ],
        );
    }

    #[test]
    fn deactivate_user_on_the_wire() {
        let mut endpoint = DeactivateUser::new(UserId(7));
        endpoint.deactivation_notification_comment = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "DELETE /users/7",
            &[("deactivation_notification_comment", "text")],
        );
    }

    #[test]
    fn deactivate_own_user_on_the_wire() {
        assert_wire(&DeactivateOwnUser::new(), "DELETE /users/me", &[]);
    }

    #[test]
    fn reactivate_user_on_the_wire() {
        assert_wire(
            &ReactivateUser::new(UserId(7)),
            "POST /users/7/reactivate",
            &[],
        );
    }
}
