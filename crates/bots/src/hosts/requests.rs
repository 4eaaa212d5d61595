//! What programs ask for, done through the context of the event that they name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use zulipkit_api::messages::SendMessage;
use zulipkit_api::{Error, Request};
use zulipkit_diag::{Diagnostic, Result};

use super::protocol::{Ask, Stored};
use crate::Context;
use crate::storage::{Change, put};

/// Why a request failed: in words, and what the server said where it was the server.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Diagnostic,
    server: Option<Value>,
}

impl From<Diagnostic> for Failed {
    fn from(error: Diagnostic) -> Self {
        Self {
            error,
            server: None,
        }
    }
}

impl From<String> for Failed {
    fn from(problem: String) -> Self {
        Diagnostic::failed(problem).into()
    }
}

/// The answer to a request, as a line.
pub(super) fn answer(id: &Value, outcome: &Result<Value, Failed>) -> Value {
    match outcome {
        Ok(result) => json!({"type": "answer", "id": id, "result": result}),
        Err(Failed { error, server }) => {
            let mut line = json!({"type": "answer", "id": id, "error": error.one_line()});
            if let Some(server) = server {
                line["server"] = server.clone();
            }
            line
        }
    }
}

/// Does what is asked. Only who waits for an answer learns a message's number.
///
/// # Errors
/// It cannot be done.
pub(super) async fn perform(ask: Ask, context: &Context, waits: bool) -> Result<Value, Failed> {
    match ask {
        Ask::Reply { text, widget, once } => {
            let mut message = context.answer(text)?;
            message.widget_content = widget.map(Into::into);
            send(message, once, context, waits).await
        }
        Ask::Send {
            to,
            text,
            widget,
            once,
        } => {
            let mut message = SendMessage::new(to.to(context.me().user_id)?, text);
            message.widget_content = widget.map(Into::into);
            send(message, once, context, waits).await
        }
        Ask::Edit { message, text } => nothing(context.edit(message, text).await),
        Ask::React { message, emoji } => nothing(context.react(message, &emoji).await),
        Ask::Unreact { message, emoji } => nothing(context.unreact(message, &emoji).await),
        Ask::Upload { name, path, base64 } => {
            let (name, bytes) = file(name, path, base64, context)?;
            let url = context.upload(name, bytes).await?;
            Ok(json!({"url": url}))
        }
        Ask::Typing { on } => nothing(context.typing(on).await),
        Ask::Alarm { name, due, data } => nothing(context.set_alarm(name, due, &data).await),
        Ask::CancelAlarm { name } => {
            let was_set = context.cancel_alarm(&name).await?;
            Ok(json!({"was_set": was_set}))
        }
        Ask::Call {
            method,
            path,
            parameters,
        } => call(&format!("{method} {path}"), &parameters, context).await,
        storage => remember(storage, context).await,
    }
}

async fn remember(ask: Ask, context: &Context) -> Result<Value, Failed> {
    let storage = context.storage();
    match ask {
        Ask::Get { key } => {
            let value: Option<Value> = storage.get(&key).await?;
            Ok(json!({"found": value.is_some(), "value": value}))
        }
        Ask::Put { key, value } => nothing(storage.put(&key, &value).await),
        Ask::Remove { key } => nothing(storage.remove(&key).await),
        Ask::Keys { prefix } => {
            let keys = storage.keys(&prefix).await?;
            Ok(json!({"keys": keys}))
        }
        Ask::Apply { changes } => {
            let changes = changes
                .into_iter()
                .map(change)
                .collect::<Result<Vec<_>>>()?;
            nothing(storage.apply(&changes).await)
        }
        _ => unreachable!("everything else is done before"),
    }
}

fn change(stored: Stored) -> Result<Change> {
    match stored.put {
        Some(value) => put(&stored.key, &value),
        None => Ok(Change::Remove { key: stored.key }),
    }
}

fn nothing(outcome: Result<()>) -> Result<Value, Failed> {
    outcome.map(|()| json!({})).map_err(Failed::from)
}

async fn send(
    message: SendMessage,
    once: Option<String>,
    context: &Context,
    waits: bool,
) -> Result<Value, Failed> {
    let posted = match once {
        Some(name) => context.post_once(name, message).await?,
        None if waits || message.widget_content.is_some() => context.post(message).await?,
        None => return nothing(context.send(message.to, message.content).await),
    };
    Ok(json!({"message_id": posted.id()}))
}

/// Returns the file to upload: given in the line, or from the bot's own folder.
fn file(
    name: Option<String>,
    path: Option<std::path::PathBuf>,
    base64: Option<String>,
    context: &Context,
) -> Result<(String, Vec<u8>), Failed> {
    match (path, base64) {
        (Some(path), None) => {
            let bytes = context.files().read(&path)?;
            let own = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            Ok((name.or(own).unwrap_or_default(), bytes))
        }
        (None, Some(text)) => {
            let bytes = STANDARD.decode(text);
            let bytes = bytes.map_err(|error| format!("`base64` cannot be decoded: {error}"))?;
            Ok((name.unwrap_or_else(|| "file".to_owned()), bytes))
        }
        _ => Err("a file has a `path` or `base64`".to_owned().into()),
    }
}

async fn call(
    endpoint: &str,
    parameters: &Map<String, Value>,
    context: &Context,
) -> Result<Value, Failed> {
    let request = Request::from_parts(endpoint, parameters)
        .map_err(|error| Diagnostic::failed("cannot call the server").source(&error))?;
    match context.client().call(&request).await {
        Ok(answer) => Ok(Value::Object(answer)),
        Err(error) => Err(Failed {
            server: server_said(&error),
            error: Diagnostic::failed("cannot call the server").source(&error),
        }),
    }
}

fn server_said(error: &Error) -> Option<Value> {
    let Error::Api(refusal) = error else {
        return None;
    };
    let mut said = refusal.extra.clone();
    said.insert("status".to_owned(), refusal.status.into());
    said.insert("code".to_owned(), refusal.code.clone().into());
    said.insert("msg".to_owned(), refusal.message.clone().into());
    Some(Value::Object(said))
}
