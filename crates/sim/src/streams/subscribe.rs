//! Subscribing, which also makes channels, and unsubscribing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{MAX_NAME_LENGTH, Subscription};
use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::{ChannelId, UserId},
    messages::text::is_refused,
    organization::Organization,
    params::Params,
    users,
};

/// POST /users/me/subscriptions
pub(crate) fn subscribe(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    params.accept(&[
        "announce",
        "history_public_to_subscribers",
        "stream_post_policy",
        "is_web_public",
    ]);
    params.accept(&["is_default_stream", "message_retention_days"]);
    if params.text("subscriptions").is_none() {
        return Err(ApiError::missing("subscriptions"));
    }
    let wanted = read_wanted(params, "subscriptions")?;
    let answer = organization.subscribe(request.user()?, &wanted, params)?;
    success(Value::Object(answer))
}

/// DELETE /users/me/subscriptions
pub(crate) fn unsubscribe(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    let names = params
        .strings("subscriptions")?
        .ok_or_else(|| ApiError::missing("subscriptions"))?;
    let answer = organization.unsubscribe(request.user()?, &names, params)?;
    success(Value::Object(answer))
}

/// PATCH /users/me/subscriptions: both at once.
pub(crate) fn change_subscriptions(
    organization: &mut Organization,
    request: &Request<'_>,
) -> Outcome {
    let params = request.params();
    let user = request.user()?;
    let wanted = read_wanted(params, "add")?;
    let names = params.strings("delete")?.unwrap_or_default();
    if wanted.is_empty() && names.is_empty() {
        return Err(ApiError::bad(
            "Nothing to do. Specify at least one of \"add\" or \"delete\".",
        ));
    }
    let mut answer = organization.subscribe(user, &wanted, params)?;
    answer.extend(organization.unsubscribe(user, &names, params)?);
    success(Value::Object(answer))
}

/// POST /users/me/subscriptions/properties
pub(crate) fn set_properties(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    const KNOWN: &[&str] = &[
        "color",
        "is_muted",
        "in_home_view",
        "pin_to_top",
        "audible_notifications",
        "desktop_notifications",
        "email_notifications",
        "push_notifications",
        "wildcard_mentions_notify",
    ];
    let user = request.user()?;
    let changes = request
        .params()
        .list("subscription_data")?
        .ok_or_else(|| ApiError::missing("subscription_data"))?;
    for change in changes {
        let property = change["property"].as_str().unwrap_or_default();
        if !KNOWN.contains(&property) {
            return Err(ApiError::bad(format!(
                "Unknown subscription property: {property}"
            )));
        }
        let id = ChannelId(change["stream_id"].as_u64().unwrap_or_default());
        let channel = organization.channels.get_mut(&id);
        let subscription = channel.and_then(|channel| channel.subscribers.get_mut(&user));
        let subscription = subscription
            .ok_or_else(|| ApiError::bad(format!("Not subscribed to channel id {id}")))?;
        subscription
            .properties
            .insert(property.to_owned(), change["value"].clone());
        let event = json!({
            "type": "subscription", "op": "update", "stream_id": id, "property": property, "value": change["value"],
        });
        organization.publish(Audience::User(user), event);
    }
    done()
}

/// A channel that someone wants to be in.
#[derive(Debug)]
struct Wanted {
    name: String,
    description: String,
}

fn read_wanted(params: &Params, parameter: &'static str) -> Result<Vec<Wanted>, ApiError> {
    let items = params.list(parameter)?.unwrap_or_default();
    let read = |(place, item): (usize, &Value)| {
        let wrong = |words: &str| ApiError::bad(format!("Invalid {parameter}[{place}]: {words}"));
        let item = item.as_object().ok_or_else(|| {
            wrong("Input should be a valid dictionary or instance of AddSubscriptionData")
        })?;
        let name = item
            .get("name")
            .and_then(Value::as_str)
            .ok_or_else(|| wrong("name is missing"))?;
        let description = item
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        check_name(name.trim())?;
        Ok(Wanted {
            name: name.trim().to_owned(),
            description,
        })
    };
    items.iter().enumerate().map(read).collect()
}

pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() {
        return Err(ApiError::bad("Channel name can't be empty."));
    }
    if name.chars().count() > MAX_NAME_LENGTH {
        return Err(ApiError::bad(format!(
            "Channel name too long (limit: {MAX_NAME_LENGTH} characters)."
        )));
    }
    match name.chars().position(is_refused) {
        Some(place) => Err(ApiError::bad(format!(
            "Invalid character in channel name, at position {}.",
            place + 1
        ))),
        None => Ok(()),
    }
}

impl Organization {
    fn subscribe(
        &mut self,
        user: UserId,
        wanted: &[Wanted],
        params: &Params,
    ) -> Result<Map<String, Value>, ApiError> {
        let people = self.principals(user, params)?;
        let is_private = params.flag("invite_only")?.unwrap_or(false);
        let is_fatal = params.flag("authorization_errors_fatal")?.unwrap_or(true);
        let refused = |channel: &&super::Channel| {
            channel.is_private && !channel.subscribers.contains_key(&user)
        };
        let (unauthorized, wanted): (Vec<&Wanted>, Vec<&Wanted>) = wanted
            .iter()
            .partition(|wanted| self.channel_by_name(&wanted.name).filter(refused).is_some());
        if let Some(first) = unauthorized.first().filter(|_| is_fatal) {
            return Err(ApiError::bad(format!(
                "Unable to access channel ({}).",
                first.name
            )));
        }
        // Channels by the ids of those who are in them now, and of those who were before.
        let mut subscribed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut already: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for wanted in wanted {
            let (id, name) = self.channel_for(user, wanted, is_private);
            for person in &people {
                let is_new = self.join(*person, id);
                let list = if is_new {
                    &mut subscribed
                } else {
                    &mut already
                };
                list.entry(person.to_string())
                    .or_default()
                    .push(name.clone());
            }
        }
        let mut answer = Map::new();
        answer.insert("subscribed".to_owned(), json!(subscribed));
        answer.insert("already_subscribed".to_owned(), json!(already));
        if !is_fatal {
            let names: Vec<&str> = unauthorized
                .iter()
                .map(|wanted| wanted.name.as_str())
                .collect();
            answer.insert("unauthorized".to_owned(), json!(names));
        }
        Ok(answer)
    }

    /// Finds the channel or makes it. A new one begins with a notice.
    fn channel_for(
        &mut self,
        user: UserId,
        wanted: &Wanted,
        is_private: bool,
    ) -> (ChannelId, String) {
        if let Some(channel) = self.channel_by_name(&wanted.name) {
            return (channel.id, channel.name.clone());
        }
        let id = self.add_channel(&wanted.name, is_private, Some(user));
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.description.clone_from(&wanted.description);
            let event = json!({"type": "stream", "op": "create", "streams": [channel.to_json()]});
            let audience = if is_private {
                Audience::User(user)
            } else {
                Audience::Everyone
            };
            self.publish(audience, event);
        }
        let name = self
            .users
            .get(&user)
            .map_or("", |user| user.full_name.as_str());
        let kind = if is_private { "Private" } else { "Public" };
        let description = match wanted.description.as_str() {
            "" => "*No description.*",
            description => description,
        };
        let by = format!("{kind} channel created by @_**{name}|{user}**.");
        let notice = format!("{by} **Description:**\n```` quote\n{description}\n````");
        self.notice(id, "channel events", notice);
        (id, wanted.name.clone())
    }

    fn unsubscribe(
        &mut self,
        user: UserId,
        names: &[String],
        params: &Params,
    ) -> Result<Map<String, Value>, ApiError> {
        let people = self.principals(user, params)?;
        if people != [user] && !self.user(user)?.role.is_administrator() {
            return Err(ApiError::bad("Insufficient permission"));
        }
        let missing: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| self.channel_by_name(name).is_none())
            .collect();
        if !missing.is_empty() {
            return Err(ApiError::bad(format!(
                "Channel(s) ({}) do not exist",
                missing.join(", ")
            )));
        }
        let (mut removed, mut not_removed) = (Vec::new(), Vec::new());
        for name in names {
            let Some(id) = self.channel_by_name(name).map(|channel| channel.id) else {
                continue;
            };
            let mut left = false;
            for person in &people {
                left |= self.leave(*person, id);
            }
            if left {
                removed.push(name);
            } else {
                not_removed.push(name);
            }
        }
        let mut answer = Map::new();
        answer.insert("removed".to_owned(), json!(removed));
        answer.insert("not_removed".to_owned(), json!(not_removed));
        Ok(answer)
    }

    /// Who is to be subscribed: ids or e-mails of others, or the one who asks.
    fn principals(&self, user: UserId, params: &Params) -> Result<Vec<UserId>, ApiError> {
        let Some(items) = params.list("principals")? else {
            return Ok(vec![user]);
        };
        let find = |item: &Value| {
            let found = match item {
                Value::String(email) => self.user_by_email(email),
                other => other.as_u64().and_then(|id| self.users.get(&UserId(id))),
            };
            match found {
                Some(user) if user.is_active => Ok(user.id),
                Some(_) => Err(ApiError::bad("User is deactivated")),
                None => Err(users::no_such_user()),
            }
        };
        items.iter().map(find).collect()
    }

    /// Makes a subscription; false when there was one already.
    pub(crate) fn join(&mut self, user: UserId, id: ChannelId) -> bool {
        let Some(channel) = self.channels.get_mut(&id) else {
            return false;
        };
        if channel.subscribers.contains_key(&user) {
            return false;
        }
        let others: Vec<UserId> = channel.subscribers.keys().copied().collect();
        channel.subscribers.insert(user, Subscription::default());
        let mut shown = channel.subscription_json(user);
        if let Some(shown) = &mut shown {
            shown["subscribers"] = channel.subscribers.keys().map(|id| json!(id)).collect();
        }
        self.publish(
            Audience::User(user),
            json!({"type": "subscription", "op": "add", "subscriptions": [shown]}),
        );
        let event = json!({"type": "subscription", "op": "peer_add", "stream_ids": [id], "user_ids": [user]});
        self.publish(Audience::Users(others), event);
        true
    }

    /// Ends a subscription; false when there was none.
    pub(crate) fn leave(&mut self, user: UserId, id: ChannelId) -> bool {
        let Some(channel) = self.channels.get_mut(&id) else {
            return false;
        };
        if channel.subscribers.remove(&user).is_none() {
            return false;
        }
        let others: Vec<UserId> = channel.subscribers.keys().copied().collect();
        let left = json!([{"name": channel.name, "stream_id": id}]);
        self.publish(
            Audience::User(user),
            json!({"type": "subscription", "op": "remove", "subscriptions": left}),
        );
        let event = json!({"type": "subscription", "op": "peer_remove", "stream_ids": [id], "user_ids": [user]});
        self.publish(Audience::Users(others), event);
        true
    }
}
