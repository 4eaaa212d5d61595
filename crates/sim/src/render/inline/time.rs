//! Times that each reader sees in their own time zone: `<time:2026-01-31T12:00:00Z>`.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

use super::{Edit, Reader};
use crate::render::html;
use crate::render::stash::Kind;

const OPEN: &str = "<time:";

/// Finds times. What is no time becomes an error that everybody sees.
pub(super) fn times(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    while let Some(start) = text[edit.done..].find(OPEN).map(|at| edit.done + at) {
        let content_start = start + OPEN.len();
        let Some(length) = text[content_start..].find('>') else {
            break;
        };
        let content = &text[content_start..content_start + length];
        let mark = match parse(content.trim()) {
            Some(time) => {
                let open = format!(
                    r#"<time datetime="{}">"#,
                    html::attribute(&time.to_string())
                );
                reader
                    .stash
                    .put_element(Kind::Atomic, open, content, "</time>")
            }
            None => {
                let open = r#"<span class="timestamp-error">Invalid time format: "#.to_owned();
                reader
                    .stash
                    .put_element(Kind::Atomic, open, content, "</span>")
            }
        };
        edit.replace(start..content_start + length + 1, &mark);
    }
    edit.finish()
}

/// Reads a date, a date and time (in UTC unless it says otherwise), or seconds since 1970.
fn parse(time: &str) -> Option<Timestamp> {
    let civil = || -> Option<civil::DateTime> {
        time.parse()
            .ok()
            .or_else(|| time.parse::<civil::Date>().ok().map(civil::DateTime::from))
    };
    let seconds = || {
        let seconds: f64 = time.parse().ok()?;
        let milliseconds = (seconds * 1000.0).round();
        // The bound keeps the conversion exact; jiff knows the years that exist.
        (milliseconds.abs() < 1e15)
            .then(|| Timestamp::from_millisecond(milliseconds as i64).ok())
            .flatten()
    };
    time.parse()
        .ok()
        .or_else(|| TimeZone::UTC.to_timestamp(civil()?).ok())
        .or_else(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_or_seconds() {
        let utc = |time| parse(time).map(|time| time.to_string());
        assert_eq!(utc("2024-01-01").as_deref(), Some("2024-01-01T00:00:00Z"));
        assert_eq!(
            utc("2024-01-01 10:00").as_deref(),
            Some("2024-01-01T10:00:00Z")
        );
        assert_eq!(
            utc("2024-01-01T10:00:00+02:00").as_deref(),
            Some("2024-01-01T08:00:00Z")
        );
        assert_eq!(utc("1700000000").as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!(utc("inf"), None);
        assert_eq!(utc(""), None);
    }
}
