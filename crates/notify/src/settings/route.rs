use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use zulipkit_api::messages::{ChannelRef, People};

use super::{Templates, When, recipient};

/// Where events go: one `[[route]]` of a settings file. The first route that matches an event wins.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Route {
    /// The facts that an event must have. Without it the route takes every event.
    pub when: When,
    /// An expression that must be true as well, where `when` is not enough: `"commits|length > 20"`.
    #[serde(rename = "if")]
    #[schemars(with = "Option<String>")]
    pub condition: Option<Spanned<String>>,
    /// The channel's name or id. In a name facts may stand: `"team-{{ component }}"`.
    #[serde(deserialize_with = "recipient::channel")]
    #[schemars(with = "Option<NameOrId>")]
    pub channel: Option<ChannelRef>,
    /// A template for the topic; without it the integration's own.
    #[schemars(with = "Option<String>")]
    pub topic: Option<Spanned<String>>,
    /// Whom to send a direct message: e-mail addresses or user ids.
    #[serde(deserialize_with = "recipient::people")]
    #[schemars(with = "Option<OneOrMany>")]
    pub direct: Option<People>,
    /// Says nothing about such events.
    pub skip: bool,
    /// Lets the following routes see the event too, so that it can go to several places.
    #[serde(rename = "continue")]
    pub go_on: bool,
    /// Words that differ from `[templates]`, for what this route sends.
    pub templates: Templates,
}

impl Route {
    /// Returns the channel, unless only an event can tell which one it is.
    pub fn fixed_channel(&self) -> Option<&ChannelRef> {
        self.channel.as_ref().filter(|channel| match channel {
            ChannelRef::Name(name) => !Self::is_template(name),
            ChannelRef::Id(_) => true,
        })
    }

    /// Tells whether facts stand in a channel's name.
    pub(crate) fn is_template(name: &str) -> bool {
        name.contains("{{") || name.contains("{%")
    }
}

/// What the schema says of a channel or a person.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum NameOrId {
    Name(String),
    Id(u64),
}

/// What the schema says of `direct`.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum OneOrMany {
    One(NameOrId),
    Many(Vec<NameOrId>),
}
