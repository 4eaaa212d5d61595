//! What services of others answer: recordings, in the format of the Python test library, one exchange to a file.
//!
//! Beside what that format has, a file may hold a list of exchanges, `DELETE` is one of the methods, and `failure` stands
//! for an answer that never came.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use zulipkit_diag::{Diagnostic, Result};

use crate::http::{Answer, Body, Call, Carrier};

/// A recording in a dialog: one that lies in a file, or one that stands there.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
pub(super) enum Source {
    File(String),
    Here(Box<Exchange>),
}

impl TryFrom<Value> for Source {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match &value["file"] {
            Value::String(file) => Ok(Self::File(file.clone())),
            _ => Exchange::from_json(value).map(|exchange| Self::Here(Box::new(exchange))),
        }
    }
}

/// A call that is expected, and what is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    request: Asked,
    answer: Answered,
}

#[derive(Debug, Clone, PartialEq)]
enum Answered {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// None came, for this reason.
    Failure(String),
}

/// A call as a recording describes it. What is not given may be anything.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Asked {
    api_url: String,
    method: Option<String>,
    #[serde(default, deserialize_with = "given")]
    params: Option<Value>,
    #[serde(default)]
    headers: Option<BTreeMap<String, Value>>,
    #[serde(default, deserialize_with = "given")]
    json: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    data: Option<Value>,
}

/// Keeps `null`, which says that nothing was passed, apart from a key that is not there.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct Wire {
    request: Asked,
    response: Option<Value>,
    #[serde(default, rename = "response-headers")]
    headers: Map<String, Value>,
    #[serde(default)]
    meta: Meta,
    failure: Option<String>,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default)]
    is_raw_response: bool,
}

impl Exchange {
    fn from_json(value: Value) -> Result<Self, String> {
        let wire: Wire = serde_json::from_value(value)
            .map_err(|error| format!("this is no recording of HTTP: {error}"))?;
        let answer = match (wire.failure, wire.response) {
            (Some(reason), _) => Answered::Failure(reason),
            (None, Some(response)) => {
                let (mut status, mut headers) = (200, Vec::new());
                for (name, value) in &wire.headers {
                    // Only this spelling is the status; `Status` is a header that some services send.
                    match (name.as_str(), as_text(value)) {
                        ("status", text) => status = text.parse().unwrap_or(status),
                        (_, text) => headers.push((name.clone(), text)),
                    }
                }
                let body = match response {
                    Value::String(text) if wire.meta.is_raw_response => text,
                    json => json.to_string(),
                };
                Answered::Answer {
                    status,
                    headers,
                    body: body.into_bytes(),
                }
            }
            (None, None) => return Err("a recording has a `response` or a `failure`".to_owned()),
        };
        Ok(Self {
            request: wire.request,
            answer,
        })
    }

    /// Reads a file's exchanges.
    ///
    /// # Errors
    /// It cannot be read, or is no recording.
    pub fn open(path: &Path) -> Result<Vec<Self>> {
        let failed =
            || Diagnostic::failed(format!("cannot read the recording `{}`", path.display()));
        let text = fs_err::read_to_string(path).map_err(|error| failed().source(&error))?;
        let value = serde_json::from_str(&text).map_err(|error| failed().source(&error))?;
        let list = match value {
            Value::Array(list) => list,
            one => vec![one],
        };
        let exchanges = list.into_iter().map(Self::from_json);
        exchanges
            .collect::<Result<_, String>>()
            .map_err(|words| failed().cause(words))
    }
}

impl Asked {
    /// Returns the method. Like the Python library this takes what it does not know for `POST`.
    fn method(&self) -> &'static str {
        match self.method.as_deref().unwrap_or("GET") {
            "GET" => "GET",
            "PUT" => "PUT",
            "PATCH" => "PATCH",
            "DELETE" => "DELETE",
            _ => "POST",
        }
    }

    /// Tells what of a call is not as described.
    fn differs(&self, call: &Call) -> Option<String> {
        if self.method() != call.method {
            return Some(format!("its method is {}", call.method));
        }
        let (url, own_query) = split_query(&self.api_url);
        let (called, mut query) = split_query(&call.url);
        query.extend(call.query.iter().cloned());
        if url != called {
            return Some(format!("its address is {}", call.url));
        }
        let mut wanted = own_query;
        match &self.params {
            // What the address does not say may then be anything.
            None => query.retain(|pair| wanted.contains(pair)),
            Some(params) => wanted.extend(pairs(params)),
        }
        if sorted(wanted) != sorted(query.clone()) {
            return Some(format!("its parameters are {query:?}"));
        }
        let headers = self.headers.iter().flatten();
        for (name, value) in headers {
            let mut sent = call.headers.iter();
            if !sent.any(|(sent, with)| sent.eq_ignore_ascii_case(name) && *with == as_text(value))
            {
                return Some(format!("it lacks the header {name}: {}", as_text(value)));
            }
        }
        match (&self.json, &self.data, &call.body) {
            (Some(json), _, Body::Json(sent)) if json != sent => {
                Some(format!("it sends the JSON {sent}"))
            }
            (Some(Value::Null), ..) | (None, None, _) | (Some(_), _, Body::Json(_)) => None,
            (Some(_), ..) => Some("it sends no JSON".to_owned()),
            (None, Some(data), body) => {
                (!is_data(data, body)).then(|| format!("it sends {body:?}"))
            }
        }
    }
}

/// Tells whether a body is what a recording calls `data`: a form or a text.
fn is_data(data: &Value, body: &Body) -> bool {
    match (data, body) {
        (Value::Null, Body::Nothing) => true,
        (Value::Object(_), Body::Form(fields)) => sorted(pairs(data)) == sorted(fields.clone()),
        (Value::String(text), Body::Bytes(bytes)) => text.as_bytes() == bytes,
        (Value::String(text), Body::Json(json)) => {
            serde_json::from_str(text).ok().as_ref() == Some(json)
        }
        (Value::String(text), Body::Form(fields)) => split_query(&format!("?{text}")).1 == *fields,
        _ => false,
    }
}

fn split_query(url: &str) -> (&str, Vec<(String, String)>) {
    match url.split_once('?') {
        Some((base, query)) => (base, serde_urlencoded::from_str(query).unwrap_or_default()),
        None => (url, Vec::new()),
    }
}

fn pairs(params: &Value) -> Vec<(String, String)> {
    let params = params.as_object().into_iter().flatten();
    params
        .flat_map(|(name, value)| match value {
            // The Python library leaves out what is None, and repeats the name for each of a list.
            Value::Null => Vec::new(),
            Value::Array(list) => list
                .iter()
                .map(|value| (name.clone(), as_text(value)))
                .collect(),
            value => vec![(name.clone(), as_text(value))],
        })
        .collect()
}

fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Answers a bot's calls from recordings.
#[derive(Debug, Default)]
pub struct Recordings(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What is answered at any time.
    always: Vec<Exchange>,
    /// What is to be called now, in this order.
    script: Vec<Exchange>,
    /// How many of them were called.
    called: usize,
    /// The calls that nobody expected.
    unexpected: Vec<String>,
}

impl Recordings {
    /// Answers these at any time, however often.
    pub fn always(exchanges: Vec<Exchange>) -> Self {
        Self(Mutex::new(State {
            always: exchanges,
            ..State::default()
        }))
    }

    /// From now on expects these, in this order, before all else. Each may be called more than once in a row.
    pub fn expect(&self, exchanges: Vec<Exchange>) {
        let mut state = self.state();
        state.script = exchanges;
        state.called = 0;
    }

    /// Returns what was not as expected since the last look: calls that nobody expected, and those that were not made.
    pub fn problems(&self) -> Vec<String> {
        let mut state = self.state();
        let mut problems = std::mem::take(&mut state.unexpected);
        let missing = state.script.iter().skip(state.called);
        problems.extend(missing.map(|exchange| {
            let Asked { api_url, .. } = &exchange.request;
            format!("{} {api_url} was not called", exchange.request.method())
        }));
        state.script.clear();
        state.called = 0;
        problems
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Finds the answer to a call, and notes that it was made.
    fn find(&mut self, call: &Call) -> Result<Answered, String> {
        let is = |exchange: &Exchange| exchange.request.differs(call).is_none();
        if let Some(next) = self.script.get(self.called).filter(|next| is(next)) {
            self.called += 1;
            return Ok(next.answer.clone());
        }
        let last = self
            .called
            .checked_sub(1)
            .and_then(|last| self.script.get(last));
        if let Some(known) = last.into_iter().chain(&self.always).find(|known| is(known)) {
            return Ok(known.answer.clone());
        }
        let mut words = format!("no recording of {} {}", call.method, call.url);
        let expected = self.script.get(self.called).or(self.always.first());
        if let Some(expected) = expected
            && let Some(difference) = expected.request.differs(call)
        {
            let Asked { api_url, .. } = &expected.request;
            let method = expected.request.method();
            words.push_str(&format!(
                ": where {method} {api_url} is recorded, {difference}"
            ));
        }
        self.unexpected.push(words.clone());
        Err(words)
    }
}

#[async_trait]
impl Carrier for Recordings {
    async fn carry(&self, call: &Call) -> Result<Answer> {
        match self.state().find(call) {
            Ok(Answered::Answer {
                status,
                headers,
                body,
            }) => Ok(Answer {
                status,
                headers: header_map(&headers),
                body,
            }),
            Ok(Answered::Failure(reason)) => Err(call.failed().cause(reason)),
            Err(words) => Err(call.failed().cause(words)),
        }
    }
}

/// Leaves out what cannot be a header.
fn header_map(headers: &[(String, String)]) -> HeaderMap {
    let valid = headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::try_from(name.as_str()).ok()?;
        Some((name, HeaderValue::try_from(value.as_str()).ok()?))
    });
    valid.collect()
}
