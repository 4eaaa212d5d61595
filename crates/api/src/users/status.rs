//! `GET /users/{user_id}/status`, `POST /users/me/status`, `POST /users/{user_id}/status`

use crate::reactions::EmojiType;
use crate::{Empty, UserId};

endpoint! {
    /// Returns what a user says to be doing; since feature level 262.
    pub struct GetStatus: GET "/users/{user_id}/status" -> StatusOfUser {
        required {
            /// The user.
            user_id: UserId,
        }
    }
}

endpoint! {
    /// Says what one is doing.
    pub struct SetStatus: POST "/users/me/status" -> Empty {
        optional {
            /// The words, of at most 60 code points; empty takes them away.
            status_text: String,
            /// Whether one is away; newer servers have presence for that.
            away: bool,
            /// The emoji's name; since feature level 86.
            emoji_name: String,
            /// What identifies the emoji, where its name is not enough; since feature level 86.
            emoji_code: String,
            /// The emoji's kind; since feature level 86.
            reaction_type: EmojiType,
        }
    }
}

endpoint! {
    /// Says what another user is doing, as an administrator; since feature level 407.
    pub struct SetStatusOfUser: POST "/users/{user_id}/status" -> Empty {
        required {
            /// The user.
            user_id: UserId,
        }
        optional {
            /// The words; empty takes them away.
            status_text: String,
            /// The emoji's name.
            emoji_name: String,
            /// What identifies the emoji, where its name is not enough.
            emoji_code: String,
            /// The emoji's kind.
            reaction_type: EmojiType,
        }
    }
}

object! {
    /// Answers [`GetStatus`].
    pub struct StatusOfUser {
        required {
            /// What the user says.
            status: Status,
        }
    }
}

object! {
    /// What a user says to be doing.
    pub struct Status {
        default {
            /// The words.
            status_text: String,
            /// The emoji's name.
            emoji_name: String,
            /// What identifies the emoji.
            emoji_code: String,
            /// Whether the user is away, where a server still says so.
            away: bool,
        }
        optional {
            /// The emoji's kind.
            reaction_type: EmojiType,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_status_on_the_wire() {
        assert_wire(&GetStatus::new(UserId(7)), "GET /users/7/status", &[]);
    }

    #[test]
    fn set_status_on_the_wire() {
        let mut endpoint = SetStatus::new();
        endpoint.status_text = Some("text".to_owned());
        endpoint.away = Some(true);
        endpoint.emoji_name = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "POST /users/me/status",
            &[
                ("away", "true"),
                ("emoji_name", "text"),
                ("status_text", "text"),
            ],
        );
    }

    #[test]
    fn set_status_of_user_on_the_wire() {
        let mut endpoint = SetStatusOfUser::new(UserId(7));
        endpoint.status_text = Some("text".to_owned());
        endpoint.emoji_name = Some("text".to_owned());
        endpoint.emoji_code = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "POST /users/7/status",
            &[
                ("emoji_code", "text"),
                ("emoji_name", "text"),
                ("status_text", "text"),
            ],
        );
    }
}
