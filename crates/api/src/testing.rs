//! What the tests of endpoints share.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Endpoint, Request, stored};

/// Asserts what goes over the wire, and that the stored form becomes the same endpoint and the same request again.
#[track_caller]
pub(crate) fn assert_wire<E>(endpoint: &E, line: &str, params: &[(&str, &str)])
where
    E: Endpoint + DeserializeOwned + PartialEq + Debug,
{
    let request = Request::of(endpoint);
    assert_eq!(format!("{} {}", request.method, request.path), line);
    let meaning = |(name, value): (&str, &str)| (name.to_owned(), json_or_text(value));
    let sent = request.params.iter();
    let mut sent: Vec<_> = sent.map(|(name, value)| meaning((name, value))).collect();
    sent.sort_by(|(a, _), (b, _)| a.cmp(b));
    let wanted: Vec<_> = params.iter().copied().map(meaning).collect();
    assert_eq!(sent, wanted);
    let (template, body) = stored(endpoint);
    assert_eq!(Request::from_parts(&template, &body), Ok(request));
    both_ways(endpoint);
}

/// The order of an object's keys may depend on what else is built.
fn json_or_text(value: &str) -> Result<Value, String> {
    serde_json::from_str(value).map_err(|_| value.to_owned())
}

/// Asserts that what was written is read as the same.
#[track_caller]
pub(crate) fn both_ways<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
}

/// Reads a server's answer.
#[track_caller]
pub(crate) fn response<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}
