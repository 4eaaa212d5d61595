//! Widgets: polls, to-do lists and buttons, kept as submessages.

use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done},
    errors::ApiError,
    events::Audience,
    ids::MessageId,
    organization::Organization,
};

/// Reads `widget_content`, which is a string of JSON.
pub(crate) fn check(text: &str) -> Result<Value, ApiError> {
    let wrong = |words: String| ApiError::bad(format!("Widgets: {words}"));
    let widget: Value = serde_json::from_str(text)
        .map_err(|_| wrong("API programmer sent invalid JSON content".to_owned()))?;
    for key in ["widget_type", "extra_data"] {
        if widget.get(key).is_none() {
            return Err(wrong(format!("{key} is not in widget_content")));
        }
    }
    let kind = widget["widget_type"].as_str().unwrap_or_default();
    match kind {
        "poll" | "todo" => {}
        "zform" => {
            let missing = ["type", "heading", "choices"]
                .into_iter()
                .find(|key| widget["extra_data"].get(key).is_none());
            if let Some(key) = missing {
                return Err(wrong(format!("{key} key is missing from extra_data")));
            }
        }
        _ => return Err(wrong(format!("unknown widget type: {kind}"))),
    }
    Ok(widget)
}

/// The widget that a content starting with `/poll` or `/todo` makes.
pub(crate) fn from_command(content: &str) -> Option<Value> {
    let (command, rest) = content.split_once([' ', '\n']).unwrap_or((content, ""));
    let mut lines = rest.lines();
    let title = lines.next().unwrap_or_default().trim();
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    match command {
        "/poll" => {
            let options: Vec<&str> = lines
                .map(|line| line.trim_start_matches(['*', '-', ' ']))
                .collect();
            Some(
                json!({"widget_type": "poll", "extra_data": {"question": title, "options": options}}),
            )
        }
        "/todo" => {
            let tasks: Vec<Value> = lines
                .map(|line| {
                    let (task, description) = line.split_once(':').unwrap_or((line, ""));
                    json!({"task": task.trim(), "desc": description.trim()})
                })
                .collect();
            let title = if title.is_empty() { "Task list" } else { title };
            Some(
                json!({"widget_type": "todo", "extra_data": {"task_list_title": title, "tasks": tasks}}),
            )
        }
        _ => None,
    }
}

/// POST /submessage
pub(crate) fn add_submessage(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    let id = params
        .count("message_id")?
        .ok_or_else(|| ApiError::missing("message_id"))?;
    let kind = params.required("msg_type")?.to_owned();
    let content = params.required("content")?.to_owned();
    let message = organization.visible_message(user, id)?;
    if message.submessages.is_empty() {
        return Err(ApiError::bad(
            "You cannot attach a submessage to this message.",
        ));
    }
    let data: Value =
        serde_json::from_str(&content).map_err(|_| ApiError::bad("Invalid json for submessage"))?;
    check_vote(&data)?;
    let audience = Audience::Readers(MessageId(id));
    let submessage_id = organization.next_id();
    let submessage = json!({
        "id": submessage_id, "message_id": id, "sender_id": user, "msg_type": kind, "content": content,
    });
    if let Some(message) = organization.messages.get_mut(&MessageId(id)) {
        message.submessages.push(submessage);
    }
    let event = json!({
        "type": "submessage", "msg_type": kind, "message_id": id, "submessage_id": submessage_id,
        "sender_id": user, "content": content,
    });
    organization.publish(audience, event);
    done()
}

fn check_vote(data: &Value) -> Result<(), ApiError> {
    match data["type"].as_str().unwrap_or_default() {
        "vote" | "new_option" | "question" | "new_task" | "strike" | "new_task_list_title" => {
            Ok(())
        }
        other => Err(ApiError::bad(format!(
            "Unknown type for poll data: {other}"
        ))),
    }
}
