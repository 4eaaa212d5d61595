//! Bots: making, changing and ending them.

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::{Kind, Service, User, new_key};
use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    ids::UserId,
    organization::Organization,
    params::Params,
};

/// GET /bots: one's own.
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let owner = request.user()?;
    let mine = organization
        .users
        .values()
        .filter(|bot| bot.owner == Some(owner) && bot.is_active);
    let bots: Vec<Value> = mine
        .map(|bot| {
            let mut shown = settings();
            shown.insert("username".to_owned(), bot.email.as_str().into());
            shown.insert("full_name".to_owned(), bot.full_name.as_str().into());
            shown.insert("api_key".to_owned(), bot.api_key.expose_secret().into());
            Value::Object(shown)
        })
        .collect();
    success(json!({"bots": bots}))
}

/// POST /bots
pub(crate) fn create(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let owner = request.user()?;
    let params = request.params();
    params.accept(&["payload_url", "interface_type", "default_sending_stream"]);
    let full_name = params.required("full_name")?.to_owned();
    let short_name = params.required("short_name")?;
    let kind = Kind::from_bot_type(params.integer("bot_type")?.unwrap_or(1))
        .ok_or_else(|| ApiError::bad("Invalid bot type"))?;
    let service = if kind == Kind::OutgoingWebhookBot {
        Some(service(params)?)
    } else {
        None
    };
    let email = format!("{short_name}-bot@{}", organization.bot_domain());
    if organization.user_by_email(&email).is_some() {
        return Err(ApiError::bad("Username already in use"));
    }
    let is_taken = |user: &User| user.is_bot() && user.is_active && user.full_name == full_name;
    if organization.users.values().any(is_taken) {
        return Err(ApiError::bad("Name is already in use!"));
    }
    let id = organization.add_user(|user| {
        user.email = email;
        user.full_name = full_name;
        user.kind = kind;
        user.owner = Some(owner);
        user.service = service;
    });
    organization.publish_new_user(id);
    let mut answer = settings();
    answer.insert("user_id".to_owned(), json!(id));
    answer.insert(
        "api_key".to_owned(),
        organization.user(id)?.api_key.expose_secret().into(),
    );
    success(Value::Object(answer))
}

/// Where an outgoing-webhook bot is to be called; the URL is a string of JSON.
fn service(params: &Params) -> Result<Service, ApiError> {
    let url = params
        .json("payload_url")?
        .and_then(|url| url.as_str().map(str::to_owned));
    let interface = params.count("interface_type")?.unwrap_or(1);
    Ok(Service {
        url: url.ok_or_else(|| ApiError::bad("payload_url is not a string"))?,
        interface: u8::try_from(interface).map_err(|_| ApiError::bad("Invalid interface type"))?,
        token: new_key(),
    })
}

/// PATCH /bots/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let full_name = request.params().text("full_name");
    let bot = organization.managed_bot(request.user()?, request.id(0))?;
    if let Some(name) = full_name {
        name.clone_into(&mut bot.full_name);
    }
    let bot = bot.clone();
    if let Some(name) = full_name {
        organization.publish_changed_user(bot.id, "full_name", name);
    }
    let owner = bot.owner.and_then(|id| organization.users.get(&id));
    let mut answer = settings();
    answer.insert("full_name".to_owned(), bot.full_name.into());
    answer.insert(
        "bot_owner".to_owned(),
        json!(owner.map(|owner| &owner.email)),
    );
    answer.insert(
        "service_interface".to_owned(),
        bot.service
            .as_ref()
            .map_or(1, |service| service.interface)
            .into(),
    );
    answer.insert(
        "service_payload_url".to_owned(),
        json!(bot.service.map(|service| service.url)),
    );
    answer.insert("config_data".to_owned(), Value::Null);
    success(Value::Object(answer))
}

/// DELETE /bots/{id}
pub(crate) fn deactivate(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let bot = organization.managed_bot(request.user()?, request.id(0))?;
    bot.is_active = false;
    let id = bot.id;
    organization.publish_changed_user(id, "is_active", false);
    done()
}

/// POST /bots/{id}/api_key/regenerate
pub(crate) fn regenerate_key(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let bot = organization.managed_bot(request.user()?, request.id(0))?;
    bot.api_key = new_key();
    let (id, key) = (bot.id, bot.api_key.expose_secret().to_owned());
    organization.publish_changed_bot(id, json!({"user_id": id, "api_key": key}));
    success(json!({"api_key": key}))
}

/// What every bot has set, and nobody changes here.
fn settings() -> Map<String, Value> {
    let nothing = [
        "avatar_url",
        "default_sending_stream",
        "default_events_register_stream",
    ];
    let mut settings: Map<String, Value> = nothing
        .into_iter()
        .map(|key| (key.to_owned(), Value::Null))
        .collect();
    settings.insert("default_all_public_streams".to_owned(), false.into());
    settings
}

impl Organization {
    /// The bot, for its owner or an administrator.
    fn managed_bot(&mut self, asking: UserId, id: u64) -> Result<&mut User, ApiError> {
        let is_administrator = self.user(asking)?.role.is_administrator();
        let bot = self.users.get_mut(&UserId(id)).filter(|user| user.is_bot());
        let bot = bot.ok_or_else(|| ApiError::bad("No such bot"))?;
        if bot.owner == Some(asking) || is_administrator {
            Ok(bot)
        } else {
            Err(ApiError::bad("Insufficient permission"))
        }
    }
}
