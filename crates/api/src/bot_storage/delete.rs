//! `DELETE /bot_storage`

use crate::Empty;

endpoint! {
    /// Removes what is stored. One key that does not exist makes all fail.
    pub struct DeleteBotStorage: DELETE "/bot_storage" -> Empty {
        optional {
            /// These keys; all if not given.
            keys: Vec<String>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn some_keys() {
        let mut endpoint = DeleteBotStorage::new();
        endpoint.keys = Some(vec!["a".to_owned()]);
        assert_wire(&endpoint, "DELETE /bot_storage", &[("keys", r#"["a"]"#)]);
    }
}
