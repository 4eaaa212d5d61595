//! `GET /realm/profile_fields`, `PATCH /realm/profile_fields`, `POST /realm/profile_fields`, `PATCH /realm/profile_fields/{field_id}`, `DELETE /realm/profile_fields/{field_id}`

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Empty, ProfileFieldId};

endpoint! {
    /// Returns the fields that profiles have, in order.
    pub struct GetProfileFields: GET "/realm/profile_fields" -> ProfileFields {}
}

endpoint! {
    /// Puts the fields in order.
    pub struct ReorderProfileFields: PATCH "/realm/profile_fields" -> Empty {
        required {
            /// All of them.
            order: Vec<ProfileFieldId>,
        }
    }
}

endpoint! {
    /// Adds a field.
    pub struct CreateProfileField: POST "/realm/profile_fields" -> ProfileFieldNumber {
        required {
            /// What it holds.
            field_type: ProfileFieldType,
        }
        optional {
            /// Its name, of at most 40 code points; one of the server's ready fields needs none.
            name: String,
            /// Words of help, of at most 80 code points.
            hint: String,
            /// What a list's choices are, or which external account.
            field_data: BTreeMap<String, Value>,
            /// Whether it is shown in the short form of a profile; no if not given. Since feature level 146.
            display_in_profile_summary: bool,
            /// Whether users are asked to fill it; no if not given. Since feature level 244.
            required: bool,
            /// Whether users may change it themselves; yes if not given. Since feature level 296.
            editable_by_user: bool,
            /// Whether users are found by it; no if not given. Since feature level 455.
            use_for_user_matching: bool,
        }
    }
}

endpoint! {
    /// Changes a field.
    pub struct UpdateProfileField: PATCH "/realm/profile_fields/{field_id}" -> Empty {
        required {
            /// The field.
            field_id: ProfileFieldId,
        }
        optional {
            /// Its new name.
            name: String,
            /// New words of help.
            hint: String,
            /// What a list's choices are from now on, or which external account.
            field_data: BTreeMap<String, Value>,
            /// Whether it is shown in the short form of a profile.
            display_in_profile_summary: bool,
            /// Whether users are asked to fill it.
            required: bool,
            /// Whether users may change it themselves.
            editable_by_user: bool,
            /// Whether users are found by it; since feature level 455.
            use_for_user_matching: bool,
        }
    }
}

endpoint! {
    /// Takes a field away, and all that was filled in.
    pub struct RemoveProfileField: DELETE "/realm/profile_fields/{field_id}" -> Empty {
        required {
            /// The field.
            field_id: ProfileFieldId,
        }
    }
}

open_number! {
    /// What a field of a profile holds.
    pub enum ProfileFieldType {
        /// A line.
        ShortText = 1,
        /// Several lines.
        LongText = 2,
        /// One of some choices.
        Choice = 3,
        /// A date.
        Date = 4,
        /// A link.
        Link = 5,
        /// Users.
        Users = 6,
        /// An account elsewhere.
        ExternalAccount = 7,
        /// Pronouns.
        Pronouns = 8,
    }
}

object! {
    /// Answers [`GetProfileFields`].
    pub struct ProfileFields {
        required {
            /// The fields.
            custom_fields: Vec<ProfileField>,
        }
    }
}

object! {
    /// A field that profiles have.
    pub struct ProfileField {
        required {
            /// Its number.
            id: ProfileFieldId,
            /// What it holds.
            kind as "type": ProfileFieldType,
            /// Its name.
            name: String,
        }
        default {
            /// Words of help.
            hint: String,
            /// Its place among the fields.
            order: i64,
            /// Whether users are asked to fill it; since feature level 244.
            required: bool,
        }
    }
}

object! {
    /// Answers [`CreateProfileField`].
    pub struct ProfileFieldNumber {
        required {
            /// The number.
            id: ProfileFieldId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_profile_fields_on_the_wire() {
        assert_wire(&GetProfileFields::new(), "GET /realm/profile_fields", &[]);
    }

    #[test]
    fn reorder_profile_fields_on_the_wire() {
        assert_wire(
            &ReorderProfileFields::new([ProfileFieldId(7)]),
            "PATCH /realm/profile_fields",
            &[("order", "[7]")],
        );
    }

    #[test]
    fn create_profile_field_on_the_wire() {
        let mut endpoint = CreateProfileField::new(ProfileFieldType::ShortText);
        endpoint.name = Some("text".to_owned());
        endpoint.hint = Some("text".to_owned());
        endpoint.field_data = Some(BTreeMap::from([("a".to_owned(), 1.into())]));
        assert_wire(
            &endpoint,
            "POST /realm/profile_fields",
            &[
                ("field_data", r#"{"a":1}"#),
                ("field_type", "1"),
                ("hint", "text"),
                ("name", "text"),
            ],
        );
    }

    #[test]
    fn update_profile_field_on_the_wire() {
        let mut endpoint = UpdateProfileField::new(ProfileFieldId(7));
        endpoint.name = Some("text".to_owned());
        endpoint.hint = Some("text".to_owned());
        endpoint.field_data = Some(BTreeMap::from([("a".to_owned(), 1.into())]));
        assert_wire(
            &endpoint,
            "PATCH /realm/profile_fields/7",
            &[
                ("field_data", r#"{"a":1}"#),
                ("hint", "text"),
                ("name", "text"),
            ],
        );
    }

    #[test]
    fn remove_profile_field_on_the_wire() {
        assert_wire(
            &RemoveProfileField::new(ProfileFieldId(7)),
            "DELETE /realm/profile_fields/7",
            &[],
        );
    }
}
