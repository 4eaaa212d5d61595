//! The settings of the runner, and of what it does with each bot.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zulipkit_settings::duration;

/// The `runner` table of a settings file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RunnerSettings {
    /// How many messages are handled at once, over all bots.
    pub in_flight: usize,
    /// How long a stop waits for what is being handled.
    #[serde(deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub grace: Duration,
}

impl Default for RunnerSettings {
    fn default() -> Self {
        Self {
            in_flight: 256,
            grace: Duration::from_secs(25),
        }
    }
}

/// The `handling` table of a bot: how its messages are handled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HandlingSettings {
    /// How many messages are handled at once; those of one conversation come one after the other.
    pub in_flight: usize,
    /// How long the bot may take for one message.
    #[serde(deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub time_limit: Duration,
    /// What becomes of a message whose handling was cut off by the end of the process.
    pub interrupted: Interrupted,
    /// Whether the person is told when the bot fails.
    pub apologize: bool,
}

impl Default for HandlingSettings {
    fn default() -> Self {
        Self {
            in_flight: 16,
            time_limit: Duration::from_secs(5 * 60),
            interrupted: Interrupted::Again,
            apologize: false,
        }
    }
}

/// What becomes of a message whose handling was cut off by the end of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interrupted {
    /// It is handled again. What was sent before is not sent again.
    #[default]
    Again,
    /// It is left as it is: for bots whose handling has effects elsewhere that must not be repeated.
    Skip,
}

/// The `catch_up` table of a bot: which of the messages that were sent while it was away are handled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CatchUpSettings {
    /// How old they may be; 0 for none at all.
    #[serde(deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub max_age: Duration,
    /// How many, the newest.
    pub max_messages: usize,
}

impl Default for CatchUpSettings {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(24 * 60 * 60),
            max_messages: 1_000,
        }
    }
}
