//! What the answer of a bot's server means.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

use super::{
    Outcome,
    http::{Answer, Failure},
    payload::SLACK,
    python,
};
use crate::messages::{text, widgets};

/// What a bot says.
#[derive(Debug, PartialEq)]
pub(super) struct Reply {
    pub(super) content: String,
    pub(super) widget: Option<Value>,
}

pub(super) fn outcome(
    answer: Result<Answer, Failure>,
    interface: u8,
    timeout: Duration,
) -> Outcome {
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => return unavailable(failure, timeout),
    };
    if !answer.status.is_success() {
        return refused(&answer);
    }
    let body = String::from_utf8_lossy(&answer.body);
    match read(&body, interface) {
        Ok(Some(reply)) => Outcome::Reply(reply),
        Ok(None) => Outcome::Nothing,
        Err(words) => {
            let failed = format!(
                "The outgoing webhook server attempted to send a message in Zulip, but that request resulted in the \
                 following error:\n> {words}"
            );
            let payload = (!body.is_empty()).then(|| python::string(&body));
            let to_owner = Some(with_payload(failed, payload));
            Outcome::Failed { words, to_owner }
        }
    }
}

fn unavailable(failure: Failure, timeout: Duration) -> Outcome {
    let to_owner = match failure {
        Failure::Connection => "A connection error occurred. Is my bot server down?".to_owned(),
        Failure::Timeout => format!("Request timed out after {} seconds.", timeout.as_secs()),
    };
    Outcome::Failed {
        words: "Bot is unavailable".to_owned(),
        to_owner: Some(to_owner),
    }
}

fn refused(answer: &Answer) -> Outcome {
    let status = answer.status.as_u16();
    let failed = if answer.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        // A real server sends its calls through a proxy that answers so.
        "The URL configured for the webhook is for a private or disallowed network.".to_owned()
    } else {
        format!("The webhook got a response with status code *{status}*.")
    };
    let payload = (!answer.body.is_empty()).then(|| python::bytes(&answer.body));
    Outcome::Failed {
        words: format!("Third party responded with {status}"),
        to_owner: Some(with_payload(failed, payload)),
    }
}

fn with_payload(words: String, payload: Option<String>) -> String {
    match payload {
        Some(payload) => {
            format!("{words}\nThe response contains the following payload:\n```\n{payload}\n```")
        }
        None => words,
    }
}

/// Reads the body of a success: a reply, nothing, or why it is neither.
fn read(body: &str, interface: u8) -> Result<Option<Reply>, String> {
    let body = serde_json::from_str(body).map_err(|_| "Invalid JSON in response")?;
    let answer = match body {
        // Old bot servers say so that they have nothing to say.
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::Object(answer) => answer,
        _ => return Err("Invalid response format".to_owned()),
    };
    let said = |key: &str| answer.get(key).map(python::text);
    let (content, widget) = if interface == SLACK {
        (said("text"), None)
    } else if answer.get("response_not_required").is_some_and(is_true) {
        (None, None)
    } else if answer.contains_key("response_string") {
        (said("response_string"), None)
    } else {
        (said("content"), answer.get("widget_content"))
    };
    let Some(content) = content.filter(|content| !content.trim().is_empty()) else {
        return Ok(None);
    };
    text::content(&content, usize::MAX).map_err(|error| error.words())?;
    let widget = match widget {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(widgets::check(text).map_err(|error| error.words())?),
        Some(_) => return Err("Widgets: API programmer sent invalid JSON content".to_owned()),
    };
    Ok(Some(Reply { content, widget }))
}

/// What Python takes for true.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(pairs) => !pairs.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_reply_is_what_python_makes_of_it() {
        let content =
            |body, interface| read(body, interface).map(|reply| reply.map(|it| it.content));
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(content(r#"{"content": 42}"#, 1), some("42"));
        assert_eq!(content(r#"{"content": null}"#, 1), some("None"));
        assert_eq!(content(r#"{"content": ["a"]}"#, 1), some("['a']"));
        assert_eq!(
            content(r#"{"response_string": "s", "content": "c"}"#, 1),
            some("s")
        );
        assert_eq!(
            content(r#"{"response_not_required": 1, "content": "c"}"#, 1),
            Ok(None)
        );
        assert_eq!(
            content(r#"{"text": "t", "content": "c"}"#, SLACK),
            some("t")
        );
        assert_eq!(
            content("\"words\"", 1),
            Err("Invalid response format".to_owned())
        );
    }
}
