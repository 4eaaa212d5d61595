use serde::{Deserialize, Serialize};
use serde_json::Value;

/// When an invitation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
pub enum Expiry {
    /// After so many minutes.
    Minutes(u64),
    /// Never.
    Never,
}

impl From<Expiry> for Value {
    /// The text `null` is what the server reads as never; a missing parameter means ten days.
    fn from(expiry: Expiry) -> Self {
        match expiry {
            Expiry::Minutes(minutes) => minutes.into(),
            Expiry::Never => "null".into(),
        }
    }
}

impl TryFrom<Value> for Expiry {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match (value.as_u64(), value.as_str()) {
            (Some(minutes), _) => Ok(Self::Minutes(minutes)),
            (None, Some("null")) => Ok(Self::Never),
            _ => Err(format!("no time `{value}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::both_ways;

    #[test]
    fn never_is_said_since_a_missing_value_means_ten_days() {
        assert_eq!(Value::from(Expiry::Never), "null");
        assert_eq!(Value::from(Expiry::Minutes(60)), 60);
        both_ways(&Expiry::Never);
        both_ways(&Expiry::Minutes(60));
        assert!(Expiry::try_from(Value::from("soon")).is_err());
    }
}
