use serde_json::json;
use zulipkit_api::QuotedJson;

/// Buttons under a message. Who presses one sends its reply, in the same conversation.
///
/// Only Zulip's web and desktop programs show them. So the text of the message must say by itself what one can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buttons {
    /// What stands above the buttons.
    pub heading: String,
    /// The buttons.
    pub choices: Vec<Choice>,
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What stands on it: a word or a letter.
    pub short_name: String,
    /// What stands beside it.
    pub long_name: String,
    /// What is sent when it is pressed, as Markdown. In a channel it must mention the bot; see
    /// [`Context::said_to_me`](crate::Context::said_to_me).
    pub reply: String,
}

impl Buttons {
    /// Starts with a heading and no button.
    pub fn new(heading: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            choices: Vec::new(),
        }
    }

    /// Adds a button.
    #[must_use]
    pub fn choice(
        mut self,
        short_name: impl Into<String>,
        long_name: impl Into<String>,
        reply: impl Into<String>,
    ) -> Self {
        self.choices.push(Choice {
            short_name: short_name.into(),
            long_name: long_name.into(),
            reply: reply.into(),
        });
        self
    }

    /// Returns what [`SendMessage`](zulipkit_api::messages::SendMessage) takes as `widget_content`.
    pub fn to_widget(&self) -> QuotedJson {
        let choices: Vec<_> = self
            .choices
            .iter()
            .map(|choice| {
                json!({
                    "type": "multiple_choice",
                    "short_name": choice.short_name,
                    "long_name": choice.long_name,
                    "reply": choice.reply,
                })
            })
            .collect();
        let form = json!({"type": "choices", "heading": self.heading, "choices": choices});
        QuotedJson(json!({"widget_type": "zform", "extra_data": form}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_one_that_servers_take() {
        let widget = Buttons::new("Pick").choice("A", "Apple", "a").to_widget();
        assert_eq!(
            widget.0,
            json!({"widget_type": "zform", "extra_data": {"type": "choices", "heading": "Pick", "choices": [
                {"type": "multiple_choice", "short_name": "A", "long_name": "Apple", "reply": "a"},
            ]}})
        );
    }
}
