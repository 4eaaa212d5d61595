//! What a Zulip server sends to a bot's server, in its own format and in that of Slack.

use std::borrow::Cow;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use zulipkit_api::messages::Message;
use zulipkit_api::{MessageId, UserId};

/// A call, whichever format it came in.
#[derive(Debug)]
pub(super) struct Call {
    /// Which bot is meant, as far as the call says it.
    pub(super) bot: Claim,
    /// What proves that the server sends it.
    pub(super) token: SecretString,
    /// Why it is sent.
    pub(super) trigger: Trigger,
    /// The message.
    pub(super) message: Message,
    /// The bot's name at the moment, where the call tells it.
    pub(super) bot_name: Option<String>,
    /// The format, and so that of the answer.
    pub(super) format: Format,
}

/// Which bot a call says that it is for. Nothing is believed of it before the token is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Claim {
    /// By its address, in small letters.
    Email(String),
    User(UserId),
}

/// Why a server calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// The bot is mentioned in a channel.
    Mention,
    /// The bot takes part in a direct conversation.
    Direct,
    /// One that this version does not know: then nothing is done.
    Other,
}

/// The format of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Zulip's own: JSON.
    Zulip,
    /// Slack's: a form. It names neither the message's number nor its topic.
    Slack,
}

/// Why a body is no call.
#[derive(Debug, thiserror::Error)]
#[error("the body is no call of an outgoing webhook")]
pub(super) struct NoCall;

#[derive(Deserialize)]
struct Generic {
    bot_email: String,
    #[serde(default)]
    bot_full_name: Option<String>,
    token: SecretString,
    trigger: Trigger,
    message: Message,
    data: String,
}

#[derive(Deserialize)]
struct Slack {
    token: SecretString,
    service_id: UserId,
    trigger_word: Trigger,
    text: String,
    channel_id: String,
    channel_name: String,
    user_id: String,
    user_name: String,
    timestamp: i64,
}

impl<'de> Deserialize<'de> for Trigger {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match &*Cow::<str>::deserialize(deserializer)? {
            "mention" => Self::Mention,
            // Servers before 8.0 say `private_message`.
            "direct_message" | "private_message" => Self::Direct,
            _ => Self::Other,
        })
    }
}

impl Call {
    /// Reads a call. A form is Slack's format; everything else is taken as JSON, whatever its content type says.
    pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Self, NoCall> {
        let is_form = content_type
            .get(.."application/x-www-form-urlencoded".len())
            .is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        if is_form {
            let call: Slack = serde_urlencoded::from_bytes(body).map_err(|_| NoCall)?;
            call.read().ok_or(NoCall)
        } else {
            let call: Generic = serde_json::from_slice(body).map_err(|_| NoCall)?;
            Ok(call.read())
        }
    }
}

impl Generic {
    fn read(self) -> Call {
        let mut message = self.message;
        // The text as it was typed; `content` is the same on today's servers.
        message.content = self.data;
        Call {
            bot: Claim::Email(self.bot_email.to_lowercase()),
            token: self.token,
            trigger: self.trigger,
            message,
            bot_name: self.bot_full_name,
            format: Format::Zulip,
        }
    }
}

impl Slack {
    fn read(self) -> Option<Call> {
        let channel: u64 = self.channel_id.strip_prefix('C')?.parse().ok()?;
        let sender: u64 = self.user_id.strip_prefix('U')?.parse().ok()?;
        let message = json!({
            "id": MessageId(0), "type": "stream", "stream_id": channel, "display_recipient": self.channel_name,
            "sender_id": sender, "sender_full_name": self.user_name, "timestamp": self.timestamp, "content": self.text,
        });
        Some(Call {
            bot: Claim::User(self.service_id),
            token: self.token,
            trigger: self.trigger_word,
            message: serde_json::from_value(message).ok()?,
            bot_name: None,
            format: Format::Slack,
        })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const RECORDED: &str = include_str!("../../tests/data/outgoing_webhook/channel_mention.json");
    const SLACK: &str =
        include_str!("../../tests/data/outgoing_webhook/slack_channel_mention.form");

    #[test]
    fn a_recorded_call() {
        for content_type in ["application/json", "text/plain", ""] {
            let call = Call::read(content_type, RECORDED.as_bytes()).unwrap();
            assert_eq!(
                call.bot,
                Claim::Email("hook-bot@zulip.example.com".to_owned())
            );
            assert_eq!(
                (call.trigger, call.format),
                (Trigger::Mention, Format::Zulip)
            );
            assert_eq!(call.message.id, MessageId(1246));
            assert_eq!(call.message.content, "@**Hook Bot** **hello** there");
            assert_eq!(call.bot_name.as_deref(), Some("Hook Bot"));
        }
    }

    #[test]
    fn a_recorded_call_in_the_format_of_slack() {
        let content_type = "application/x-www-form-urlencoded; charset=utf-8";
        let call = Call::read(content_type, SLACK.trim_end().as_bytes()).unwrap();
        assert_eq!(call.bot, Claim::User(UserId(54)));
        assert_eq!(
            call.token.expose_secret(),
            "slackbottokeXXXXXXXXXXXXXXXXXXXX"
        );
        assert_eq!(
            (call.trigger, call.format),
            (Trigger::Mention, Format::Slack)
        );
        assert_eq!(call.message.content, "@**Slack Bot** **hello** slack");
        assert_eq!(call.message.sender_id, UserId(47));
    }

    #[test]
    fn what_is_none() {
        for body in ["", "{", "[]", "null", "{\"token\": 3}", "\u{0}"] {
            assert!(
                Call::read("application/json", body.as_bytes()).is_err(),
                "{body}"
            );
        }
        let form = "application/x-www-form-urlencoded";
        for body in ["", "token=x", &SLACK.replace("U47", "47")] {
            assert!(Call::read(form, body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn triggers_old_new_and_unknown() {
        let read = |name: &str| {
            let body = RECORDED.replace(
                "\"trigger\": \"mention\"",
                &format!("\"trigger\": \"{name}\""),
            );
            Call::read("application/json", body.as_bytes())
                .unwrap()
                .trigger
        };
        assert_eq!(read("direct_message"), Trigger::Direct);
        assert_eq!(read("private_message"), Trigger::Direct);
        assert_eq!(read("full_moon"), Trigger::Other);
    }
}
