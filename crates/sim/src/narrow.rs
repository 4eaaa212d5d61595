//! Narrows: which messages `GET /messages` is to give.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    errors::ApiError,
    ids::{ChannelId, MessageId, UserId},
    messages::{Destination, Message, is_same_topic, recipients},
    organization::Organization,
};

/// One term as it was sent.
#[derive(Debug)]
struct Term {
    operator: String,
    operand: Value,
    negated: bool,
}

#[derive(Debug)]
enum Condition {
    Channel(ChannelId),
    /// In lower case, as topics compare.
    Topic(String),
    Sender(UserId),
    /// In a conversation of exactly these.
    Conversation(BTreeSet<UserId>),
    /// In any conversation that this user takes part in, of more than two if so.
    WithUser {
        user: UserId,
        only_groups: bool,
    },
    Id(u64),
    Is(&'static str),
    Has(&'static str),
    /// Each of these, in lower case, in content or topic.
    Search(Vec<String>),
    PublicChannels,
    Anything,
}

/// A narrow, resolved for one user.
#[derive(Debug, Default)]
pub(crate) struct Narrow {
    conditions: Vec<(Condition, bool)>,
    /// Whether messages count that this user can read, but was never sent.
    with_history: bool,
}

impl Narrow {
    /// Reads the parameter `narrow`, a list of objects or of pairs.
    pub(crate) fn parse(
        organization: &Organization,
        user: UserId,
        narrow: &[Value],
    ) -> Result<Self, ApiError> {
        let terms: Vec<Term> = narrow
            .iter()
            .enumerate()
            .map(|(place, item)| Term::parse(place, item))
            .collect::<Result<_, _>>()?;
        let mut resolved = Self::default();
        let mut by_message = None;
        for term in &terms {
            if term.operator == "with" {
                by_message = organization.visible_message(user, term.id()?).ok();
            } else {
                let condition = term.resolve(organization, user)?;
                resolved.with_history |=
                    !term.negated && condition.reads_history(organization, user);
                resolved.conditions.push((condition, term.negated));
            }
        }
        if let Some(message) = by_message {
            resolved.move_to(message, user);
        }
        if resolved
            .conditions
            .iter()
            .any(|(condition, _)| condition.is_about_delivery())
        {
            resolved.with_history = false;
        }
        Ok(resolved)
    }

    /// `with` leads to where its message is now, whatever the other terms say about the place.
    fn move_to(&mut self, message: &Message, user: UserId) {
        self.conditions.retain(|(condition, _)| {
            !matches!(
                condition,
                Condition::Channel(_) | Condition::Topic(_) | Condition::Conversation(_)
            )
        });
        match &message.destination {
            Destination::Channel { id, topic } => {
                self.conditions.push((Condition::Channel(*id), false));
                self.conditions
                    .push((Condition::Topic(topic.to_lowercase()), false));
                self.with_history = true;
            }
            Destination::Direct(people) => {
                debug_assert!(people.contains(&user));
                self.conditions
                    .push((Condition::Conversation(people.clone()), false));
            }
        }
    }

    pub(crate) fn matches(
        &self,
        organization: &Organization,
        user: UserId,
        message: &Message,
    ) -> bool {
        let reaches = message.flags.contains_key(&user) || self.with_history;
        reaches
            && organization.may_see(user, message)
            && self.conditions.iter().all(|(condition, negated)| {
                condition.holds(organization, user, message) != *negated
            })
    }

    /// The words that a search looks for.
    pub(crate) fn searched(&self) -> Option<&[String]> {
        self.conditions
            .iter()
            .find_map(|(condition, _)| match condition {
                Condition::Search(words) => Some(words.as_slice()),
                _ => None,
            })
    }
}

fn bad_narrow(description: String) -> ApiError {
    ApiError::coded(
        "BAD_NARROW",
        format!("Invalid narrow operator: {description}"),
    )
    .with("desc", description)
}

impl Term {
    fn parse(place: usize, item: &Value) -> Result<Self, ApiError> {
        let wrong =
            |words: &str| ApiError::bad(format!("Invalid narrow[{place}]: Value error, {words}"));
        match item {
            Value::Array(pair) => match pair.as_slice() {
                [Value::String(operator), Value::String(operand)] => Ok(Self {
                    operator: operator.clone(),
                    operand: operand.as_str().into(),
                    negated: false,
                }),
                _ => Err(wrong("element is not a string pair")),
            },
            Value::Object(keys) => {
                let operator = keys
                    .get("operator")
                    .ok_or_else(|| wrong("operator is missing"))?;
                let operand = keys
                    .get("operand")
                    .ok_or_else(|| wrong("operand is missing"))?;
                Ok(Self {
                    operator: operator
                        .as_str()
                        .ok_or_else(|| ApiError::bad("operator is not a string"))?
                        .to_owned(),
                    operand: operand.clone(),
                    negated: keys
                        .get("negated")
                        .and_then(Value::as_bool)
                        .unwrap_or(false),
                })
            }
            _ => Err(wrong("dict or list required")),
        }
    }

    fn resolve(&self, organization: &Organization, user: UserId) -> Result<Condition, ApiError> {
        Ok(match self.operator.as_str() {
            "channel" | "stream" => Condition::Channel(self.channel(organization)?),
            "topic" => Condition::Topic(self.text()?.to_lowercase()),
            "sender" => Condition::Sender(self.user(organization)?),
            "dm" | "pm-with" => Condition::Conversation(self.conversation(organization, user)?),
            "dm-including" => Condition::WithUser {
                user: self.user(organization)?,
                only_groups: false,
            },
            "group-pm-with" => Condition::WithUser {
                user: self.user(organization)?,
                only_groups: true,
            },
            "id" => Condition::Id(self.id()?),
            "is" => Condition::Is(self.one_of(&[
                "dm",
                "private",
                "starred",
                "unread",
                "mentioned",
                "alerted",
                "resolved",
                "followed",
            ])?),
            "has" => Condition::Has(self.one_of(&["link", "image", "attachment", "reaction"])?),
            "search" => Condition::Search(search_words(self.text()?)),
            "channels" | "streams" => match self.text()? {
                "public" => Condition::PublicChannels,
                other => return Err(bad_narrow(format!("unknown channels operand {other}"))),
            },
            "near" | "in" => {
                self.text()?;
                Condition::Anything
            }
            other => return Err(bad_narrow(format!("unknown operator {other}"))),
        })
    }

    fn text(&self) -> Result<&str, ApiError> {
        self.operand
            .as_str()
            .ok_or_else(|| ApiError::bad("operand is not a string"))
    }

    fn id(&self) -> Result<u64, ApiError> {
        let id = self
            .operand
            .as_u64()
            .or_else(|| self.operand.as_str()?.parse().ok());
        id.ok_or_else(|| bad_narrow("Invalid message ID".to_owned()))
    }

    fn one_of(&self, known: &[&'static str]) -> Result<&'static str, ApiError> {
        let operand = self.text()?;
        let found = known.iter().find(|name| **name == operand);
        found
            .copied()
            .ok_or_else(|| bad_narrow(format!("unknown '{}' operand {operand}", self.operator)))
    }

    fn channel(&self, organization: &Organization) -> Result<ChannelId, ApiError> {
        let (found, name) = match &self.operand {
            Value::String(name) => (organization.channel_by_name(name), name.clone()),
            Value::Number(id) => (
                id.as_u64()
                    .and_then(|id| organization.channels.get(&ChannelId(id))),
                id.to_string(),
            ),
            _ => return Err(ApiError::bad("operand is not a string or integer")),
        };
        found
            .map(|channel| channel.id)
            .ok_or_else(|| bad_narrow(format!("unknown channel {name}")))
    }

    fn user(&self, organization: &Organization) -> Result<UserId, ApiError> {
        let (found, name) = match &self.operand {
            Value::String(email) => (organization.user_by_email(email), email.clone()),
            Value::Number(id) => (
                id.as_u64()
                    .and_then(|id| organization.users.get(&UserId(id))),
                id.to_string(),
            ),
            _ => return Err(ApiError::bad("operand is not a string or integer")),
        };
        found
            .map(|user| user.id)
            .ok_or_else(|| bad_narrow(format!("unknown user {name}")))
    }

    fn conversation(
        &self,
        organization: &Organization,
        user: UserId,
    ) -> Result<BTreeSet<UserId>, ApiError> {
        let written = match &self.operand {
            Value::String(emails) => emails.clone(),
            other => other.to_string(),
        };
        let people = recipients::people(&written)
            .map_err(|_| ApiError::bad("operand is not a string or integer list"))?;
        organization
            .conversation(user, &people)
            .map_err(|_| bad_narrow(format!("unknown user in {written}")))
    }
}

impl Condition {
    /// Whether the condition is about what was delivered to the user, which history was not.
    fn is_about_delivery(&self) -> bool {
        matches!(self, Self::Is(what) if *what != "resolved")
    }

    fn reads_history(&self, organization: &Organization, user: UserId) -> bool {
        match self {
            Self::PublicChannels => true,
            Self::Channel(id) => organization
                .channels
                .get(id)
                .is_some_and(|channel| organization.may_read(user, channel)),
            _ => false,
        }
    }

    fn holds(&self, organization: &Organization, user: UserId, message: &Message) -> bool {
        match self {
            Self::Channel(id) => message.channel().is_some_and(|(channel, _)| channel == *id),
            Self::Topic(topic) => message
                .channel()
                .is_some_and(|(_, own)| is_same_topic(own, topic)),
            Self::Sender(sender) => message.sender == *sender,
            Self::Conversation(people) => {
                matches!(&message.destination, Destination::Direct(own) if own == people)
            }
            Self::WithUser { user, only_groups } => match &message.destination {
                Destination::Direct(people) => {
                    people.contains(user) && (people.len() > 2 || !only_groups)
                }
                Destination::Channel { .. } => false,
            },
            Self::Id(id) => message.id == MessageId(*id),
            Self::Is(what) => is(organization, what, user, message),
            Self::Has(what) => has(what, message),
            Self::Search(words) => {
                let topic = message.channel().map_or("", |(_, topic)| topic);
                let text = format!("{}\n{topic}", message.content).to_lowercase();
                words.iter().all(|word| text.contains(word))
            }
            Self::PublicChannels => message
                .channel()
                .and_then(|(id, _)| organization.channels.get(&id))
                .is_some_and(|channel| !channel.is_private),
            Self::Anything => true,
        }
    }
}

fn is(organization: &Organization, what: &str, user: UserId, message: &Message) -> bool {
    match what {
        "dm" | "private" => message.channel().is_none(),
        "starred" => message.has_flag(user, "starred"),
        "unread" => !message.has_flag(user, "read"),
        "mentioned" => {
            message.has_flag(user, "mentioned") || message.has_flag(user, "wildcard_mentioned")
        }
        "resolved" => message
            .channel()
            .is_some_and(|(_, topic)| topic.starts_with("✔ ")),
        "alerted" => message.has_flag(user, "has_alert_word"),
        "followed" => message
            .channel()
            .is_some_and(|(id, topic)| organization.follows(user, id, topic)),
        _ => false,
    }
}

fn has(what: &str, message: &Message) -> bool {
    match what {
        "link" => message.rendered.contains("<a href="),
        "image" => message.rendered.contains("<img "),
        "attachment" => message.content.contains("/user_uploads/"),
        _ => !message.reactions.is_empty(),
    }
}

/// The words of a search; what stands in quotation marks is one.
fn search_words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let mut words = Vec::new();
    for (place, part) in text.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
