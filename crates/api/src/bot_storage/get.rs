//! `GET /bot_storage`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

endpoint! {
    /// Returns what is stored. One key that does not exist makes all fail.
    pub struct GetBotStorage: GET "/bot_storage" -> BotStorage {
        optional {
            /// These keys; all if not given.
            keys: Vec<String>,
        }
    }
}

/// Answers [`GetBotStorage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BotStorage {
    /// The texts by key.
    pub storage: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_wire, response};

    #[test]
    fn some_keys() {
        let mut endpoint = GetBotStorage::new();
        endpoint.keys = Some(vec!["a".to_owned()]);
        assert_wire(&endpoint, "GET /bot_storage", &[("keys", r#"["a"]"#)]);
    }

    #[test]
    fn texts_by_key_come_back() {
        let answer: BotStorage =
            response(r#"{"result": "success", "msg": "", "storage": {"a": "1"}}"#);
        assert_eq!(answer.storage["a"], "1");
    }
}
