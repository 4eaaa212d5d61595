//! What the world answers to calls of the API.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use zulipkit_api::messages::{ChannelRef, Message, People, Reaction, SendMessage, To};
use zulipkit_api::{Answer, Sending, Transport};
use zulipkit_api::{MessageId, Method, Request, UserId};

use super::world::{State, cut};
use super::{Deed, World};
use crate::Conversation;
use crate::storage::{Change, Store as _};

/// The server's "no": its code and what it says.
pub(super) type Refusal = (&'static str, String);

/// What an endpoint answers, beside `result` and `msg`.
pub(super) type Answered = Result<Value, Refusal>;

pub(super) fn refuse<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(("BAD_REQUEST", message.into()))
}

impl Transport for World {
    fn send<'a>(&'a self, request: &'a Request, _within: Duration) -> Sending<'a> {
        Box::pin(async move {
            let (status, body) = match self.answer(request).await {
                Ok(mut body) => {
                    body["result"] = json!("success");
                    body["msg"] = json!("");
                    (200, body)
                }
                Err((code, message)) => (
                    400,
                    json!({"result": "error", "code": code, "msg": message}),
                ),
            };
            Ok(Answer {
                status,
                body: body.to_string().into_bytes(),
                ..Answer::default()
            })
        })
    }
}

impl World {
    async fn answer(&self, request: &Request) -> Answered {
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        match (request.method, path.as_slice()) {
            (Method::Get, ["users", "me"]) => Ok(self.state().people[0].user()),
            (Method::Get, ["users"]) => Ok(json!({"members": self.users()})),
            (Method::Get, ["users", who]) => self.user(who),
            (Method::Get, ["streams"]) => Ok(json!({"streams": self.streams()})),
            (Method::Get, ["users", "me", "subscriptions"]) => {
                Ok(json!({"subscriptions": self.streams()}))
            }
            (Method::Get, ["get_stream_id"]) => self.channel_id(required(request, "stream")?),
            (Method::Post, ["messages"]) => self.send_message(request),
            (Method::Get, ["messages"]) => self.find(request),
            (_, ["messages", id]) => self.one_message(request, id),
            (method, ["messages", id, "reactions"]) => {
                let name = required(request, "emoji_name")?;
                match method {
                    Method::Post => self.react(id, name, true),
                    Method::Delete => self.react(id, name, false),
                    _ => no_server(request),
                }
            }
            (Method::Post, ["user_uploads"]) => self.upload(request),
            (Method::Post, ["submessage"]) => self.submessage(request),
            (Method::Post, ["typing"]) => {
                self.state()
                    .tell(Deed::Typing(required(request, "op")? == "start"));
                Ok(json!({}))
            }
            (_, ["bot_storage"]) => self.storage(request).await,
            _ => no_server(request),
        }
    }

    fn users(&self) -> Vec<Value> {
        let state = self.state();
        state.people.iter().map(super::Somebody::user).collect()
    }

    fn user(&self, who: &str) -> Answered {
        let state = self.state();
        let who = percent_decoded(who);
        let found = state
            .people
            .iter()
            .find(|user| user.id.to_string() == who || user.email.eq_ignore_ascii_case(&who));
        match found {
            Some(user) => Ok(json!({"user": user.user()})),
            None => refuse("No such user"),
        }
    }

    fn streams(&self) -> Vec<Value> {
        let state = self.state();
        state.channels.iter().map(super::Channel::stream).collect()
    }

    fn channel_id(&self, name: &str) -> Answered {
        match self.state().channel_named(name) {
            Some(channel) => Ok(json!({"stream_id": channel.id})),
            None => refuse(format!("Invalid channel name '{name}'")),
        }
    }

    fn send_message(&self, request: &Request) -> Answered {
        let message: SendMessage = from_params(request)?;
        if message.content.trim().is_empty() {
            return refuse("Message must not be empty");
        }
        if let Some(widget) = &message.widget_content {
            super::widget::check(&widget.0).or_else(refuse)?;
        }
        let mut state = self.state();
        let (me, place) = (state.me().user_id, state.place(&message.to)?);
        let posted = state.post(me, &place, &message.content);
        let posted = match message.widget_content {
            Some(widget) => {
                let id = posted.id;
                let content = widget.0.to_string();
                super::widget::add(state.message(id)?, me, content);
                state.message(id)?.clone()
            }
            None => posted,
        };
        let id = posted.id;
        state.tell(Deed::Sent(Box::new(posted)));
        Ok(json!({"id": id}))
    }

    fn one_message(&self, request: &Request, id: &str) -> Answered {
        let id = message_id(id)?;
        let mut state = self.state();
        match request.method {
            Method::Get => {
                let message = state.message(id)?;
                Ok(json!({"message": message, "raw_content": message.content}))
            }
            Method::Patch => state.edit(request, id),
            Method::Delete => {
                let message = state.own(id)?.clone();
                state.messages.retain(|message| message.id != id);
                state.tell(Deed::Deleted(Box::new(message)));
                Ok(json!({}))
            }
            _ => no_server(request),
        }
    }

    fn react(&self, id: &str, name: &str, added: bool) -> Answered {
        let mut state = self.state();
        let (me, id) = (state.me().user_id, message_id(id)?);
        state.react(me, id, name, added)?;
        let message = Box::new(state.message(id)?.clone());
        let emoji = name.to_owned();
        state.tell(Deed::Reacted {
            message,
            emoji,
            added,
        });
        Ok(json!({}))
    }

    fn upload(&self, request: &Request) -> Answered {
        let Some(file) = request.files.first() else {
            return refuse("You must specify a file to upload");
        };
        let mut state = self.state();
        state.uploads += 1;
        let url = format!("/user_uploads/2/{}/{}", state.uploads, file.name);
        state.tell(Deed::Uploaded {
            name: file.name.clone(),
            size: file.bytes.len(),
        });
        Ok(json!({"url": url, "uri": url, "filename": file.name}))
    }

    fn submessage(&self, request: &Request) -> Answered {
        let id = message_id(required(request, "message_id")?)?;
        let mut state = self.state();
        let me = state.me().user_id;
        let content = required(request, "content")?.to_owned();
        super::widget::add(state.message(id)?, me, content);
        Ok(json!({}))
    }

    async fn storage(&self, request: &Request) -> Answered {
        let keys = match param(request, "keys") {
            Some(keys) => from_json(keys)?,
            None => self.stored.keys("").await.map_err(said)?,
        };
        match request.method {
            Method::Put => {
                let texts: BTreeMap<String, String> = from_json(required(request, "storage")?)?;
                let puts = texts.into_iter();
                let puts: Vec<Change> = puts.map(|(key, text)| Change::Put { key, text }).collect();
                self.stored.apply(&puts).await.map_err(said)?;
                Ok(json!({}))
            }
            Method::Get | Method::Delete => {
                let mut texts = Map::new();
                for key in &keys {
                    match self.stored.get(key).await.map_err(said)? {
                        Some(text) => texts.insert(key.clone(), json!(text)),
                        None => return refuse("Key does not exist."),
                    };
                }
                if request.method == Method::Get {
                    return Ok(json!({"storage": texts}));
                }
                let keys = keys.into_iter();
                let removals: Vec<Change> = keys.map(|key| Change::Remove { key }).collect();
                self.stored.apply(&removals).await.map_err(said)?;
                Ok(json!({}))
            }
            _ => no_server(request),
        }
    }
}

impl State {
    /// Returns where a message goes, as the server would find it.
    fn place(&self, to: &To) -> Result<Conversation, Refusal> {
        match to {
            To::Channel { channel, topic } => {
                let known = match channel {
                    ChannelRef::Name(name) => self.channel_named(name),
                    ChannelRef::Id(id) => self.channels.iter().find(|known| known.id == *id),
                };
                let Some(known) = known else {
                    let name = match channel {
                        ChannelRef::Name(name) => format!("'{name}'"),
                        ChannelRef::Id(id) => format!("with ID '{id}'"),
                    };
                    let message = format!("Channel {name} does not exist");
                    return Err(("STREAM_DOES_NOT_EXIST", message));
                };
                Ok(Conversation::Topic {
                    channel: known.id,
                    topic: topic.clone(),
                })
            }
            To::People(People::Ids(ids)) => {
                if let Some(unknown) = ids.iter().find(|id| self.by_id(**id).is_none()) {
                    return refuse(format!("Invalid user ID {unknown}"));
                }
                Ok(Conversation::direct(ids.iter().copied(), self.me().user_id))
            }
            To::People(People::Emails(emails)) => {
                let by_email = |email: &String| {
                    let mut people = self.people.iter();
                    match people.find(|user| user.email.eq_ignore_ascii_case(email)) {
                        Some(user) => Ok(user.id),
                        None => refuse(format!("Invalid email '{email}'")),
                    }
                };
                let ids: Vec<UserId> = emails.iter().map(by_email).collect::<Result<_, _>>()?;
                Ok(Conversation::direct(ids, self.me().user_id))
            }
        }
    }

    pub(super) fn message(&mut self, id: MessageId) -> Result<&mut Message, Refusal> {
        let found = self.messages.iter_mut().find(|message| message.id == id);
        found.ok_or_else(|| ("BAD_REQUEST", "Invalid message(s)".to_owned()))
    }

    /// Returns a message of the bot's.
    fn own(&mut self, id: MessageId) -> Result<&mut Message, Refusal> {
        let me = self.me().user_id;
        let message = self.message(id)?;
        if message.sender_id != me {
            return refuse("You don't have permission to edit this message");
        }
        Ok(message)
    }

    fn edit(&mut self, request: &Request, id: MessageId) -> Answered {
        let now = self.now().as_second();
        if let Some(topic) = param(request, "topic").or_else(|| param(request, "subject")) {
            topic.clone_into(&mut self.message(id)?.topic);
        }
        if let Some(text) = param(request, "content") {
            if text.trim().is_empty() {
                return refuse("Message must not be empty");
            }
            let message = self.own(id)?;
            message.content = cut(text);
            message.last_edit_timestamp = Some(now);
            let message = message.clone();
            self.tell(Deed::Edited(Box::new(message)));
        }
        Ok(json!({"detached_uploads": []}))
    }

    /// Adds or removes somebody's reaction.
    pub(super) fn react(
        &mut self,
        who: UserId,
        id: MessageId,
        name: &str,
        added: bool,
    ) -> Result<(), Refusal> {
        let reactions = &mut self.message(id)?.reactions;
        let own =
            |reaction: &Reaction| reaction.user_id == Some(who) && reaction.emoji_name == name;
        match (reactions.iter().position(own), added) {
            (Some(_), true) => Err((
                "REACTION_ALREADY_EXISTS",
                "Reaction already exists.".to_owned(),
            )),
            (None, false) => Err((
                "REACTION_DOES_NOT_EXIST",
                "Reaction doesn't exist.".to_owned(),
            )),
            (Some(at), false) => {
                reactions.remove(at);
                Ok(())
            }
            (None, true) => {
                let reaction = json!({"emoji_name": name, "emoji_code": name, "reaction_type": "unicode_emoji", "user_id": who});
                reactions.push(
                    serde_json::from_value(reaction).expect("it has all that a reaction must have"),
                );
                Ok(())
            }
        }
    }
}

fn no_server(request: &Request) -> Answered {
    refuse(format!(
        "there is no server here: `{} {}` is not among the calls that the shell and the test kit answer",
        request.method, request.path
    ))
}

fn said(error: zulipkit_diag::Diagnostic) -> Refusal {
    ("BAD_REQUEST", error.one_line())
}

pub(super) fn param<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let found = request.params.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

fn required<'a>(request: &'a Request, name: &str) -> Result<&'a str, Refusal> {
    param(request, name).ok_or_else(|| {
        (
            "REQUEST_VARIABLE_MISSING",
            format!("Missing '{name}' argument"),
        )
    })
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| ("BAD_REQUEST", error.to_string()))
}

/// Reads the parameters that are texts into an endpoint.
fn from_params<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    let params = request.params.iter();
    let texts = [
        "type",
        "to",
        "topic",
        "subject",
        "content",
        "widget_content",
    ];
    let texts: Map<String, Value> = params
        .filter(|(name, _)| texts.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    serde_json::from_value(Value::Object(texts)).map_err(|error| ("BAD_REQUEST", error.to_string()))
}

fn message_id(text: &str) -> Result<MessageId, Refusal> {
    text.parse()
        .map_err(|_| ("BAD_REQUEST", "Invalid message(s)".to_owned()))
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}
