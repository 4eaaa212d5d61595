use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A message that is ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Where it goes.
    pub destination: Destination,
    /// Zulip Markdown, within the server's limit.
    pub content: String,
    /// The topic as it would be without the server's limit, if it had to be shortened.
    pub full_topic: Option<String>,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// A topic of a channel.
    Channel {
        /// The channel.
        channel: Channel,
        /// The topic, within the server's limit.
        topic: String,
    },
    /// A direct message to one person or a group of people.
    Direct(Vec<Person>),
}

/// A channel by its name or by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Channel {
    /// Its name, in any case.
    Name(String),
    /// Its id, which outlives a renaming.
    Id(u64),
}

/// A user by e-mail address or by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Person {
    /// The e-mail address that Zulip's API knows.
    Email(String),
    /// The user id.
    Id(u64),
}

impl Outgoing {
    /// Returns the endpoint and its body, as the outbox keeps them.
    ///
    /// A channel's name stands in JSON quotes, so that the server takes no channel called `2026` for the one with that id.
    pub fn to_row_parts(&self) -> (&'static str, Map<String, Value>) {
        let mut body = Map::new();
        match &self.destination {
            Destination::Channel { channel, topic } => {
                let to = match channel {
                    Channel::Name(name) => json!(json!(name).to_string()),
                    Channel::Id(id) => json!(id),
                };
                body.insert("type".into(), json!("stream"));
                body.insert("to".into(), to);
                body.insert("topic".into(), json!(topic));
            }
            Destination::Direct(people) => {
                let to: Vec<Value> = people.iter().map(Person::to_value).collect();
                body.insert("type".into(), json!("direct"));
                body.insert("to".into(), Value::Array(to));
            }
        }
        body.insert("content".into(), json!(self.content));
        ("POST /messages", body)
    }
}

impl Destination {
    /// Returns a text that is the same for the same place: case does not matter in names, nor does the order of people.
    ///
    /// The outbox keeps the order of messages within one key.
    pub fn key(&self) -> String {
        match self {
            Self::Channel { channel, topic } => {
                let channel = match channel {
                    Channel::Name(name) => json!(name.to_lowercase()),
                    Channel::Id(id) => json!(id),
                };
                json!(["channel", channel, topic.to_lowercase()]).to_string()
            }
            Self::Direct(people) => {
                let mut people: Vec<Person> = people.iter().map(Person::folded).collect();
                people.sort();
                people.dedup();
                let people: Vec<Value> = people.iter().map(Person::to_value).collect();
                json!(["direct", people]).to_string()
            }
        }
    }
}

impl Person {
    fn to_value(&self) -> Value {
        match self {
            Self::Email(email) => json!(email),
            Self::Id(id) => json!(id),
        }
    }

    fn folded(&self) -> Self {
        match self {
            Self::Email(email) => Self::Email(email.to_lowercase()),
            Self::Id(id) => Self::Id(*id),
        }
    }
}
