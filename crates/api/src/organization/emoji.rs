//! `GET /realm/emoji`, `POST /realm/emoji/{emoji_name}`, `DELETE /realm/emoji/{emoji_name}`

use std::collections::BTreeMap;

use crate::{Empty, UserId};

endpoint! {
    /// Returns the organization's own emoji, deactivated ones among them.
    pub struct GetCustomEmoji: GET "/realm/emoji" -> CustomEmoji {}
}

endpoint! {
    /// Adds an emoji.
    pub struct UploadCustomEmoji: POST "/realm/emoji/{emoji_name}" -> Empty {
        required {
            /// Its name: small letters, digits, underscores.
            emoji_name: String,
        }
        file {
            /// The picture. Servers take up to 5 MiB.
            file as "filename",
        }
    }
}

endpoint! {
    /// Takes an emoji out of use.
    pub struct DeactivateCustomEmoji: DELETE "/realm/emoji/{emoji_name}" -> Empty {
        required {
            /// Its name.
            emoji_name: String,
        }
    }
}

object! {
    /// Answers [`GetCustomEmoji`].
    pub struct CustomEmoji {
        required {
            /// The emoji by number.
            emoji: BTreeMap<String, Emoji>,
        }
    }
}

object! {
    /// An emoji of the organization's own.
    pub struct Emoji {
        required {
            /// Its number, which is the `emoji_code` of reactions with it.
            id: String,
            /// Its name.
            name: String,
            /// The address of its picture.
            source_url: String,
        }
        default {
            /// Whether it is out of use.
            deactivated: bool,
        }
        optional {
            /// The address of a picture that does not move, for one that does; since feature level 113.
            still_url: String,
            /// Who added it; since feature level 7.
            author_id: UserId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;
    use crate::{File, Request};

    #[test]
    fn get_custom_emoji_on_the_wire() {
        assert_wire(&GetCustomEmoji::new(), "GET /realm/emoji", &[]);
    }

    #[test]
    fn upload_custom_emoji_on_the_wire() {
        let endpoint = UploadCustomEmoji::new(
            "tada_own",
            File {
                name: "a.png".to_owned(),
                bytes: b"png".to_vec(),
            },
        );
        let request = Request::of(&endpoint);
        assert_eq!(
            (request.path.as_str(), request.params.len()),
            ("/realm/emoji/tada_own", 0)
        );
        assert_eq!(request.files, [endpoint.file]);
    }

    #[test]
    fn deactivate_custom_emoji_on_the_wire() {
        assert_wire(
            &DeactivateCustomEmoji::new("tada_own"),
            "DELETE /realm/emoji/tada_own",
            &[],
        );
    }
}
