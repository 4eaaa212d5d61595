//! What the environment of a build says about it. Jenkins sets these variables for every step.

use serde_json::{Map, Value, json};
use zulipkit_settings::Environment;

/// Reads what the variables say, as the fields of a [`Report`](super::report::Report); none outside of a build.
pub(super) fn facts(environment: &Environment) -> Option<Map<String, Value>> {
    let text = |name: &str| environment.text(name);
    let number: u64 = text("BUILD_NUMBER")?.trim().parse().ok()?;
    let known = [
        ("job", Some(json!(text("JOB_NAME")?))),
        ("number", Some(json!(number))),
        ("job_url", text("JOB_URL").map(Value::from)),
        ("name", text("BUILD_DISPLAY_NAME").map(Value::from)),
        ("url", text("BUILD_URL").map(Value::from)),
        ("branch", text("BRANCH_NAME").map(Value::from)),
        ("change_request", change_request(environment)),
    ];
    let present = known
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Some(present.collect())
}

fn change_request(environment: &Environment) -> Option<Value> {
    let text = |name: &str| environment.text(name);
    Some(json!({
        "id": text("CHANGE_ID")?,
        "url": text("CHANGE_URL"),
        "title": text("CHANGE_TITLE"),
        "author": text("CHANGE_AUTHOR_DISPLAY_NAME").or_else(|| text("CHANGE_AUTHOR")),
        "target": text("CHANGE_TARGET"),
    }))
}

/// Fills in what an event leaves out. An event of another job's build stays as it is.
pub(super) fn complete(facts: &mut Map<String, Value>, known: &Map<String, Value>) {
    let absent =
        |facts: &Map<String, Value>, name: &str| facts.get(name).is_none_or(Value::is_null);
    let other = |name: &str| !absent(facts, name) && facts[name] != known[name];
    if other("job") || other("number") {
        return;
    }
    for (name, value) in known {
        if absent(facts, name) {
            facts.insert(name.clone(), value.clone());
        }
    }
}
