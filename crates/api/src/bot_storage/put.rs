//! `PUT /bot_storage`

use std::collections::BTreeMap;

use crate::Empty;

endpoint! {
    /// Stores texts by key, beside what is stored under other keys.
    pub struct PutBotStorage: PUT "/bot_storage" -> Empty {
        required {
            /// The texts by key.
            storage: BTreeMap<String, String>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn values_are_texts() {
        let storage = BTreeMap::from([("count".to_owned(), "3".to_owned())]);
        assert_wire(
            &PutBotStorage::new(storage),
            "PUT /bot_storage",
            &[("storage", r#"{"count":"3"}"#)],
        );
    }
}
