use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zulipkit_notify::{Event, Outgoing};
use zulipkit_outbox::{Account, Destination, NewRow, OnUnclear};

use crate::Integration;

/// The table `[delivery]` of a settings file: how hard to try.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// After having been tried for that long, a message is given up: `7 days`, `12 hours`.
    #[serde(deserialize_with = "zulipkit_settings::duration::read")]
    #[schemars(with = "String")]
    pub max_age: Duration,
    /// What to do with a message of which it cannot be known whether it arrived: `resend` it, though it may then be
    /// there twice, or `hold` it until a person decides.
    #[schemars(with = "String")]
    pub on_unclear: OnUnclear,
}

/// A message, and the event that it tells of.
#[derive(Debug, Clone)]
pub struct Message {
    /// What happened.
    pub event: Event,
    /// What is sent, and where.
    pub outgoing: Outgoing,
}

/// Makes messages ready for the outbox.
pub fn rows(
    messages: &[Message],
    integration: &Integration,
    account: &Account,
    delivery: &Delivery,
) -> Vec<NewRow> {
    let row = |message: &Message| {
        let (endpoint, body) = message.outgoing.to_row_parts();
        let row = NewRow::new(
            account.clone(),
            integration.agent,
            &endpoint,
            body,
            Destination::from(&message.outgoing.to),
            message.event.happened.as_millisecond(),
        );
        NewRow {
            max_age: delivery.max_age,
            on_unclear: delivery.on_unclear,
            ..row
        }
    };
    messages.iter().map(row).collect()
}
