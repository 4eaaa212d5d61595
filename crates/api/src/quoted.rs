use serde::{Deserialize, Serialize};
use serde_json::Value;

/// JSON that goes as text: a parameter whose value the server reads as JSON once more, quotes included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct QuotedJson(pub Value);

impl From<Value> for QuotedJson {
    fn from(json: Value) -> Self {
        Self(json)
    }
}

impl From<&str> for QuotedJson {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<QuotedJson> for String {
    fn from(json: QuotedJson) -> Self {
        json.0.to_string()
    }
}

impl TryFrom<String> for QuotedJson {
    type Error = serde_json::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::both_ways;

    #[test]
    fn text_keeps_its_quotes() {
        let quoted = QuotedJson::from("x");
        assert_eq!(String::from(quoted.clone()), r#""x""#);
        both_ways(&quoted);
    }
}
