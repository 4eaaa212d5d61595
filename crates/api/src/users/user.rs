use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::UserId;

/// A user or bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The number.
    pub user_id: UserId,
    /// The address that identifies the user in the API. It need not be a real one.
    pub email: String,
    /// The real e-mail address, where the reader may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_email: Option<String>,
    /// The name.
    pub full_name: String,
    /// Whether the account has not been deactivated.
    #[serde(default = "yes")]
    pub is_active: bool,
    /// Whether it is a bot.
    #[serde(default)]
    pub is_bot: bool,
    /// What kind of bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_type: Option<BotType>,
    /// Whose bot; since feature level 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_owner_id: Option<UserId>,
    /// What the user may do; since feature level 59.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The time zone's name; empty if none was chosen.
    #[serde(default)]
    pub timezone: String,
    /// The picture; none for a gravatar that the reader can work out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// All the rest, as it came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn yes() -> bool {
    true
}

open_number! {
    /// What a user may do.
    pub enum Role {
        /// Owns the organization.
        Owner = 100,
        /// Administers it.
        Administrator = 200,
        /// Moderates.
        Moderator = 300,
        /// A member.
        Member = 400,
        /// Sees only some channels.
        Guest = 600,
    }
}

open_number! {
    /// What kind of bot it is.
    pub enum BotType {
        /// May do what a person may.
        Generic = 1,
        /// May only send messages.
        IncomingWebhook = 2,
        /// Has a server that Zulip calls.
        OutgoingWebhook = 3,
        /// Runs inside the server.
        Embedded = 4,
    }
}
