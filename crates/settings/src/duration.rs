//! Lengths of time as people write them: `7 days`, `2h 30m`, `500 ms`.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use serde::de::{Deserialize as _, Deserializer, Error as _};

/// Reads a length of time from a setting: `#[serde(deserialize_with = "zulipkit_settings::duration::read")]`.
///
/// # Errors
///
/// The text is no length of time, or a negative one.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text)
        .ok_or_else(|| D::Error::custom(format!("`{text}` is no length of time such as `7 days`")))
}

/// Reads a length of time, if the text is one. A day has 24 hours.
pub fn parse(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Settings {
        #[serde(deserialize_with = "read")]
        max_age: Duration,
    }

    #[test]
    fn reads_lengths_of_time() {
        let day = 24 * 60 * 60;
        for (text, seconds) in [("7 days", 7 * day), ("1 week", 7 * day), ("2h 30m", 9000)] {
            assert_eq!(parse(text).unwrap().as_secs(), seconds, "{text}");
        }
        assert_eq!(parse("500 ms").unwrap().as_millis(), 500);
        for wrong in ["soon", "-1 day", "3"] {
            let text = format!("max_age = {wrong:?}");
            let error = toml::from_str::<Settings>(&text).err().unwrap();
            assert!(error.message().contains("no length of time"), "{error}");
        }
        let settings: Settings = toml::from_str("max_age = \"1 week\"").unwrap();
        assert_eq!(settings.max_age.as_secs(), 7 * day);
    }
}
