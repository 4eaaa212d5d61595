use serde_json::{Value, json};
use zulipkit_api::{ChannelId, UserId};

/// Somebody in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// The number.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Whether it is a bot.
    pub bot: bool,
}

/// A channel in the world. The bot is subscribed to all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The number.
    pub id: ChannelId,
    /// The name.
    pub name: String,
}

impl Somebody {
    pub(super) fn new(id: u64, name: &str, bot: bool) -> Self {
        let kind = if bot { "-bot" } else { "" };
        Self {
            id: UserId(id),
            name: name.to_owned(),
            email: format!("{}{kind}@example.com", slug(name)),
            bot,
        }
    }

    /// Shows it as the answers about users do.
    pub(super) fn user(&self) -> Value {
        json!({
            "user_id": self.id, "full_name": self.name, "email": self.email, "delivery_email": self.email,
            "is_bot": self.bot, "bot_type": self.bot.then_some(1), "is_active": true, "role": 400,
            "is_admin": false, "is_owner": false, "is_guest": false, "timezone": "", "avatar_url": null,
            "date_joined": "2026-01-01T00:00:00+00:00",
        })
    }

    /// Shows it as the messages of a direct conversation do.
    pub(super) fn recipient(&self) -> Value {
        json!({"id": self.id, "email": self.email, "full_name": self.name, "is_mirror_dummy": false})
    }
}

impl Channel {
    /// Shows it as the answers about channels do.
    pub(super) fn stream(&self) -> Value {
        json!({"stream_id": self.id, "name": self.name, "description": "", "invite_only": false})
    }
}

/// Returns a name as it may stand in an e-mail address.
fn slug(name: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.chars().map(safe).collect()
}
