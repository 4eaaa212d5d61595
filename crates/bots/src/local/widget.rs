//! Widgets: buttons, which bots send beside a text, and polls, which servers make of a text.

use serde_json::{Value, json};
use zulipkit_api::UserId;
use zulipkit_api::messages::{Message, Submessage};

use crate::widget::Choice;

/// Returns the buttons of a message; most messages have none.
pub fn choices(message: &Message) -> Vec<Choice> {
    let text = |choice: &Value, key: &str| choice[key].as_str().unwrap_or_default().to_owned();
    let widgets = message.submessages.iter();
    let mut widgets = widgets.filter_map(|part| serde_json::from_str::<Value>(&part.content).ok());
    let form = widgets.find(|widget| widget["widget_type"] == "zform");
    let choices = form.and_then(|form| form["extra_data"]["choices"].as_array().cloned());
    let choices = choices.unwrap_or_default().into_iter();
    choices
        .map(|choice| Choice {
            short_name: text(&choice, "short_name"),
            long_name: text(&choice, "long_name"),
            reply: text(&choice, "reply"),
        })
        .collect()
}

/// Returns the poll that the server makes of a text that begins with `/poll`.
pub(super) fn poll(text: &str) -> Option<Value> {
    let rest = text.strip_prefix("/poll")?;
    let mut lines = rest.strip_prefix([' ', '\n'])?.lines().map(str::trim);
    let question = lines.next().unwrap_or_default();
    let unmarked = |line: &'_ str| line.trim_start_matches(['*', '-', ' ']).to_owned();
    let options: Vec<_> = lines
        .filter(|line| !line.is_empty())
        .map(unmarked)
        .collect();
    Some(json!({"widget_type": "poll", "extra_data": {"question": question, "options": options}}))
}

/// Checks a widget as the server does; returns what is wrong with it.
pub(super) fn check(widget: &Value) -> Result<(), String> {
    for key in ["widget_type", "extra_data"] {
        if widget.get(key).is_none() {
            return Err(format!("Widgets: {key} is not in widget_content"));
        }
    }
    match widget["widget_type"].as_str().unwrap_or_default() {
        "zform" => {
            let mut keys = ["type", "heading", "choices"].into_iter();
            match keys.find(|key| widget["extra_data"].get(key).is_none()) {
                Some(key) => Err(format!("Widgets: {key} key is missing from extra_data")),
                None => Ok(()),
            }
        }
        "poll" | "todo" => Ok(()),
        kind => Err(format!("Widgets: unknown widget type: {kind}")),
    }
}

/// Adds to a message's widget, or makes it one.
pub(super) fn add(message: &mut Message, sender: UserId, content: String) {
    let id = message.submessages.len() as u64 + 1;
    let submessage =
        json!({"id": id, "sender_id": sender, "content": content, "msg_type": "widget"});
    let submessage: Submessage =
        serde_json::from_value(submessage).expect("it has all that a submessage must have");
    message.submessages.push(submessage);
}
