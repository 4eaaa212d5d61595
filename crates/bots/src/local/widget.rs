//! The buttons of a message: the widget `zform`, the only one that bots can send beside a text.

use serde_json::Value;
use zulipkit_api::messages::Message;

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The letter or number by which it is called.
    pub name: String,
    /// What stands beside it.
    pub label: String,
    /// What somebody says who presses it.
    pub reply: String,
}

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
            name: text(&choice, "short_name"),
            label: text(&choice, "long_name"),
            reply: text(&choice, "reply"),
        })
        .collect()
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
