use serde_json::{Map, Value};
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
}
