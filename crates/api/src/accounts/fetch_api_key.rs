//! `POST /fetch_api_key`, `POST /dev_fetch_api_key`

use crate::{Secret, UserId};

endpoint! {
    /// Returns a person's API key in exchange for the password. It needs no credentials.
    ///
    /// Refused with status 401, and a code such as `AUTHENTICATION_FAILED` or `PASSWORD_AUTH_DISABLED`.
    pub struct FetchApiKey: POST "/fetch_api_key" -> AccountKey {
        required {
            /// The e-mail address, or the name in the directory that the organization logs in with.
            username: String,
            /// The password.
            password: Secret,
        }
    }
}

endpoint! {
    /// Returns a person's API key without a password, on servers for development only.
    pub struct FetchApiKeyOfDevelopment: POST "/dev_fetch_api_key" -> AccountKey {
        required {
            /// The e-mail address.
            username: String,
        }
    }
}

object! {
    /// Answers [`FetchApiKey`] and [`FetchApiKeyOfDevelopment`].
    pub struct AccountKey {
        required {
            /// The key.
            api_key: Secret,
            /// The account's e-mail address.
            email: String,
        }
        optional {
            /// The account; since feature level 88.
            user_id: UserId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn fetch_api_key_on_the_wire() {
        assert_wire(
            &FetchApiKey::new("text", Secret::from("secret")),
            "POST /fetch_api_key",
            &[("password", "secret"), ("username", "text")],
        );
    }

    #[test]
    fn fetch_api_key_of_development_on_the_wire() {
        assert_wire(
            &FetchApiKeyOfDevelopment::new("text"),
            "POST /dev_fetch_api_key",
            &[("username", "text")],
        );
    }
}
