use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};
use zulipkit_api::messages::{DisplayRecipient, Message, MessageType, To};
use zulipkit_api::{ChannelId, UserId};

/// Where a message stands, and where a reply to it goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Conversation {
    /// A topic of a channel.
    Topic {
        /// The channel.
        channel: ChannelId,
        /// The topic.
        topic: String,
    },
    /// A direct conversation.
    Direct {
        /// Everyone in it but the bot, by rising number. Nobody, if the bot talks to itself.
        people: Vec<UserId>,
    },
}

impl Conversation {
    /// Returns the conversation of a message that `me` received.
    pub fn of(message: &Message, me: UserId) -> Self {
        match (&message.kind, message.stream_id) {
            (MessageType::Channel, Some(channel)) => Self::Topic {
                channel,
                topic: message.topic.clone(),
            },
            _ => Self::direct(people(message), me),
        }
    }

    /// Returns a direct conversation of these people with `me`, who may or may not be among them.
    pub fn direct(people: impl IntoIterator<Item = UserId>, me: UserId) -> Self {
        let mut people: Vec<UserId> = people.into_iter().filter(|id| *id != me).collect();
        people.sort_unstable();
        people.dedup();
        Self::Direct { people }
    }

    /// Returns where to send to. A direct message to nobody is one to `me`.
    pub fn to(&self, me: UserId) -> To {
        match self {
            Self::Topic { channel, topic } => To::channel(*channel, topic.as_str()),
            Self::Direct { people } if people.is_empty() => To::users([me]),
            Self::Direct { people } => To::users(people.iter().copied()),
        }
    }

    /// Tells whether it is a direct conversation with more than one other person.
    pub fn is_group(&self) -> bool {
        matches!(self, Self::Direct { people } if people.len() > 1)
    }
}

/// Shows it as a stable key for storage and for keeping order: `topic:7:deploys`, `direct:9,10`.
///
/// The server takes topics that differ only in case as one, so the key does too.
impl Display for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic { channel, topic } => {
                write!(f, "topic:{channel}:{}", topic.to_lowercase())
            }
            Self::Direct { people } => {
                f.write_str("direct:")?;
                for (at, person) in people.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{person}")?;
                }
                Ok(())
            }
        }
    }
}

fn people(message: &Message) -> Vec<UserId> {
    match &message.display_recipient {
        DisplayRecipient::People(people) => people.iter().map(|person| person.id).collect(),
        _ => vec![message.sender_id],
    }
}
