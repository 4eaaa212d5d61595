//! `PATCH /users/me/profile_data`, `DELETE /users/me/profile_data`, `POST /users/me/avatar`, `DELETE /users/me/avatar`

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Empty, ProfileFieldId};

endpoint! {
    /// Sets fields of one's own profile.
    pub struct UpdateProfile: PATCH "/users/me/profile_data" -> Empty {
        required {
            /// The new values.
            data: Vec<ProfileValue>,
        }
    }
}

endpoint! {
    /// Empties fields of one's own profile.
    pub struct ClearProfile: DELETE "/users/me/profile_data" -> Empty {
        required {
            /// The fields.
            data: Vec<ProfileFieldId>,
        }
    }
}

endpoint! {
    /// Sets one's picture.
    pub struct SetAvatar: POST "/users/me/avatar" -> Avatar {
        file {
            /// The picture. Servers take up to `max_avatar_file_size_mib`.
            file as "file",
        }
    }
}

endpoint! {
    /// Takes one's picture away, so that one has the usual one.
    pub struct DeleteAvatar: DELETE "/users/me/avatar" -> Avatar {}
}

/// A value of a field of a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProfileValue {
    /// The field.
    pub id: ProfileFieldId,
    /// The value: text, or a list of users' numbers for a field of users.
    pub value: Value,
}

impl ProfileValue {
    /// Builds the value of a field.
    pub fn new(field: ProfileFieldId, value: impl Into<Value>) -> Self {
        Self {
            id: field,
            value: value.into(),
        }
    }
}

object! {
    /// Answers [`SetAvatar`] and [`DeleteAvatar`].
    pub struct Avatar {
        optional {
            /// The address of the picture.
            avatar_url: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;
    use crate::{File, Request};

    #[test]
    fn update_profile_on_the_wire() {
        assert_wire(
            &UpdateProfile::new([ProfileValue::new(ProfileFieldId(7), "x")]),
            "PATCH /users/me/profile_data",
            &[("data", r#"[{"id":7,"value":"x"}]"#)],
        );
    }

    #[test]
    fn clear_profile_on_the_wire() {
        assert_wire(
            &ClearProfile::new([ProfileFieldId(7)]),
            "DELETE /users/me/profile_data",
            &[("data", "[7]")],
        );
    }

    #[test]
    fn set_avatar_on_the_wire() {
        let endpoint = SetAvatar::new(File {
            name: "a.png".to_owned(),
            bytes: b"png".to_vec(),
        });
        let request = Request::of(&endpoint);
        assert_eq!(
            (request.path.as_str(), request.params.len()),
            ("/users/me/avatar", 0)
        );
        assert_eq!(request.files, [endpoint.file]);
    }

    #[test]
    fn delete_avatar_on_the_wire() {
        assert_wire(&DeleteAvatar::new(), "DELETE /users/me/avatar", &[]);
    }
}
