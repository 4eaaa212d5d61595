//! How the server says no: JSON with a code and words, or a page of HTML.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse as _,
};
use serde_json::{Map, Value, json};

/// A refusal, as a client gets to see it.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// `{"result": "error", "msg": …, "code": …}` and what the code carries besides.
    Json {
        status: StatusCode,
        code: &'static str,
        message: String,
        extra: Map<String, Value>,
    },
    /// A page of HTML: what is not below `/api/v1`, and a few refusals of files.
    Page(StatusCode),
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self::Json {
            status,
            code,
            message: message.into(),
            extra: Map::new(),
        }
    }

    /// A 400 without a code of its own.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::coded("BAD_REQUEST", message)
    }

    /// A 400 with a code of its own.
    pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self::coded(
            "REQUEST_VARIABLE_MISSING",
            format!("Missing '{name}' argument"),
        )
        .with("var_name", name)
    }

    /// A message that is not there, or that one may not see: the server does not tell which.
    pub(crate) fn no_message() -> Self {
        Self::bad("Invalid message(s)")
    }

    /// What a few endpoints say of an object that is not there: 404, as JSON.
    pub(crate) fn nothing(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "BAD_REQUEST", message)
    }

    pub(crate) fn no_page() -> Self {
        Self::Page(StatusCode::NOT_FOUND)
    }

    /// What a person reads of it.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Json { message, .. } => message.clone(),
            Self::Page(status) => status.to_string(),
        }
    }

    /// Adds a key that this code carries beside the words.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        if let Self::Json { extra, .. } = &mut self {
            extra.insert(key.to_owned(), value.into());
        }
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        match self {
            Self::Page(status) => page(status),
            Self::Json {
                status,
                code,
                message,
                extra,
            } => {
                let mut body = json!({"result": "error", "msg": message, "code": code});
                if let Some(object) = body.as_object_mut() {
                    object.extend(extra);
                }
                let mut response = (status, axum::Json(body)).into_response();
                // The codes of `fetch_api_key` come without this header.
                if status == StatusCode::UNAUTHORIZED && code == "UNAUTHORIZED" {
                    let basic = HeaderValue::from_static("Basic realm=\"zulip\"");
                    response
                        .headers_mut()
                        .insert(header::WWW_AUTHENTICATE, basic);
                }
                response
            }
        }
    }
}

/// The server's own page of HTML for a status.
pub(crate) fn page(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or("Error");
    let html = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{reason} | Zulip</title></head>\n<body><h1>{} {reason}</h1></body>\n</html>\n",
        status.as_u16()
    );
    (status, axum::response::Html(html)).into_response()
}

/// 405 comes without a code, and with the content type of a page around its JSON.
pub(crate) fn method_not_allowed(allowed: &[&str]) -> Response<Body> {
    let body = json!({"result": "error", "msg": "Method Not Allowed", "allowed_methods": allowed});
    let headers = [
        (header::ALLOW, allowed.join(", ")),
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
    ];
    (StatusCode::METHOD_NOT_ALLOWED, headers, body.to_string()).into_response()
}
