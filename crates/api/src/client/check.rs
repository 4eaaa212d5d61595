//! From what came back to what it means: the server's own answer, its refusal, or somebody else's page.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use serde_json::{Map, Value};

use super::transport::Answer;
use crate::{ApiError, Error};

/// How much of a page is shown.
const EXCERPT_CHARS: usize = 200;

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
            format!("redirects to {}", shown_address(location))
        }
        _ => plain_text(&String::from_utf8_lossy(&answer.body)),
    };
    unexpected_saying(url, answer, excerpt)
}

/// Returns the error for an answer with which something else is wrong.
pub(super) fn unexpected_saying(url: &str, answer: &Answer, excerpt: String) -> Error {
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

/// Leaves out what of an address may be secret: a name with password, and the query.
fn shown_address(address: &str) -> &str {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let address = &address[..end];
    match address.find('@') {
        Some(at) => &address[at + 1..],
        None => address,
    }
}

/// Returns the beginning of a page as a person would read it: no tags, scripts or styles, one line.
fn plain_text(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let unseen = ["script", "style", "!--"]
            .into_iter()
            .find(|name| starts_with_ignoring_case(tag, name));
        let end = match unseen {
            Some("!--") => "-->",
            Some("script") => "</script",
            Some(_) => "</style",
            None => ">",
        };
        rest = match find_ignoring_case(tag, end) {
            Some(at) => tag[at..].split_once('>').map_or("", |(_, after)| after),
            None => "",
        };
    }
    text.push_str(rest);
    for (entity, meant) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, meant);
    }
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(EXCERPT_CHARS - 1) {
        Some((cut, last)) if cut + last.len_utf8() < line.len() => format!("{}…", &line[..cut]),
        _ => line,
    }
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn find_ignoring_case(text: &str, sought: &str) -> Option<usize> {
    text.as_bytes()
        .windows(sought.len())
        .position(|window| window.eq_ignore_ascii_case(sought.as_bytes()))
}
