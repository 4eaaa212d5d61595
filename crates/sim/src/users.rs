//! People and bots.

use rand::{Rng as _, distr::Alphanumeric};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    ids::UserId,
    organization::{Organization, now},
};

/// What kind of account it is; a bot's number is its `bot_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Owner = 100,
    Member = 400,
    Guest = 600,
}

/// Where an outgoing-webhook bot is called.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) url: String,
    /// 1: Zulip's own format; 2: Slack's.
    pub(crate) interface: u8,
    pub(crate) token: SecretString,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) full_name: String,
    pub(crate) api_key: SecretString,
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
            "is_admin": self.role == Role::Owner,
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

/// GET /users/me
pub(crate) fn me(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.user(request.user()?)?;
    let mut answer = user.to_json();
    if !user.is_bot() {
        answer["profile_data"] = json!({});
    }
    answer["max_message_id"] = json!(organization.max_message_id());
    success(answer)
}

/// DELETE /users/me
pub(crate) fn deactivate_me(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let id = request.user()?;
    if organization.user(id)?.role == Role::Owner {
        return Err(ApiError::bad(
            "Cannot deactivate the only organization owner",
        ));
    }
    if let Some(user) = organization.users.get_mut(&id) {
        user.is_active = false;
    }
    done()
}

/// GET /users
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.params().accept(&[
        "client_gravatar",
        "include_custom_profile_fields",
        "user_ids",
    ]);
    let members: Vec<Value> = organization
        .users
        .values()
        .filter(|user| user.id != organization.notifier)
        .map(User::to_json)
        .collect();
    success(json!({"members": members}))
}

/// GET /users/{id}
pub(crate) fn by_id(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request
        .params()
        .accept(&["client_gravatar", "include_custom_profile_fields"]);
    let user = organization.user(UserId(request.id(0)))?;
    success(json!({"user": user.to_json()}))
}

/// GET /users/{email}
pub(crate) fn by_email(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request
        .params()
        .accept(&["client_gravatar", "include_custom_profile_fields"]);
    let user = organization
        .user_by_email(request.name(0))
        .ok_or_else(no_such_user)?;
    success(json!({"user": user.to_json()}))
}

pub(crate) fn no_such_user() -> ApiError {
    ApiError::bad("No such user")
}

/// POST /bots
pub(crate) fn create_bot(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let owner = request.user()?;
    let params = request.params();
    params.accept(&["payload_url", "interface_type", "default_sending_stream"]);
    let full_name = params.required("full_name")?.to_owned();
    let short_name = params.required("short_name")?;
    let kind = Kind::from_bot_type(params.integer("bot_type")?.unwrap_or(1))
        .ok_or_else(|| ApiError::bad("Invalid bot type"))?;
    let email = format!("{short_name}-bot@{}", organization.bot_domain());
    if organization.user_by_email(&email).is_some() {
        return Err(ApiError::bad("Email is already in use."));
    }
    let id = organization.add_user(|user| {
        user.email = email;
        user.full_name = full_name;
        user.kind = kind;
        user.owner = Some(owner);
    });
    success(json!({
        "user_id": id,
        "api_key": organization.user(id)?.api_key.expose_secret(),
        "avatar_url": null,
        "default_sending_stream": null,
        "default_events_register_stream": null,
        "default_all_public_streams": false,
    }))
}

/// DELETE /bots/{id}
pub(crate) fn deactivate_bot(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let asking = request.user()?;
    let is_owner = organization.user(asking)?.role == Role::Owner;
    let bot = organization
        .users
        .get_mut(&UserId(request.id(0)))
        .filter(|user| user.is_bot());
    let bot = bot.ok_or_else(|| ApiError::bad("No such bot"))?;
    if bot.owner != Some(asking) && !is_owner {
        return Err(ApiError::bad("Insufficient permission"));
    }
    bot.is_active = false;
    done()
}

/// POST /fetch_api_key
pub(crate) fn fetch_api_key(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let failed = |code, words: &str| {
        Err(ApiError::new(
            axum::http::StatusCode::UNAUTHORIZED,
            code,
            words,
        ))
    };
    let params = request.params();
    let name = params.required("username")?;
    let password = params.required("password")?;
    if !name.contains('@') {
        return Err(ApiError::bad("Enter a valid email address."));
    }
    let user = organization.user_by_email(name);
    match user {
        // A deactivated user is told so whatever the password is.
        Some(user) if !user.is_active => failed("USER_DEACTIVATED", "Account is deactivated"),
        Some(user) if user.has_password(password) => success(json!({
            "api_key": user.api_key.expose_secret(),
            "email": user.email,
            "user_id": user.id,
        })),
        _ => failed(
            "AUTHENTICATION_FAILED",
            "Your username or password is incorrect",
        ),
    }
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
            date_joined: now(),
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
