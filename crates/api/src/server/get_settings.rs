//! `GET /server_settings`

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

endpoint! {
    /// Returns what anyone may know of the server. Credentials are not looked at, not even wrong ones.
    pub struct GetServerSettings: GET "/server_settings" -> ServerSettings {}
}

/// Answers [`GetServerSettings`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServerSettings {
    /// The server's version.
    pub zulip_version: String,
    /// What the server can do; 0 for servers older than 3.0.
    #[serde(default)]
    pub zulip_feature_level: u32,
    /// The organization's name; none at an address that belongs to no organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm_name: Option<String>,
    /// The organization's address; since feature level 257, before that it is `realm_uri` in `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm_url: Option<String>,
    /// All the rest, as it came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_wire, response};

    #[test]
    fn it_takes_nothing() {
        assert_wire(&GetServerSettings::new(), "GET /server_settings", &[]);
    }

    #[test]
    fn what_a_server_answered_is_understood() {
        let answer: ServerSettings =
            response(include_str!("../../tests/data/server_settings.json"));
        assert_eq!(answer.zulip_version, "10.0-dev+git");
        assert_eq!(answer.zulip_feature_level, 314);
        assert_eq!(answer.realm_name.as_deref(), Some("Example Org"));
        assert_eq!(answer.other["authentication_methods"]["password"], true);
    }
}
