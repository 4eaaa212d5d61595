//! What each user has set for themselves: seen and changed by nobody else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    drafts::Draft, errors::ApiError, ids::UserId, muting::TopicPolicy, organization::Organization,
    presence::Presence, user_status::Status,
};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Personal {
    pub(crate) alert_words: Vec<String>,
    pub(crate) drafts: Vec<Draft>,
    /// Whom the user has muted, and when, in seconds since 1970.
    pub(crate) muted_users: BTreeMap<UserId, u64>,
    pub(crate) topics: Vec<TopicPolicy>,
    pub(crate) settings: BTreeMap<String, Value>,
    pub(crate) status: Status,
    pub(crate) presence: Presence,
    /// The values of the custom profile fields, by the field's id.
    pub(crate) profile: BTreeMap<u64, Value>,
}

impl Organization {
    pub(crate) fn personal_mut(&mut self, user: UserId) -> &mut Personal {
        self.personal.entry(user).or_default()
    }

    /// Refuses a bot where the server lets only people in.
    pub(crate) fn require_person(&self, user: UserId) -> Result<UserId, ApiError> {
        if self.user(user)?.is_bot() {
            Err(ApiError::bad("This endpoint does not accept bot requests."))
        } else {
            Ok(user)
        }
    }
}
