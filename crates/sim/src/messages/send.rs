//! POST /messages

use serde_json::json;

use super::{
    Destination,
    post::{Draft, Echo},
    recipients, text, widgets,
};
use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    ids::{ChannelId, UserId},
    organization::Organization,
    params::Params,
    users::Role,
};

/// Beyond so many subscribers only moderators and above may mention them all.
const LARGE_CHANNEL: usize = 15;

/// What a topic is set to for a person who starts it: followed.
const FOLLOWED: u8 = 3;

pub(crate) fn send(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let sender = request.user()?;
    let params = request.params();
    params.accept(&[
        "to",
        "topic",
        "subject",
        "read_by_sender",
        "queue_id",
        "local_id",
        "widget_content",
        "time",
    ]);
    let kind = params.required("type")?;
    let content = params.required("content")?;
    refuse_mirrors(params)?;
    let destination = match kind {
        "channel" | "stream" => channel_destination(organization, sender, params)?,
        "direct" | "private" => {
            let people = recipients::people(params.text("to").unwrap_or_default())?;
            Destination::Direct(organization.conversation(sender, &people)?)
        }
        _ => return Err(ApiError::bad("Invalid type")),
    };
    let content = text::content(content, organization.settings.max_message_length)?;
    let widget = match params.text("widget_content") {
        Some(text) => Some(widgets::check(text)?),
        None => widgets::from_command(&content),
    };
    let echo = params.text("queue_id").zip(params.text("local_id"));
    let mut draft = organization.draft(sender, &request.call.client(), destination, content);
    draft.widget = widget;
    draft.read_by_sender = params.flag("read_by_sender")?.unwrap_or(false);
    draft.echo = echo.map(|(queue, local_id)| Echo {
        queue: queue.to_owned(),
        local_id: local_id.to_owned(),
    });
    check_wildcards(organization, &draft)?;
    let starts_topic = starts_topic(organization, &draft);
    let id = organization.post(draft);
    let mut answer = json!({"id": id});
    if starts_topic {
        answer["automatic_new_visibility_policy"] = FOLLOWED.into();
    }
    success(answer)
}

/// Sending in another's name is for mirrors only, which there are none of.
fn refuse_mirrors(params: &Params) -> Result<(), ApiError> {
    if params.text("forged").is_some() {
        return Err(ApiError::bad("User not authorized for this query"));
    }
    if params.text("sender").is_some() {
        return Err(ApiError::bad("Invalid mirrored message"));
    }
    Ok(())
}

fn channel_destination(
    organization: &Organization,
    sender: UserId,
    params: &Params,
) -> Result<Destination, ApiError> {
    let named = recipients::channel(
        params
            .text("to")
            .ok_or_else(|| ApiError::bad("Missing channel"))?,
    )?;
    let topic = topic_parameter(params)?.ok_or_else(|| ApiError::bad("Missing topic"))?;
    let id: ChannelId = organization.channel_to_send_to(sender, &named)?;
    let topic = text::topic(topic, organization.settings.max_topic_length)?;
    Ok(Destination::Channel { id, topic })
}

/// `topic`, or `subject`, its old name.
pub(crate) fn topic_parameter(params: &Params) -> Result<Option<&str>, ApiError> {
    match (params.text("topic"), params.text("subject")) {
        (Some(_), Some(_)) => {
            let words = "Can't decide between 'topic' and 'subject' arguments";
            let error = ApiError::coded("REQUEST_CONFUSING_VAR", words);
            Err(error
                .with("var_name1", "topic")
                .with("var_name2", "subject"))
        }
        (topic, subject) => Ok(topic.or(subject)),
    }
}

/// A large channel may be notified as a whole by few.
fn check_wildcards(organization: &Organization, draft: &Draft) -> Result<(), ApiError> {
    let Destination::Channel { id, .. } = &draft.destination else {
        return Ok(());
    };
    // The roles' numbers fall as their power grows.
    let is_trusted = organization.user(draft.sender)?.role as u16 <= Role::Moderator as u16;
    let channel = organization.channels.get(id);
    let is_large = channel.is_some_and(|channel| channel.subscribers.len() > LARGE_CHANNEL);
    if draft.rendered.wildcard && is_large && !is_trusted {
        let words = "You do not have permission to use channel wildcard mentions in this channel.";
        return Err(ApiError::coded(
            "STREAM_WILDCARD_MENTION_NOT_ALLOWED",
            words,
        ));
    }
    Ok(())
}

fn starts_topic(organization: &Organization, draft: &Draft) -> bool {
    let Destination::Channel { id, topic } = &draft.destination else {
        return false;
    };
    let is_person = organization
        .users
        .get(&draft.sender)
        .is_some_and(|sender| !sender.is_bot());
    is_person
        && !organization
            .messages
            .values()
            .rev()
            .any(|message| message.is_in(*id, topic))
}
