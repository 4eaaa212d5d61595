//! What the lines say. The book's page about JSON lines is the specification; here are its types.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use zulipkit_api::messages::{ChannelRef, People, To};
use zulipkit_api::{ChannelId, MessageId, UserId};

use crate::{Addressed, Alarm, Conversation, Edit, Incoming, Me, ReactionEvent};

/// The version of the protocol.
pub const PROTOCOL: u64 = 1;

/// What a program says about itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ready {
    pub(super) usage: Option<Usage>,
    /// Whether messages of one conversation come one after the other.
    pub(super) in_order: Option<bool>,
}

/// What people are told of the bot.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Usage {
    pub(super) name: Option<String>,
    pub(super) text: String,
}

/// A line of a program's.
#[derive(Debug)]
pub(super) enum Said {
    Ready(Ready),
    /// An event is dealt with, perhaps with the words of an answer; or it failed.
    Done {
        event: u64,
        reply: Option<String>,
        failed: Option<String>,
    },
    Log(Log),
    Request {
        /// Given back with the answer; without one there is no answer.
        id: Option<Value>,
        /// The event in whose handling it is made.
        event: Option<u64>,
        /// What is wanted, or what is wrong with it.
        ask: Result<Ask, String>,
    },
}

#[derive(Debug, Deserialize)]
pub(super) struct Log {
    #[serde(default)]
    pub(super) level: String,
    pub(super) text: String,
}

/// What a program may ask for.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Ask {
    Reply {
        text: String,
        widget: Option<Value>,
        once: Option<String>,
    },
    Send {
        to: Place,
        text: String,
        widget: Option<Value>,
        once: Option<String>,
    },
    Edit {
        message: MessageId,
        text: String,
    },
    React {
        message: MessageId,
        emoji: String,
    },
    Unreact {
        message: MessageId,
        emoji: String,
    },
    Upload {
        name: Option<String>,
        path: Option<std::path::PathBuf>,
        base64: Option<String>,
    },
    Typing {
        #[serde(default = "yes")]
        on: bool,
    },
    Get {
        key: String,
    },
    Put {
        key: String,
        value: Value,
    },
    Remove {
        key: String,
    },
    Apply {
        changes: Vec<Stored>,
    },
    Keys {
        #[serde(default)]
        prefix: String,
    },
    Alarm {
        name: String,
        due: Timestamp,
        #[serde(default)]
        data: Value,
    },
    CancelAlarm {
        name: String,
    },
    Call {
        method: String,
        path: String,
        #[serde(default)]
        parameters: Map<String, Value>,
    },
}

fn yes() -> bool {
    true
}

/// A change of what is stored: of these a value that is put, without one it is removed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) put: Option<Value>,
}

/// Where a message goes; a conversation as events name it is one.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// A channel, by number or name.
    #[serde(skip_serializing_if = "Value::is_null")]
    channel: Value,
    #[serde(skip_serializing_if = "String::is_empty")]
    topic: String,
    /// People, all by number or all by e-mail address; nobody is the bot itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<Value>,
}

impl Place {
    pub(super) fn to(self, me: UserId) -> Result<To, String> {
        match (self.channel, self.people) {
            (Value::Number(id), None) => {
                let id = id.as_u64().ok_or("a channel's number is not negative")?;
                Ok(To::channel(ChannelId(id), self.topic))
            }
            (Value::String(name), None) => Ok(To::channel(name, self.topic)),
            (Value::Null, Some(Value::Array(nobody))) if nobody.is_empty() => Ok(To::users([me])),
            (Value::Null, Some(people)) => serde_json::from_value(people)
                .map(To::People)
                .map_err(|_| "`people` are all numbers or all addresses".to_owned()),
            _ => Err("`to` has a `channel` with a `topic`, or `people`".to_owned()),
        }
    }
}

impl From<&To> for Place {
    fn from(to: &To) -> Self {
        match to {
            To::Channel { channel, topic } => Self {
                channel: match channel {
                    ChannelRef::Id(id) => id.0.into(),
                    ChannelRef::Name(name) => name.as_str().into(),
                },
                topic: topic.clone(),
                people: None,
            },
            To::People(people) => Self {
                people: Some(match people {
                    People::Ids(ids) => ids.iter().map(|id| id.0).collect(),
                    People::Emails(emails) => emails.clone().into(),
                }),
                ..Self::default()
            },
        }
    }
}

impl Said {
    /// Reads a line. Nothing if it means nothing: newer programs may say what is not known here.
    pub(super) fn read(mut line: Map<String, Value>) -> Option<Self> {
        let id = line.get("id").cloned();
        let event = id.as_ref().and_then(Value::as_u64);
        let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
        let kind = text("type");
        match kind.as_deref() {
            Some("ready") => Some(Self::Ready(
                serde_json::from_value(Value::Object(line)).unwrap_or_default(),
            )),
            // The short form: a line without a type answers an event and is done with it.
            None | Some("done") => {
                let reply = line.get("reply").filter(|reply| !reply.is_null());
                let is_text = reply.is_none_or(Value::is_string);
                Some(Self::Done {
                    event: event?,
                    reply: text("reply"),
                    failed: (!is_text).then(|| "its `reply` is no text".to_owned()),
                })
            }
            Some("failed") => Some(Self::Done {
                event: event?,
                reply: None,
                failed: Some(text("error").unwrap_or_else(|| "it does not say why".to_owned())),
            }),
            Some("log") => serde_json::from_value(Value::Object(line))
                .ok()
                .map(Self::Log),
            Some(_) => {
                line.remove("id");
                let event = line.remove("event").and_then(|event| event.as_u64());
                let ask = serde_json::from_value(Value::Object(line));
                Some(Self::Request {
                    id,
                    event,
                    ask: ask.map_err(|error| error.to_string()),
                })
            }
        }
    }
}

/// The first line to a program.
pub(super) fn hello(name: &str, me: &Me, site: &str, config: &Map<String, Value>) -> Value {
    json!({
        "type": "hello",
        "protocol": PROTOCOL,
        "zulipkit": env!("CARGO_PKG_VERSION"),
        "name": name,
        "site": site,
        "bot": account(me),
        "config": config,
        "longest_line": super::LONGEST_LINE,
        "in_flight": super::IN_FLIGHT,
    })
}

/// The bot's account, in `hello` and when it was renamed.
pub(super) fn account(me: &Me) -> Value {
    json!({"user_id": me.user_id, "full_name": me.full_name, "email": me.email, "mention": me.mention()})
}

/// Reads an account as [`account`] writes it.
#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) user_id: UserId,
    pub(super) full_name: String,
    pub(super) email: String,
}

impl From<Account> for Me {
    fn from(account: Account) -> Self {
        Self {
            user_id: account.user_id,
            full_name: account.full_name,
            email: account.email,
        }
    }
}

/// An event without its number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Event {
    Message(Message),
    Edit(Changed),
    Reaction(Reaction),
    Alarm {
        name: String,
        due: Timestamp,
        data: Value,
    },
    /// One of a further type, as the server sends it.
    #[serde(rename = "event")]
    Further {
        event: Value,
    },
}

/// A message that is addressed to the bot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Message {
    text: String,
    addressed: Addressed,
    conversation: Conversation,
    caught_up: bool,
    pub(super) again: bool,
    message: zulipkit_api::messages::Message,
}

/// An edit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Changed {
    before: String,
    text: String,
    addressed: Addressed,
    conversation: Conversation,
    message: zulipkit_api::messages::Message,
}

/// A reaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reaction {
    message_id: MessageId,
    conversation: Option<Conversation>,
    user_id: UserId,
    emoji: String,
    added: bool,
}

impl From<&Incoming> for Event {
    fn from(incoming: &Incoming) -> Self {
        Self::Message(Message {
            text: incoming.text.clone(),
            addressed: incoming.addressed,
            conversation: incoming.conversation.clone(),
            caught_up: incoming.caught_up,
            again: incoming.again,
            message: incoming.message.clone(),
        })
    }
}

impl From<Message> for Incoming {
    fn from(message: Message) -> Self {
        Self {
            message: message.message,
            text: message.text,
            conversation: message.conversation,
            addressed: message.addressed,
            caught_up: message.caught_up,
            again: message.again,
        }
    }
}

impl From<&Edit> for Event {
    fn from(edit: &Edit) -> Self {
        let now = &edit.message;
        Self::Edit(Changed {
            before: edit.before.clone(),
            text: now.text.clone(),
            addressed: now.addressed,
            conversation: now.conversation.clone(),
            message: now.message.clone(),
        })
    }
}

impl From<Changed> for Edit {
    fn from(edit: Changed) -> Self {
        Self {
            before: edit.before,
            message: Incoming {
                message: edit.message,
                text: edit.text,
                conversation: edit.conversation,
                addressed: edit.addressed,
                caught_up: false,
                again: false,
            },
        }
    }
}

impl From<&ReactionEvent> for Event {
    fn from(reaction: &ReactionEvent) -> Self {
        Self::Reaction(Reaction {
            message_id: reaction.message,
            conversation: reaction.conversation.clone(),
            user_id: reaction.user,
            emoji: reaction.emoji.clone(),
            added: reaction.added,
        })
    }
}

impl From<Reaction> for ReactionEvent {
    fn from(reaction: Reaction) -> Self {
        Self {
            message: reaction.message_id,
            conversation: reaction.conversation,
            user: reaction.user_id,
            emoji: reaction.emoji,
            added: reaction.added,
        }
    }
}

impl From<&Alarm> for Event {
    fn from(alarm: &Alarm) -> Self {
        Self::Alarm {
            name: alarm.name.clone(),
            due: alarm.due,
            data: alarm.data.clone(),
        }
    }
}
