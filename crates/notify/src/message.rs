use serde_json::{Map, Value, json};
use zulipkit_api::messages::{ChannelRef, People, SendMessage, To};

/// A message that is ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes; the topic is within the server's limit.
    pub to: To,
    /// Zulip Markdown, within the server's limit.
    pub content: String,
    /// The topic as it would be without the server's limit, if it had to be shortened. It stands in the content too.
    pub full_topic: Option<String>,
}

impl Outgoing {
    /// Returns the endpoint that sends it.
    pub fn message(&self) -> SendMessage {
        SendMessage::new(self.to.clone(), &self.content)
    }

    /// Returns the endpoint and its body, as the outbox keeps them.
    pub fn to_row_parts(&self) -> (String, Map<String, Value>) {
        zulipkit_api::stored(&self.message())
    }

    /// Returns the place in words for people: `#commits > website/main`, or who gets it.
    pub fn place(&self) -> String {
        match &self.to {
            To::Channel { channel, topic } => match channel {
                ChannelRef::Name(name) => format!("#{name} > {topic}"),
                ChannelRef::Id(id) => format!("channel {id} > {topic}"),
            },
            To::People(People::Ids(ids)) => {
                let ids: Vec<String> = ids.iter().map(|id| format!("user {id}")).collect();
                ids.join(", ")
            }
            To::People(People::Emails(emails)) => emails.join(", "),
        }
    }

    /// Returns a text that is the same for the same place: case does not matter in names, nor does the order of people.
    ///
    /// The outbox keeps the order of messages within one key.
    pub fn destination(&self) -> String {
        let key = match &self.to {
            To::Channel { channel, topic } => {
                let channel = match channel {
                    ChannelRef::Name(name) => json!(name.to_lowercase()),
                    ChannelRef::Id(id) => json!(id),
                };
                json!(["channel", channel, topic.to_lowercase()])
            }
            To::People(People::Ids(ids)) => json!(["people", distinct(ids.clone())]),
            To::People(People::Emails(emails)) => {
                let emails = emails.iter().map(|email| email.to_lowercase()).collect();
                json!(["people", distinct(emails)])
            }
        };
        key.to_string()
    }
}

fn distinct<T: Ord>(mut people: Vec<T>) -> Vec<T> {
    people.sort_unstable();
    people.dedup();
    people
}
