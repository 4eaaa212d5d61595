//! `GET /users/{email}`

use super::OneUser;

endpoint! {
    /// Returns a user by e-mail address, the API's or the real one.
    pub struct GetUserByEmail: GET "/users/{email}" -> OneUser {
        required {
            /// The address.
            email: String,
        }
        optional {
            /// Whether the address of a gravatar may be left out; yes if not given.
            client_gravatar: bool,
            /// Whether the fields of the profile are wanted; no if not given.
            include_custom_profile_fields: bool,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn the_address_is_encoded_into_the_path() {
        assert_wire(
            &GetUserByEmail::new("a+b/c@d.e"),
            "GET /users/a%2Bb%2Fc%40d.e",
            &[],
        );
    }
}
