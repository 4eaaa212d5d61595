//! The body as it goes over the wire: with what was known only later, and a line that says how late it is.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::clock::millis;
use crate::row::Fill;
use crate::state::State;
use crate::store::Job;

/// The length that a server allows a message to have where it was never asked: every release so far has it as default.
const MESSAGE_LENGTH: usize = 10_000;

/// Fills in results and URLs, and adds when the event was if the message is late.
///
/// # Errors
///
/// The words for a dead letter: what the row needs will never be there.
pub(crate) fn compose(
    job: &Job,
    wall_ms: i64,
    late: Duration,
    max_length: Option<usize>,
) -> Result<Map<String, Value>, String> {
    let mut body = job.body.clone();
    if let Some(after) = &job.after {
        let value = match &after.row {
            None => return Err("the earlier message that it belongs to was dropped".to_owned()),
            Some((State::Dead, _)) => {
                return Err("the earlier message that it belongs to is a dead letter".to_owned());
            }
            Some((_, result)) => result.get(&after.result),
        };
        let missing = || {
            format!(
                "the server's answer to the earlier message has no `{}`",
                after.result
            )
        };
        fill(&mut body, &after.fill, value.ok_or_else(missing)?.clone());
    }
    for blob in &job.blobs {
        fill(&mut body, &blob.fill, json!(blob.url));
    }
    let age = wall_ms.saturating_sub(job.happened_wall_ms);
    if job.endpoint == "POST /messages" && age > millis(late) {
        say_when(
            &mut body,
            job.happened_wall_ms,
            max_length.unwrap_or(MESSAGE_LENGTH),
        );
    }
    Ok(body)
}

fn fill(body: &mut Map<String, Value>, fill: &Fill, value: Value) {
    match (&fill.placeholder, body.get_mut(&fill.field)) {
        (Some(placeholder), Some(Value::String(text))) => {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            *text = text.replace(placeholder, &value);
        }
        _ => {
            body.insert(fill.field.clone(), value);
        }
    }
}

/// Adds a last line, unless the server would cut the message for it.
fn say_when(body: &mut Map<String, Value>, happened_wall_ms: i64, max_length: usize) {
    let Some(Value::String(content)) = body.get_mut("content") else {
        return;
    };
    let line = format!(
        "\n\n(delivered late; this was at <time:{}>)",
        happened_wall_ms.div_euclid(1_000)
    );
    if content.chars().count() + line.len() <= max_length {
        content.push_str(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn values_take_their_places() {
        let mut edit = body(json!({"content": "see [log](URL)"}));
        fill(
            &mut edit,
            &Fill {
                field: "message_id".to_owned(),
                placeholder: None,
            },
            json!(17),
        );
        let place = Fill {
            field: "content".to_owned(),
            placeholder: Some("URL".to_owned()),
        };
        fill(&mut edit, &place, json!("/user_uploads/1/a/log.txt"));
        assert_eq!(
            Value::Object(edit),
            json!({"content": "see [log](/user_uploads/1/a/log.txt)", "message_id": 17})
        );
    }

    #[test]
    fn a_late_message_says_when_it_was_if_there_is_room() {
        let mut late = body(json!({"content": "pushed"}));
        say_when(&mut late, 1_795_570_480_500, 100);
        assert_eq!(
            late["content"],
            "pushed\n\n(delivered late; this was at <time:1795570480>)"
        );
        let mut full = body(json!({"content": "pushed"}));
        say_when(&mut full, 1_795_570_480_500, 20);
        assert_eq!(full["content"], "pushed");
    }
}
