//! PATCH /messages/{id}: content, topic and channel; and what it was before.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Destination, Edit, Message, send::topic_parameter, text};
use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    ids::{ChannelId, MessageId, UserId},
    organization::{Change, Organization},
    params::Params,
};

/// Where messages are to be moved.
struct Move {
    channel: ChannelId,
    topic: String,
    mode: String,
    notice_in_new: bool,
    notice_in_old: bool,
}

pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&[
        "stream_id",
        "propagate_mode",
        "send_notification_to_old_thread",
    ]);
    params.accept(&["send_notification_to_new_thread", "prev_content_sha256"]);
    let message = organization.visible_message(user, request.id(0))?;
    let id = message.id;
    let content = params.text("content");
    let to = read_move(organization, message, params)?;
    if content.is_none() && to.is_none() {
        return Err(ApiError::bad("Nothing to change"));
    }
    if content.is_some() && message.sender != user {
        return Err(ApiError::bad(
            "You don't have permission to edit this message",
        ));
    }
    if !message.submessages.is_empty() && content.is_some() {
        return Err(ApiError::bad("Widgets cannot be edited."));
    }
    // An edit to nothing leaves a word instead.
    let content = content.map(|content| {
        if content.trim().is_empty() {
            "(deleted)"
        } else {
            content
        }
    });
    let limit = organization.settings.max_message_length;
    if let Some(content) = content
        .map(|content| text::content(content, limit))
        .transpose()?
    {
        organization.change_content(user, id, content);
    }
    if let Some(to) = to {
        organization.move_messages(user, id, &to);
    }
    success(json!({"detached_uploads": []}))
}

fn read_move(
    organization: &Organization,
    message: &Message,
    params: &Params,
) -> Result<Option<Move>, ApiError> {
    let (topic, channel) = (topic_parameter(params)?, params.count("stream_id")?);
    let mode = params.text("propagate_mode").unwrap_or("change_one");
    if !matches!(mode, "change_one" | "change_later" | "change_all") {
        return Err(ApiError::bad("Invalid propagate_mode"));
    }
    if topic.is_none() && channel.is_none() {
        return Ok(None);
    }
    let Some((own_channel, own_topic)) = message.channel() else {
        return Err(ApiError::bad("Direct messages cannot have topics."));
    };
    let channel = channel.map_or(own_channel, ChannelId);
    if !organization.channels.contains_key(&channel) {
        return Err(ApiError::bad("Invalid channel ID"));
    }
    let topic = topic
        .map(|topic| text::topic(topic, organization.settings.max_topic_length))
        .transpose()?;
    Ok(Some(Move {
        channel,
        topic: topic.unwrap_or_else(|| own_topic.to_owned()),
        mode: mode.to_owned(),
        notice_in_new: params
            .flag("send_notification_to_new_thread")?
            .unwrap_or(true),
        notice_in_old: params
            .flag("send_notification_to_old_thread")?
            .unwrap_or(false),
    }))
}

/// GET /messages/{id}/history: the oldest first.
pub(crate) fn history(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let message = organization.visible_message(request.user()?, request.id(0))?;
    let topic = message.channel().map_or("", |(_, topic)| topic);
    let mut state = (
        message.content.clone(),
        message.rendered.clone(),
        topic.to_owned(),
    );
    let mut history: Vec<Value> = Vec::new();
    for edit in &message.edits {
        let mut shown = json!({
            "content": state.0, "rendered_content": state.1, "topic": state.2,
            "timestamp": edit.timestamp, "user_id": edit.user,
        });
        if let Some((content, rendered)) = edit.previous_content.clone() {
            shown["prev_content"] = content.as_str().into();
            shown["prev_rendered_content"] = rendered.as_str().into();
            (state.0, state.1) = (content, rendered);
        }
        if let Some(topic) = edit.previous_topic.clone() {
            shown["prev_topic"] = topic.as_str().into();
            state.2 = topic;
        }
        if let Some(channel) = edit.previous_channel {
            shown["prev_stream"] = json!(channel);
        }
        history.push(shown);
    }
    history.push(json!({
        "content": state.0, "rendered_content": state.1, "topic": state.2,
        "timestamp": message.timestamp, "user_id": message.sender,
    }));
    history.reverse();
    success(json!({"message_history": history}))
}

impl Organization {
    fn change_content(&mut self, user: UserId, id: MessageId, content: String) {
        let (rendered, now) = (self.render(&content), self.now());
        let users = self.users.keys().copied();
        let alerted: BTreeSet<UserId> = users.filter(|user| self.alerts(*user, &content)).collect();
        let Some(message) = self.messages.get_mut(&id) else {
            return;
        };
        let previous = std::mem::replace(&mut message.content, content);
        let previous_rendered = std::mem::replace(&mut message.rendered, rendered.html);
        message.edits.insert(
            0,
            Edit {
                user: Some(user),
                timestamp: now,
                previous_content: Some((previous.clone(), previous_rendered.clone())),
                ..Edit::default()
            },
        );
        for (reader, flags) in &mut message.flags {
            set(flags, "mentioned", rendered.mentions.contains(&reader.0));
            set(flags, "has_alert_word", alerted.contains(reader));
        }
        let mut event = json!({
            "type": "update_message", "user_id": user, "edit_timestamp": now, "message_id": id,
            "message_ids": [id], "rendering_only": false, "is_me_message": message.is_me_message(),
            "orig_content": previous, "orig_rendered_content": previous_rendered,
            "content": message.content, "rendered_content": message.rendered,
        });
        self.add_channel_to(&mut event, id);
        self.publish_update(id, event);
        self.page_changed(Change::Messages);
    }

    fn move_messages(&mut self, user: UserId, id: MessageId, to: &Move) {
        let Some((old_channel, old_topic)) = self.messages.get(&id).and_then(Message::channel)
        else {
            return;
        };
        let (old_topic, now) = (old_topic.to_owned(), self.now());
        let moves = |message: &&Message| match to.mode.as_str() {
            "change_one" => message.id == id,
            "change_later" => message.id >= id && message.is_in(old_channel, &old_topic),
            _ => message.is_in(old_channel, &old_topic),
        };
        let ids: Vec<MessageId> = self
            .messages
            .values()
            .filter(moves)
            .map(|message| message.id)
            .collect();
        let mut event = json!({
            "type": "update_message", "user_id": user, "edit_timestamp": now, "message_id": id,
            "message_ids": ids, "rendering_only": false, "propagate_mode": to.mode,
            "orig_subject": old_topic, "topic_links": self.topic_links(&to.topic),
        });
        if to.topic != old_topic {
            event["subject"] = to.topic.as_str().into();
        }
        self.add_channel_to(&mut event, id);
        if to.channel != old_channel {
            event["new_stream_id"] = json!(to.channel);
        }
        for id in &ids {
            let Some(message) = self.messages.get_mut(id) else {
                continue;
            };
            message.destination = Destination::Channel {
                id: to.channel,
                topic: to.topic.clone(),
            };
            message.edits.insert(
                0,
                Edit {
                    user: Some(user),
                    timestamp: now,
                    previous_topic: (to.topic != old_topic).then(|| old_topic.clone()),
                    previous_channel: (to.channel != old_channel).then_some(old_channel),
                    ..Edit::default()
                },
            );
        }
        self.publish_update(id, event);
        self.move_notices(user, ids.len(), (old_channel, &old_topic), to);
        self.page_changed(Change::Messages);
    }

    /// What Notification Bot says where the messages went, and where they were.
    fn move_notices(&mut self, user: UserId, count: usize, from: (ChannelId, &str), to: &Move) {
        let name = self
            .users
            .get(&user)
            .map_or("", |user| user.full_name.as_str());
        let place = |channel: ChannelId, topic: &str| {
            format!(
                "#**{}>{topic}**",
                self.channels
                    .get(&channel)
                    .map_or("", |channel| channel.name.as_str())
            )
        };
        let (old, new) = (place(from.0, from.1), place(to.channel, &to.topic));
        let what = match (count, to.mode.as_str()) {
            (1, "change_one") => "A message was".to_owned(),
            (_, "change_all") => "This topic was".to_owned(),
            (count, _) => format!("{count} messages were"),
        };
        let by = format!("by @_**{name}|{user}**");
        if to.notice_in_old {
            self.notice(from.0, from.1, format!("{what} moved to {new} {by}."));
        }
        if to.notice_in_new {
            self.notice(
                to.channel,
                &to.topic,
                format!("{what} moved here from {old} {by}."),
            );
        }
    }

    fn add_channel_to(&self, event: &mut Value, id: MessageId) {
        if let Some((channel, _)) = self.messages.get(&id).and_then(Message::channel) {
            event["stream_id"] = json!(channel);
            event["stream_name"] = json!(self.channels.get(&channel).map(|channel| &channel.name));
        }
    }
}

fn set(flags: &mut BTreeSet<String>, flag: &str, is_set: bool) {
    if is_set {
        flags.insert(flag.to_owned());
    } else {
        flags.remove(flag);
    }
}
