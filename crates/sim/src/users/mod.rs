//! People and bots.

pub(crate) mod bots;
mod events;
pub(crate) mod fetch_api_key;
pub(crate) mod manage;
pub(crate) mod view;

use rand::{Rng as _, distr::Alphanumeric};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{errors::ApiError, ids::UserId, organization::Organization, saved};

/// What kind of account it is; a bot's number is its `bot_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Human,
    GenericBot,
    IncomingWebhookBot,
    OutgoingWebhookBot,
}

impl Kind {
    fn from_bot_type(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::GenericBot),
            2 => Some(Self::IncomingWebhookBot),
            3 => Some(Self::OutgoingWebhookBot),
            _ => None,
        }
    }

    fn bot_type(self) -> Option<u8> {
        match self {
            Self::Human => None,
            Self::GenericBot => Some(1),
            Self::IncomingWebhookBot => Some(2),
            Self::OutgoingWebhookBot => Some(3),
        }
    }
}

/// What a user may do; the numbers are the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    Owner = 100,
    Administrator = 200,
    Moderator = 300,
    Member = 400,
    Guest = 600,
}

impl Role {
    fn from_number(number: i64) -> Option<Self> {
        let all = [
            Self::Owner,
            Self::Administrator,
            Self::Moderator,
            Self::Member,
            Self::Guest,
        ];
        all.into_iter()
            .find(|role| i64::from(*role as u16) == number)
    }

    /// Owners are administrators too.
    pub(crate) fn is_administrator(self) -> bool {
        matches!(self, Self::Owner | Self::Administrator)
    }
}

/// Where an outgoing-webhook bot is called.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(crate) url: String,
    /// 1: Zulip's own format; 2: Slack's.
    pub(crate) interface: u8,
    #[serde(serialize_with = "saved::secret")]
    pub(crate) token: SecretString,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) full_name: String,
    #[serde(serialize_with = "saved::secret")]
    pub(crate) api_key: SecretString,
    #[serde(serialize_with = "saved::optional_secret")]
    pub(crate) password: Option<SecretString>,
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    pub(crate) owner: Option<UserId>,
    pub(crate) is_active: bool,
    pub(crate) service: Option<Service>,
    pub(crate) date_joined: u64,
}

impl User {
    pub(crate) fn is_bot(&self) -> bool {
        self.kind != Kind::Human
    }

    /// Addresses compare without regard to case.
    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.email.to_lowercase() == email.to_lowercase()
    }

    pub(crate) fn avatar_url(&self) -> String {
        format!("/avatar/{}", self.id)
    }

    fn has_password(&self, password: &str) -> bool {
        self.password
            .as_ref()
            .is_some_and(|own| own.expose_secret() == password)
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut user = json!({
            "user_id": self.id,
            "email": self.email,
            "delivery_email": self.email,
            "full_name": self.full_name,
            "avatar_url": null,
            "avatar_version": 1,
            "is_admin": self.role.is_administrator(),
            "is_owner": self.role == Role::Owner,
            "is_guest": self.role == Role::Guest,
            "is_billing_admin": false,
            "role": self.role as u16,
            "is_bot": self.is_bot(),
            "timezone": "",
            "is_active": self.is_active,
            "date_joined": date_time(self.date_joined),
        });
        if let Some(bot_type) = self.kind.bot_type() {
            user["bot_type"] = bot_type.into();
            user["bot_owner_id"] = json!(self.owner);
        }
        user
    }
}

/// A key of 32 letters and digits, as the server makes them.
pub(crate) fn new_key() -> SecretString {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(32)
        .map(char::from)
        .collect::<String>()
        .into()
}

/// Seconds since 1970 as `2026-01-31T12:00+00:00`, the form of `date_joined`.
fn date_time(seconds: u64) -> String {
    let time = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or_default());
    time.unwrap_or_default()
        .strftime("%Y-%m-%dT%H:%M+00:00")
        .to_string()
}

pub(crate) fn no_such_user() -> ApiError {
    ApiError::bad("No such user")
}

impl Organization {
    /// Adds an active member; `set` changes what is to be otherwise.
    pub(crate) fn add_user(&mut self, set: impl FnOnce(&mut User)) -> UserId {
        let id = UserId(self.next_id());
        let mut user = User {
            id,
            email: format!("user{id}@example.com"),
            full_name: format!("User {id}"),
            api_key: new_key(),
            password: None,
            kind: Kind::Human,
            role: Role::Member,
            owner: None,
            is_active: true,
            service: None,
            date_joined: self.now(),
        };
        set(&mut user);
        self.users.insert(id, user);
        id
    }

    pub(crate) fn user(&self, id: UserId) -> Result<&User, ApiError> {
        self.users.get(&id).ok_or_else(no_such_user)
    }

    pub(crate) fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users.values().find(|user| user.has_email(email))
    }
}
