//! How a bot that is a program of its own reaches its host: requests as lines.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::oneshot;
use zulipkit_api::{Answer, Failure, MessageId, Request, Sending as Sent, Transport};
use zulipkit_diag::{Diagnostic, Result};

use super::protocol::{Place, Stored};
use crate::storage::{Change, Store};
use crate::{Alarm, Outlet, Posted, Sending};

/// The host, as a program sees it.
#[derive(Debug)]
pub(super) struct Host {
    stdout: tokio::sync::Mutex<tokio::io::Stdout>,
    next: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Answered>>>,
}

/// An answer: the result, or what went wrong and what the server said.
type Answered = Result<Map<String, Value>, (String, Option<Value>)>;

/// The way to the host in the handling of an event, or outside of any.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) host: Arc<Host>,
    pub(super) event: Option<u64>,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            stdout: tokio::sync::Mutex::new(tokio::io::stdout()),
            next: AtomicU64::new(1),
            waiting: Mutex::default(),
        }
    }
}

impl Host {
    /// Writes a line.
    ///
    /// # Errors
    /// Nobody reads any more.
    pub(super) async fn write(&self, line: &Value) -> Result<()> {
        let mut text = line.to_string();
        text.push('\n');
        let mut stdout = self.stdout.lock().await;
        let written = async {
            stdout.write_all(text.as_bytes()).await?;
            stdout.flush().await
        };
        let failed = |error| Diagnostic::failed("cannot write to the host").source(&error);
        written.await.map_err(failed)
    }

    /// Takes an answer.
    pub(super) fn answered(&self, line: &mut Map<String, Value>) {
        let id = line.get("id").and_then(Value::as_u64);
        let Some(waiting) = id.and_then(|id| self.waiting().remove(&id)) else {
            return;
        };
        let answer = match line.remove("result") {
            Some(Value::Object(result)) => Ok(result),
            _ => {
                let error = line.get("error").and_then(Value::as_str);
                let error = error.unwrap_or("the host did not say why").to_owned();
                Err((error, line.remove("server")))
            }
        };
        // Who asked may have given up.
        let _ = waiting.send(answer);
    }

    async fn ask(&self, mut line: Value) -> Answered {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        line["id"] = id.into();
        let (sender, answer) = oneshot::channel();
        self.waiting().insert(id, sender);
        if let Err(error) = self.write(&line).await {
            self.waiting().remove(&id);
            return Err((error.one_line(), None));
        }
        let gone = || Err(("the host is gone".to_owned(), None));
        answer.await.unwrap_or_else(|_| gone())
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Answered>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wire {
    async fn ask(&self, mut line: Value) -> Answered {
        if let Some(event) = self.event {
            line["event"] = event.into();
        }
        self.host.ask(line).await
    }

    async fn result(&self, line: Value) -> Result<Map<String, Value>> {
        let failed = |(error, _)| Diagnostic::failed(error);
        self.ask(line).await.map_err(failed)
    }
}

#[async_trait]
impl Outlet for Wire {
    async fn send(&self, sending: Sending<'_>) -> Result<Posted> {
        let message = sending.message;
        let line = json!({
            "type": "send",
            "to": Place::from(&message.to),
            "text": message.content,
            "once": sending.once,
            "widget": message.widget_content.map(|widget| widget.0),
        });
        let result = self.result(line).await?;
        let id = result.get("message_id").and_then(Value::as_u64);
        Ok(id.map_or(Posted::Kept, |id| Posted::There(MessageId(id))))
    }

    async fn set_alarm(&self, Alarm { name, due, data }: Alarm) -> Result<()> {
        let line = json!({"type": "alarm", "name": name, "due": due, "data": data});
        self.result(line).await.map(drop)
    }

    async fn cancel_alarm(&self, name: &str) -> Result<bool> {
        let result = self
            .result(json!({"type": "cancel_alarm", "name": name}))
            .await?;
        Ok(result.get("was_set") == Some(&Value::Bool(true)))
    }
}

#[async_trait]
impl Store for Wire {
    async fn get(&self, key: &str) -> Result<Option<String>> {
        let mut result = self.result(json!({"type": "get", "key": key})).await?;
        let found = result.get("found") == Some(&Value::Bool(true));
        let value = result.remove("value").unwrap_or_default();
        Ok(found.then(|| value.to_string()))
    }

    async fn apply(&self, changes: &[Change]) -> Result<()> {
        let stored = |change: &Change| match change {
            Change::Put { key, text } => {
                let put = serde_json::from_str(text);
                let put = put.map_err(|error| Diagnostic::failed("cannot store").source(&error))?;
                let key = key.clone();
                Ok(Stored {
                    key,
                    put: Some(put),
                })
            }
            Change::Remove { key } => Ok(Stored {
                key: key.clone(),
                put: None,
            }),
        };
        let changes = changes.iter().map(stored).collect::<Result<Vec<_>>>()?;
        let line = json!({"type": "apply", "changes": changes});
        self.result(line).await.map(drop)
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>> {
        let mut result = self
            .result(json!({"type": "keys", "prefix": prefix}))
            .await?;
        serde_json::from_value(result.remove("keys").unwrap_or_default())
            .map_err(|error| Diagnostic::failed("cannot read the keys").source(&error))
    }
}

impl Transport for Wire {
    fn send<'a>(&'a self, request: &'a Request, within: Duration) -> Sent<'a> {
        Box::pin(async move {
            let failed = |words: String| Failure {
                sent: true,
                cause: words.into(),
            };
            let asked = tokio::time::timeout(within, self.ask(call(request)));
            let answer = match asked.await {
                Err(_) => return Err(failed("the host did not answer in time".to_owned())),
                Ok(Ok(result)) => success(result),
                Ok(Err((_, Some(Value::Object(said))))) => refusal(said),
                Ok(Err((error, _))) => return Err(failed(error)),
            };
            Ok(answer)
        })
    }
}

/// Returns what is asked of the host in place of a request.
fn call(request: &Request) -> Value {
    if let [file] = request.files.as_slice() {
        let base64 = STANDARD.encode(&file.bytes);
        return json!({"type": "upload", "name": file.name, "base64": base64});
    }
    let parameters = request.params.iter();
    let parameters: Map<_, _> = parameters
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    json!({
        "type": "call",
        "method": request.method.to_string(),
        "path": request.path,
        "parameters": parameters,
    })
}

fn success(mut result: Map<String, Value>) -> Answer {
    result.insert("result".to_owned(), "success".into());
    result.entry("msg").or_insert_with(|| "".into());
    Answer {
        status: 200,
        body: Value::Object(result).to_string().into_bytes(),
        ..Answer::default()
    }
}

fn refusal(mut said: Map<String, Value>) -> Answer {
    let status = said.remove("status").and_then(|status| status.as_u64());
    let status = status.and_then(|status| u16::try_from(status).ok());
    said.insert("result".to_owned(), "error".into());
    Answer {
        status: status.unwrap_or(400),
        body: Value::Object(said).to_string().into_bytes(),
        ..Answer::default()
    }
}
