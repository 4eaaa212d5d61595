//! Reading `to`: channels by name or id, people by id or e-mail, bare or as JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    errors::ApiError,
    ids::{ChannelId, UserId},
    organization::Organization,
    streams::Channel,
    users::Role,
};

/// A channel as `to` names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Name(String),
    Id(u64),
}

/// Reads `to` of a channel message: a name, a JSON string, an id, or a JSON list of exactly one of these.
pub(crate) fn channel(to: &str) -> Result<Named, ApiError> {
    let value = match serde_json::from_str(to) {
        Err(_) => return Ok(Named::Name(to.to_owned())),
        Ok(Value::Array(items)) => match <[Value; 1]>::try_from(items) {
            Ok([only]) => only,
            Err(_) => return Err(ApiError::bad("Expected exactly one channel")),
        },
        Ok(value) => value,
    };
    match value {
        Value::String(name) => Ok(Named::Name(name)),
        Value::Number(number) => number
            .as_u64()
            .map(Named::Id)
            .ok_or_else(|| invalid_type("channel")),
        _ => Err(invalid_type("channel")),
    }
}

/// People as `to` names them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum People {
    Ids(Vec<u64>),
    Emails(Vec<String>),
}

/// Reads `to` of a direct message: a JSON list of ids or of e-mails, or e-mails with commas.
pub(crate) fn people(to: &str) -> Result<People, ApiError> {
    let split = |text: &str| {
        text.split(',')
            .map(|email| email.trim().to_owned())
            .filter(|email| !email.is_empty())
            .collect()
    };
    let items = match serde_json::from_str(to) {
        Err(_) => return Ok(People::Emails(split(to))),
        Ok(Value::String(text)) => return Ok(People::Emails(split(&text))),
        Ok(Value::Array(items)) => items,
        Ok(_) => return Err(invalid_type("recipients")),
    };
    let emails: Vec<String> = items
        .iter()
        .filter_map(|item| item.as_str().map(|email| email.trim().to_owned()))
        .collect();
    let ids: Vec<u64> = items.iter().filter_map(Value::as_u64).collect();
    match (emails.len(), ids.len()) {
        (_, 0) if emails.len() == items.len() => Ok(People::Emails(emails)),
        (0, _) if ids.len() == items.len() => Ok(People::Ids(ids)),
        (emails, ids) if emails + ids == items.len() => Err(ApiError::bad(
            "Recipient lists may contain emails or user IDs, but not both.",
        )),
        _ => Err(invalid_type("recipients")),
    }
}

fn invalid_type(what: &str) -> ApiError {
    ApiError::bad(format!("Invalid data type for {what}"))
}

impl Organization {
    /// The channel that `to` names, if this user may send to it.
    pub(crate) fn channel_to_send_to(
        &self,
        sender: UserId,
        named: &Named,
    ) -> Result<ChannelId, ApiError> {
        let channel = match named {
            Named::Name(name) if name.trim().is_empty() => {
                return Err(ApiError::bad("Channel name can't be empty."));
            }
            Named::Name(name) => self.channel_by_name(name).ok_or_else(|| {
                let words = format!("Channel '{name}' does not exist");
                ApiError::coded("STREAM_DOES_NOT_EXIST", words).with("stream", name.as_str())
            })?,
            Named::Id(id) => self.channels.get(&ChannelId(*id)).ok_or_else(|| {
                let words = format!("Channel with ID '{id}' does not exist");
                ApiError::coded("STREAM_DOES_NOT_EXIST", words).with("stream_id", *id)
            })?,
        };
        if self.may_send(sender, channel) {
            Ok(channel.id)
        } else {
            Err(ApiError::bad(format!(
                "Not authorized to send to channel '{}'",
                channel.name
            )))
        }
    }

    /// A public channel takes messages from all but guests, a private one from its subscribers, and both from a bot whose
    /// owner may send there.
    fn may_send(&self, sender: UserId, channel: &Channel) -> bool {
        let Some(sender) = self.users.get(&sender) else {
            return false;
        };
        if channel.is_archived {
            return false;
        }
        let is_notifier = sender.id == self.notifier;
        let is_public = !channel.is_private && sender.role != Role::Guest;
        is_notifier
            || is_public
            || channel.subscribers.contains_key(&sender.id)
            || sender
                .owner
                .is_some_and(|owner| self.may_send(owner, channel))
    }

    /// All who take part when `sender` writes to these people.
    pub(crate) fn conversation(
        &self,
        sender: UserId,
        people: &People,
    ) -> Result<BTreeSet<UserId>, ApiError> {
        let users: Vec<_> = match people {
            People::Emails(emails) => emails
                .iter()
                .map(|email| {
                    self.user_by_email(email)
                        .ok_or_else(|| ApiError::bad(format!("Invalid email '{email}'")))
                })
                .collect::<Result<_, _>>()?,
            People::Ids(ids) => ids
                .iter()
                .map(|id| {
                    self.user(UserId(*id))
                        .map_err(|_| ApiError::bad(format!("Invalid user ID {id}")))
                })
                .collect::<Result<_, _>>()?,
        };
        if users.is_empty() {
            return Err(ApiError::bad("Message must have recipients"));
        }
        if let Some(gone) = users.iter().find(|user| !user.is_active) {
            return Err(ApiError::bad(format!(
                "'{}' is no longer using Zulip.",
                gone.email
            )));
        }
        Ok(users.iter().map(|user| user.id).chain([sender]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_read_as_json_first() {
        let name = |text: &str| Named::Name(text.to_owned());
        assert_eq!(channel("commits").unwrap(), name("commits"));
        assert_eq!(channel("\"2026\"").unwrap(), name("2026"));
        assert_eq!(channel("2026").unwrap(), Named::Id(2026));
        assert_eq!(channel("[\"x\"]").unwrap(), name("x"));
        assert!(channel("[]").is_err());
        assert!(channel("true").is_err());
    }

    #[test]
    fn people_are_ids_or_emails_but_not_both() {
        assert_eq!(people("[1,2]").unwrap(), People::Ids(vec![1, 2]));
        assert_eq!(
            people("a@x, b@x").unwrap(),
            People::Emails(vec!["a@x".to_owned(), "b@x".to_owned()])
        );
        assert_eq!(people("").unwrap(), People::Emails(vec![]));
        assert!(people("7").is_err());
        assert!(people("[1,\"a@x\"]").is_err());
    }
}
