//! `POST /users/me/api_key/regenerate`, `POST /bots/{bot_id}/api_key/regenerate`, `GET /bots/{bot_id}/api_key`

use crate::{Secret, UserId};

endpoint! {
    /// Replaces one's own API key; the old one is void at once.
    pub struct RegenerateOwnKey: POST "/users/me/api_key/regenerate" -> NewKey {}
}

endpoint! {
    /// Replaces the API key of a bot that one owns; the old one is void at once.
    pub struct RegenerateBotKey: POST "/bots/{bot_id}/api_key/regenerate" -> NewKey {
        required {
            /// The bot.
            bot_id: UserId,
        }
    }
}

endpoint! {
    /// Returns the API key of a bot that one owns; since feature level 463.
    pub struct GetBotKey: GET "/bots/{bot_id}/api_key" -> NewKey {
        required {
            /// The bot.
            bot_id: UserId,
        }
    }
}

object! {
    /// Answers [`RegenerateOwnKey`], [`RegenerateBotKey`] and [`GetBotKey`].
    pub struct NewKey {
        required {
            /// The key.
            api_key: Secret,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn regenerate_own_key_on_the_wire() {
        assert_wire(
            &RegenerateOwnKey::new(),
            "POST /users/me/api_key/regenerate",
            &[],
        );
    }

    #[test]
    fn regenerate_bot_key_on_the_wire() {
        assert_wire(
            &RegenerateBotKey::new(UserId(7)),
            "POST /bots/7/api_key/regenerate",
            &[],
        );
    }

    #[test]
    fn get_bot_key_on_the_wire() {
        assert_wire(&GetBotKey::new(UserId(7)), "GET /bots/7/api_key", &[]);
    }
}
