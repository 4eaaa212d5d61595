//! What is said to the Zulip server in the HTTP answer.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use zulipkit_api::messages::SendMessage;

use super::call::Format;

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reply {
    /// Nothing is to be posted: the bot says nothing, or says it through the API.
    Nothing,
    /// The bot cannot work, so nothing comes of it, and the server is told so.
    Refused,
    /// The server posts this for the bot, in the same conversation.
    Text(Arc<Text>),
}

/// What is posted.
#[derive(Debug, PartialEq)]
pub(super) struct Text {
    content: String,
    /// A widget to go with it: JSON as text.
    widget: Option<String>,
}

impl Reply {
    /// Takes over a message that goes where the server would post it.
    pub(super) fn of(message: &SendMessage) -> Self {
        let widget = message.widget_content.as_ref();
        // PostgreSQL takes no NUL, and the server answers its sender with an error.
        let content = message.content.replace('\0', "");
        Self::text(content, widget.map(|widget| widget.0.to_string()))
    }

    pub(super) fn text(content: String, widget: Option<String>) -> Self {
        Self::Text(Arc::new(Text { content, widget }))
    }

    /// Returns about how much memory it takes beyond its own size.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Nothing | Self::Refused => 0,
            Self::Text(text) => {
                let widget = text.widget.as_ref().map_or(0, String::len);
                size_of::<Text>() + 64 + text.content.len() + widget
            }
        }
    }

    /// Returns the body of the HTTP answer: always an object, as the server demands.
    pub(super) fn body(&self, format: Format) -> Value {
        let (content, widget) = match self {
            Self::Nothing | Self::Refused => return json!({"response_not_required": true}),
            Self::Text(text) => (&text.content, &text.widget),
        };
        if format == Format::Slack {
            return json!({"text": content});
        }
        let mut body = Map::new();
        body.insert("content".to_owned(), content.clone().into());
        if let Some(widget) = widget {
            body.insert("widget_content".to_owned(), widget.clone().into());
        }
        Value::Object(body)
    }
}
