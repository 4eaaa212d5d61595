//! `GET /users/me`

use serde::{Deserialize, Serialize};

use super::User;
use crate::MessageId;
use crate::ids::newest_message;

endpoint! {
    /// Returns the user whose credentials are used.
    pub struct GetOwnUser: GET "/users/me" -> OwnUser {}
}

/// Answers [`GetOwnUser`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OwnUser {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// The newest message that the user received, if there is one.
    #[serde(
        default,
        deserialize_with = "newest_message",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_message_id: Option<MessageId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;
    use crate::testing::{assert_wire, response};
    use crate::users::{BotType, Role};

    #[test]
    fn it_takes_nothing() {
        assert_wire(&GetOwnUser::new(), "GET /users/me", &[]);
    }

    #[test]
    fn what_a_server_answered_is_understood() {
        let answer: OwnUser = response(include_str!("../../tests/data/users-me.json"));
        assert_eq!(answer.max_message_id, Some(MessageId(1439)));
        let user = answer.user;
        assert_eq!(user.user_id, UserId(51));
        assert_eq!(
            (user.role, user.bot_type),
            (Some(Role::Member), Some(BotType::Generic))
        );
        assert_eq!(user.bot_owner_id, Some(UserId(46)));
    }

    #[test]
    fn who_never_received_a_message_has_no_newest() {
        let answer: OwnUser = response(
            r#"{"result": "success", "msg": "", "user_id": 1, "email": "a@b.c", "full_name": "A", "max_message_id": -1}"#,
        );
        assert_eq!(answer.max_message_id, None);
    }
}
