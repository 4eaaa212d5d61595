use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Endpoint, Method};

/// What of a value must be encoded to stand as one segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// One request, ready to be sent: what an endpoint becomes on the wire, without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The path below `/api/v1`, its values filled in and encoded.
    pub path: String,
    /// The parameters in order: in the URL for a `GET`, else in a form body.
    pub params: Vec<(String, String)>,
    /// Files to upload; with any, the body is multipart.
    pub files: Vec<File>,
}

/// A file within a request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct File {
    /// The name that the server stores.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({:?}, {} bytes)", self.name, self.bytes.len())
    }
}

/// What a stored request is not: a method and a path whose names are all in the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{endpoint}` is not an endpoint with its parameters: {problem}")]
pub struct UnknownEndpoint {
    /// The text that should have been `METHOD /path`.
    pub endpoint: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Request {
    /// Builds the request of an endpoint.
    pub fn of<E: Endpoint>(endpoint: &E) -> Self {
        let body = body_of(endpoint);
        let mut request = Self::fill(E::METHOD, E::PATH, &body)
            .expect("an endpoint has the fields that its path names");
        request.files = endpoint.files();
        request
    }

    /// Builds a request from the form in which it was stored: `POST /messages` and its body.
    ///
    /// # Errors
    ///
    /// The text is no method and path, or the path names a field that the body lacks.
    pub fn from_parts(endpoint: &str, body: &Map<String, Value>) -> Result<Self, UnknownEndpoint> {
        let wrong = |problem: String| UnknownEndpoint {
            endpoint: endpoint.to_owned(),
            problem,
        };
        let (method, path) = endpoint
            .split_once(' ')
            .ok_or_else(|| wrong("no path".to_owned()))?;
        let method = method
            .parse()
            .map_err(|()| wrong(format!("no method `{method}`")))?;
        Self::fill(method, path, body).map_err(wrong)
    }

    /// Tells whether doing it twice is the same as doing it once.
    ///
    /// So are two operations by `POST`: `/messages/render` only reads, and a queue that `/register` opened for nothing ends by
    /// itself.
    pub fn is_idempotent(&self) -> bool {
        self.method.is_idempotent()
            || (self.method == Method::Post
                && ["/messages/render", "/register"].contains(&self.path.as_str()))
    }

    /// Tells whether the server waits for something to happen before it answers.
    pub fn waits(&self) -> bool {
        let at_once = |(name, value): &(String, String)| name == "dont_block" && value == "true";
        self.method == Method::Get && self.path == "/events" && !self.params.iter().any(at_once)
    }

    fn fill(method: Method, template: &str, body: &Map<String, Value>) -> Result<Self, String> {
        if !template.starts_with('/') {
            return Err("the path does not begin with a slash".to_owned());
        }
        let (path, named) = fill_path(template, body)?;
        let params = body
            .iter()
            .filter(|(name, value)| !value.is_null() && !named.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), wire(value)))
            .collect();
        Ok(Self {
            method,
            path,
            params,
            files: Vec::new(),
        })
    }
}

/// Returns the form in which an endpoint can be kept and printed: `POST /messages` and its body.
///
/// [`Request::from_parts`] reads it. Files are not part of it.
pub fn stored<E: Endpoint>(endpoint: &E) -> (String, Map<String, Value>) {
    (format!("{} {}", E::METHOD, E::PATH), body_of(endpoint))
}

fn body_of<E: Serialize>(endpoint: &E) -> Map<String, Value> {
    match serde_json::to_value(endpoint) {
        Ok(Value::Object(body)) => body,
        Ok(Value::Null) => Map::new(),
        other => unreachable!("an endpoint is a struct with named fields, not {other:?}"),
    }
}

/// Puts the body's values into the path; returns it with the names that it used.
fn fill_path<'t>(
    template: &'t str,
    body: &Map<String, Value>,
) -> Result<(String, Vec<&'t str>), String> {
    let (mut path, mut named) = (String::new(), Vec::new());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a brace is not closed")?;
        let value = body
            .get(name)
            .filter(|value| !value.is_null())
            .ok_or_else(|| format!("no `{name}`"))?;
        path.push_str(before);
        path.push_str(&segment(&wire(value)));
        named.push(name);
        rest = after;
    }
    path.push_str(rest);
    Ok((path, named))
}

/// Encodes text so that it is one segment of a path.
///
/// In an address `.` and `..` mean folders even if they are encoded. Encoded twice they reach the server as a name, though
/// one that it does not know.
fn segment(text: &str) -> String {
    match text {
        "." | ".." => text.replace('.', "%252E"),
        _ => utf8_percent_encode(text, SEGMENT).to_string(),
    }
}

/// Text stands as it is, everything else as JSON.
fn wire(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn body(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            _ => unreachable!(),
        }
    }

    #[test]
    fn a_stored_request_becomes_what_goes_over_the_wire() {
        let stored = body(json!({"message_id": 12, "content": "a b", "to": [1, 2], "topic": null}));
        let request = Request::from_parts("PATCH /messages/{message_id}", &stored).unwrap();
        assert_eq!(request.method, Method::Patch);
        assert_eq!(request.path, "/messages/12");
        assert_eq!(
            request.params,
            [
                ("content".to_owned(), "a b".to_owned()),
                ("to".to_owned(), "[1,2]".to_owned())
            ]
        );
    }

    #[test]
    fn a_value_in_a_path_cannot_leave_its_segment() {
        let stored = body(json!({"email": "../x?y=1@b.c"}));
        let request = Request::from_parts("GET /users/{email}", &stored).unwrap();
        assert_eq!(request.path, "/users/..%2Fx%3Fy%3D1%40b.c");
        let stored = body(json!({"email": ".."}));
        let request = Request::from_parts("GET /users/{email}", &stored).unwrap();
        assert_eq!(request.path, "/users/%252E%252E");
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for endpoint in [
            "messages",
            "FETCH /messages",
            "GET messages",
            "GET /users/{id}",
            "GET /users/{id",
        ] {
            assert!(
                Request::from_parts(endpoint, &Map::new()).is_err(),
                "{endpoint}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_value_stays_in_its_segment(name in "[./%?#\\\\a\\PC]{1,8}") {
            let stored = body(json!({"name": name}));
            let request = Request::from_parts("GET /a/{name}/b", &stored).unwrap();
            let middle = request.path.strip_prefix("/a/").unwrap().strip_suffix("/b").unwrap();
            let harmless = |c: char| c.is_ascii_alphanumeric() || "-_.~%".contains(c);
            prop_assert!(middle.chars().all(harmless) && ![".", ".."].contains(&middle), "{}", middle);
        }
    }
}
