use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Something that happened in a product: plain facts, before anyone decided where to tell it and in which words.
///
/// Rust code, plugins in other languages and users' scripts all produce this, as JSON wherever it leaves the process.
///
/// ```
/// # use zulipkit_notify::Event;
/// let event: Event = serde_json::from_str(
///     r#"{"integration": "git", "kind": "push", "facts": {"branch": "main"}, "happened": "2026-03-01T12:00:00Z"}"#,
/// )?;
/// assert_eq!(event.facts["branch"], "main");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The integration that saw it, such as `git`.
    pub integration: String,
    /// What kind of thing it was, such as `push`. An integration's kinds stand in its [`Vocabulary`](crate::Vocabulary).
    pub kind: String,
    /// What is known about it: the names that routes and templates use.
    #[serde(default)]
    pub facts: Map<String, Value>,
    /// When it happened.
    pub happened: Timestamp,
}

impl Event {
    /// Builds an event from an integration's own facts, a struct with named fields.
    ///
    /// # Errors
    /// If the facts are not an object in JSON, or cannot be serialized.
    pub fn new(
        integration: impl Into<String>,
        kind: impl Into<String>,
        facts: &impl Serialize,
        happened: Timestamp,
    ) -> Result<Self, serde_json::Error> {
        let Value::Object(facts) = serde_json::to_value(facts)? else {
            return Err(serde::ser::Error::custom("the facts are not an object"));
        };
        Ok(Self {
            integration: integration.into(),
            kind: kind.into(),
            facts,
            happened,
        })
    }
}
