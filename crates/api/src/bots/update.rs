//! `PATCH /bots/{bot_id}`, `DELETE /bots/{bot_id}`

use std::collections::BTreeMap;

use super::WebhookFormat;
use crate::users::Role;
use crate::{Empty, QuotedJson, UserId};

endpoint! {
    /// Changes a bot that one owns.
    pub struct UpdateBot: PATCH "/bots/{bot_id}" -> BotUpdate {
        required {
            /// The bot.
            bot_id: UserId,
        }
        optional {
            /// Its new name.
            full_name: String,
            /// The new beginning of its e-mail address; since feature level 447.
            short_name: String,
            /// What it may do from now on.
            role: Role,
            /// Its new owner.
            bot_owner_id: UserId,
            /// Where an outgoing webhook's server listens from now on.
            service_payload_url: QuotedJson,
            /// How an outgoing webhook is spoken to from now on.
            service_interface: WebhookFormat,
            /// New settings by name.
            config_data: BTreeMap<String, String>,
            /// The name of the channel that it writes to where none is given.
            default_sending_stream: String,
            /// The name of the channel whose events it gets where none is given.
            default_events_register_stream: String,
            /// Whether it gets the messages of all public channels.
            default_all_public_streams: bool,
        }
    }
}

endpoint! {
    /// Deactivates a bot that one owns.
    pub struct DeactivateBot: DELETE "/bots/{bot_id}" -> Empty {
        required {
            /// The bot.
            bot_id: UserId,
        }
    }
}

object! {
    /// Answers [`UpdateBot`] with what the bot is now.
    pub struct BotUpdate {
        optional {
            /// Its name.
            full_name: String,
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
    fn update_bot_on_the_wire() {
        let mut endpoint = UpdateBot::new(UserId(7));
        endpoint.full_name = Some("text".to_owned());
        endpoint.short_name = Some("text".to_owned());
        endpoint.role = Some(Role::Guest);
        assert_wire(
            &endpoint,
            "PATCH /bots/7",
            &[
                ("full_name", "text"),
                ("role", "600"),
                ("short_name", "text"),
            ],
        );
    }

    #[test]
    fn deactivate_bot_on_the_wire() {
        assert_wire(&DeactivateBot::new(UserId(7)), "DELETE /bots/7", &[]);
    }
}
