//! From what came back to what it means: the server's own answer, its refusal, or somebody else's page.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use serde_json::{Map, Value};

use super::excerpt;
use super::transport::Answer;
use crate::{ApiError, Error};

/// A server that asks for more than this is taken to mean this.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the answer's object if it is Zulip's and a success.
///
/// The body decides, not the content type: Zulip itself sends the JSON of a 405 as `text/html`.
pub(super) fn check(url: &str, answer: &Answer) -> Result<Map<String, Value>, Error> {
    let body = serde_json::from_slice(&answer.body).ok();
    if answer.status == 429 {
        return Err(Error::RateLimited {
            retry_after: retry_after(&answer.headers, body.as_ref()),
        });
    }
    let Some(Value::Object(mut body)) = body else {
        return Err(unexpected(url, answer));
    };
    match body.get("result").and_then(Value::as_str) {
        Some("success") if (200..300).contains(&answer.status) => Ok(body),
        Some("error") => Err(Error::Api(Box::new(refusal(answer.status, &mut body)))),
        _ => Err(unexpected(url, answer)),
    }
}

/// Returns the error for an answer that is not Zulip's, with the beginning of what a person would have seen.
fn unexpected(url: &str, answer: &Answer) -> Error {
    let location = header(&answer.headers, LOCATION.as_str());
    let excerpt = match location {
        Some(location) if (300..400).contains(&answer.status) => {
            format!("redirects to {}", excerpt::address(location))
        }
        _ => excerpt::page(&answer.body),
    };
    Error::Unexpected {
        url: url.to_owned(),
        status: answer.status,
        content_type: header(&answer.headers, CONTENT_TYPE.as_str()).map(str::to_owned),
        excerpt,
    }
}

fn refusal(status: u16, body: &mut Map<String, Value>) -> ApiError {
    let mut text = |key| match body.remove(key) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let (code, message) = (text("code"), text("msg"));
    body.remove("result");
    ApiError {
        status,
        code,
        message,
        extra: std::mem::take(body),
    }
}

/// Returns the larger of the header's and the body's wish: the header may be rounded down, or be a proxy's.
fn retry_after(headers: &HeaderMap, body: Option<&Value>) -> Option<Duration> {
    let in_header =
        header(headers, RETRY_AFTER.as_str()).and_then(|value| match value.trim().parse() {
            Ok(seconds) => pause(seconds),
            Err(_) => until(headers, value),
        });
    let in_body = body
        .and_then(|body| body.get("retry-after"))
        .and_then(Value::as_f64)
        .and_then(pause);
    in_header.max(in_body)
}

fn pause(seconds: f64) -> Option<Duration> {
    // Also false for what is not a number.
    (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(LONGEST_PAUSE.as_secs_f64())))
}

/// Returns how long it is until an HTTP date, by the server's own clock where it tells the time.
fn until(headers: &HeaderMap, date: &str) -> Option<Duration> {
    let date = httpdate::parse_http_date(date.trim()).ok()?;
    let now = header(headers, DATE.as_str())
        .and_then(|now| httpdate::parse_http_date(now).ok())
        .unwrap_or_else(SystemTime::now);
    let wait = date.duration_since(now).unwrap_or_default();
    Some(wait.min(LONGEST_PAUSE))
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    #[test]
    fn what_a_server_answered_beyond_its_rate_limit_is_understood() {
        let recorded: Value =
            serde_json::from_str(include_str!("../../tests/data/rate_limited.json")).unwrap();
        let headers = recorded["headers"].as_object().unwrap().iter();
        let answer = Answer {
            status: 429,
            headers: headers
                .map(|(name, value)| {
                    let name = HeaderName::try_from(name).unwrap();
                    (
                        name,
                        HeaderValue::try_from(value.as_str().unwrap()).unwrap(),
                    )
                })
                .collect(),
            body: recorded["body"].to_string().into_bytes(),
        };
        let error = check("http://zulip.example.com", &answer).unwrap_err();
        let Error::RateLimited {
            retry_after: Some(wait),
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!(wait.as_millis(), 48_590);
    }
}
