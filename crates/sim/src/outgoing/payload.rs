//! What a bot's server is sent: Zulip's own form as JSON, or Slack's as a form.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{Call, http::Request};
use crate::{
    messages::{Destination, Form, Message},
    organization::Organization,
    users::{Service, User},
};

/// The interface of [`Service::interface`] that speaks as Slack does.
pub(super) const SLACK: u8 = 2;

pub(super) enum Payload {
    Request(Request),
    /// No call is made, for this reason.
    Refused(&'static str),
}

/// The request that the call makes; none where the bot or the message is gone.
pub(super) fn payload(organization: &Organization, call: &Call) -> Option<Payload> {
    let bot = organization.users.get(&call.bot)?;
    let service = bot.service.as_ref()?;
    let message = organization.messages.get(&call.message)?;
    if service.interface == SLACK {
        return slack(organization, call, service, message);
    }
    let body = zulip(organization, call, bot, service, message);
    Some(Payload::Request(Request {
        url: service.url.clone(),
        content_type: "application/json",
        body,
    }))
}

fn zulip(
    organization: &Organization,
    call: &Call,
    bot: &User,
    service: &Service,
    message: &Message,
) -> String {
    let form = Form {
        apply_markdown: false,
        client_gravatar: false,
    };
    let mut shown = organization.message_json(message, form);
    shown["rendered_content"] = message.rendered.as_str().into();
    let payload = json!({
        "data": message.content,
        "message": shown,
        "bot_email": bot.email,
        "bot_full_name": bot.full_name,
        "token": service.token.expose_secret(),
        "trigger": call.trigger.name(),
    });
    payload.to_string()
}

fn slack(
    organization: &Organization,
    call: &Call,
    service: &Service,
    message: &Message,
) -> Option<Payload> {
    let Destination::Channel { id, .. } = &message.destination else {
        let words = "Slack outgoing webhooks don't support direct messages.";
        return Some(Payload::Refused(words));
    };
    let channel = organization.channels.get(id)?;
    let sender = organization.users.get(&message.sender)?;
    let (time, token) = (message.timestamp.to_string(), service.token.expose_secret());
    let fields = [
        ("token", token.to_owned()),
        // There is one organization only; on a real server this is its number.
        ("team_id", "T1".to_owned()),
        ("team_domain", organization.bot_domain().to_owned()),
        ("channel_id", format!("C{id}")),
        ("channel_name", channel.name.clone()),
        ("thread_ts", time.clone()),
        ("timestamp", time),
        ("user_id", format!("U{}", sender.id)),
        ("user_name", sender.full_name.clone()),
        ("text", message.content.clone()),
        ("trigger_word", call.trigger.name().to_owned()),
        ("service_id", call.bot.to_string()),
    ];
    let fields = fields.map(|(name, value)| format!("{name}={}", form_encoded(&value)));
    Some(Payload::Request(Request {
        url: service.url.clone(),
        content_type: "application/x-www-form-urlencoded",
        body: fields.join("&"),
    }))
}

fn form_encoded(value: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b' ');
    utf8_percent_encode(value, KEPT)
        .to_string()
        .replace(' ', "+")
}
