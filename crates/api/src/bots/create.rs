//! `POST /bots`

use std::collections::BTreeMap;

use crate::users::BotType;
use crate::{QuotedJson, Secret, UserId};

endpoint! {
    /// Makes a bot that one owns.
    pub struct CreateBot: POST "/bots" -> CreatedBot {
        required {
            /// Its name.
            full_name: String,
            /// The beginning of its e-mail address.
            short_name: String,
        }
        optional {
            /// What kind; generic if not given.
            bot_type: BotType,
            /// Where an outgoing webhook's server listens.
            payload_url: QuotedJson,
            /// How an outgoing webhook is spoken to; as Zulip does if not given.
            interface_type: WebhookFormat,
            /// Which of the server's own bots it runs, for an embedded one.
            service_name: String,
            /// Its settings by name, for an embedded bot or an incoming webhook.
            config_data: BTreeMap<String, String>,
            /// The name of the channel that it writes to where none is given.
            default_sending_stream: String,
            /// The name of the channel whose events it gets where none is given.
            default_events_register_stream: String,
            /// Whether it gets the messages of all public channels; no if not given.
            default_all_public_streams: bool,
        }
    }
}

open_number! {
    /// How a server is told that its bot is spoken to.
    pub enum WebhookFormat {
        /// As JSON with the message.
        Zulip = 1,
        /// As a form, like Slack's.
        Slack = 2,
    }
}

object! {
    /// Answers [`CreateBot`].
    pub struct CreatedBot {
        required {
            /// The bot.
            user_id: UserId,
            /// Its API key.
            api_key: Secret,
        }
        optional {
            /// Its picture.
            avatar_url: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn create_bot_on_the_wire() {
        let mut endpoint = CreateBot::new("text", "text");
        endpoint.bot_type = Some(BotType::OutgoingWebhook);
        endpoint.payload_url = Some("https://example.com".into());
        endpoint.interface_type = Some(WebhookFormat::Zulip);
        assert_wire(
            &endpoint,
            "POST /bots",
            &[
                ("bot_type", "3"),
                ("full_name", "text"),
                ("interface_type", "1"),
                ("payload_url", r#""https://example.com""#),
                ("short_name", "text"),
            ],
        );
    }
}
