//! A stored message as tests see it.

use serde::Serialize;

use crate::{
    messages::{self, Destination},
    organization::Organization,
};

/// A message that the server has stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// Rises from message to message.
    pub id: u64,
    /// The sender's e-mail.
    pub sender: String,
    /// The sender's name.
    pub sender_name: String,
    /// The channel's name; none for a direct message.
    pub channel: Option<String>,
    /// The topic; empty for a direct message.
    pub topic: String,
    /// The e-mails of all who take part in a direct message, the sender too; empty in a channel.
    pub people: Vec<String>,
    /// The Markdown as it is stored.
    pub content: String,
    /// The content as HTML.
    pub html: String,
    /// The name of the program that sent it: its User-Agent up to the slash.
    pub client: String,
    /// When it was stored, in seconds since 1970.
    pub timestamp: u64,
}

impl Message {
    pub(crate) fn new(organization: &Organization, message: &messages::Message) -> Self {
        let email = |id| {
            organization
                .users
                .get(id)
                .map_or_else(String::new, |user| user.email.clone())
        };
        let (channel, topic, people) = match &message.destination {
            Destination::Channel { id, topic } => {
                let name = organization
                    .channels
                    .get(id)
                    .map(|channel| channel.name.clone());
                (name, topic.clone(), Vec::new())
            }
            Destination::Direct(people) => {
                (None, String::new(), people.iter().map(email).collect())
            }
        };
        let sender = organization.users.get(&message.sender);
        Self {
            id: message.id.0,
            sender: email(&message.sender),
            sender_name: sender.map_or_else(String::new, |sender| sender.full_name.clone()),
            channel,
            topic,
            people,
            content: message.content.clone(),
            html: message.rendered.clone(),
            client: message.client.clone(),
            timestamp: message.timestamp,
        }
    }
}
