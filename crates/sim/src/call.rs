//! A request as endpoints see it, and what they give back.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, Response, StatusCode, header, request::Parts},
    response::IntoResponse as _,
};
use serde_json::{Map, Value};

use crate::{
    errors::ApiError,
    ids::UserId,
    params::{self, File, Params},
    queues::Wait,
};

/// A request that was read whole: parameters from everywhere, files, and the method that it stands for.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The path as it was sent, without the query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) params: Params,
    pub(crate) files: Vec<File>,
}

impl Call {
    pub(crate) async fn read(parts: Parts, body: Bytes) -> Self {
        let content_type = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let (fields, files) = params::read_form(content_type.unwrap_or_default(), body).await;
        let mut pairs = params::parse_pairs(parts.uri.query().unwrap_or_default());
        pairs.extend(fields);
        let params = Params::new(pairs);
        let method = real_method(parts.method, &params);
        Self {
            method,
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            params,
            files,
        }
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The name that messages show as `client`: the User-Agent up to its slash, or the parameter of that name.
    pub(crate) fn client(&self) -> String {
        let agent = self
            .header(header::USER_AGENT)
            .and_then(|agent| agent.split('/').next());
        let name = self
            .params
            .peek("client")
            .or(agent)
            .unwrap_or_default()
            .trim();
        if name.is_empty() {
            "Unspecified".to_owned()
        } else {
            name.chars().take(30).collect()
        }
    }
}

/// A POST with a parameter `method` stands for that method.
fn real_method(method: Method, params: &Params) -> Method {
    if method != Method::POST {
        return method;
    }
    match params
        .peek("method")
        .map(str::to_ascii_uppercase)
        .as_deref()
    {
        Some("GET") => Method::GET,
        Some("PUT") => Method::PUT,
        Some("PATCH") => Method::PATCH,
        Some("DELETE") => Method::DELETE,
        _ => method,
    }
}

/// What an endpoint is called with.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) call: &'a Call,
    /// Who asks; `None` only at endpoints that take no credentials.
    pub(crate) user: Option<UserId>,
    /// What stood in the path's variable places.
    pub(crate) path: Vec<String>,
}

impl Request<'_> {
    pub(crate) fn params(&self) -> &Params {
        &self.call.params
    }

    /// Who asks.
    pub(crate) fn user(&self) -> Result<UserId, ApiError> {
        self.user
            .ok_or_else(|| ApiError::unauthorized(crate::auth::NOT_LOGGED_IN))
    }

    /// The id in the path; one that does not fit belongs to nothing.
    pub(crate) fn id(&self, place: usize) -> u64 {
        self.path
            .get(place)
            .and_then(|text| text.parse().ok())
            .unwrap_or(u64::MAX)
    }

    pub(crate) fn name(&self, place: usize) -> &str {
        self.path.get(place).map_or("", String::as_str)
    }
}

/// What an endpoint answers.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A success with these keys besides `result` and `msg`.
    Json(Map<String, Value>),
    /// Nothing to tell yet: the answer comes when the queue has something.
    Wait(Wait),
}

pub(crate) type Outcome = Result<Reply, ApiError>;

/// A success with the keys of `value`, which is an object.
pub(crate) fn success(value: Value) -> Outcome {
    match value {
        Value::Object(keys) => Ok(Reply::Json(keys)),
        _ => Ok(Reply::Json(Map::new())),
    }
}

/// A success that says nothing more.
pub(crate) fn done() -> Outcome {
    Ok(Reply::Json(Map::new()))
}

/// The response of a success.
pub(crate) fn success_response(keys: Map<String, Value>) -> Response<Body> {
    let mut body = Map::new();
    body.insert("result".to_owned(), "success".into());
    body.insert("msg".to_owned(), "".into());
    body.extend(keys);
    (StatusCode::OK, axum::Json(Value::Object(body))).into_response()
}
