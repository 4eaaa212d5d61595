use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use zulipkit_settings::duration;

/// The `[server]` table of a settings file: how bots are served to Zulip's outgoing webhooks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Where Zulip, or the proxy before this server, connects to.
    pub listen: SocketAddr,
    /// Where the operator's page and the metrics are; an address of this machine.
    pub operator: SocketAddr,
    /// The path under which a proxy hands requests on, such as `/bots`.
    #[serde(deserialize_with = "path")]
    pub prefix: String,
    /// The proxies whose word on the client's address is believed.
    pub proxies: Vec<IpAddr>,
    /// A PEM file with the certificate, for TLS without a proxy.
    pub certificate: Option<PathBuf>,
    /// A PEM file with the certificate's key.
    pub certificate_key: Option<PathBuf>,
    /// How long the HTTP answer waits for a reply; after that the reply goes by the API. Zulip waits ten seconds.
    #[serde(deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub answer_within: Duration,
    /// How long a request may take to arrive.
    #[serde(deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub arrive_within: Duration,
    /// How long a stop waits for what is being handled.
    #[serde(deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub grace: Duration,
    /// How many messages are handled at once, over all bots; what comes beyond is told to come later.
    #[serde(deserialize_with = "count")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub running: usize,
    /// How many messages of one bot are handled at once.
    #[serde(deserialize_with = "count")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub per_bot: usize,
    /// The largest body that is taken, in bytes.
    pub max_body: usize,
    /// Whether each request is logged.
    pub access_log: bool,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 5002)),
            operator: SocketAddr::from(([127, 0, 0, 1], 5003)),
            prefix: String::new(),
            proxies: Vec::new(),
            certificate: None,
            certificate_key: None,
            answer_within: Duration::from_secs(1),
            arrive_within: Duration::from_secs(10),
            grace: Duration::from_secs(25),
            running: 1_024,
            per_bot: 256,
            max_body: 1024 * 1024,
            access_log: true,
        }
    }
}

/// Reads a path that requests may have as it stands here; in a route some signs mean something else.
fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let path = String::deserialize(deserializer)?;
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "/-._~%".contains(sign);
    match path.chars().all(is_plain) {
        true => Ok(path),
        false => Err(D::Error::custom(format!(
            "`{path}` is no path such as `/bots`: letters, digits and `-._~%` may stand in it"
        ))),
    }
}

/// Reads how many there may be at once: with none nothing would ever be handled.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let count = usize::deserialize(deserializer)?;
    match count {
        1..=1_000_000 => Ok(count),
        _ => Err(D::Error::custom(format!(
            "{count} is not between 1 and 1,000,000"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_server_can_do_is_refused() {
        let read = toml::from_str::<ServerSettings>;
        let settings = read("prefix = \"/a/b-1/%C3%A9\"\nrunning = 1").unwrap();
        assert_eq!(
            (settings.prefix.as_str(), settings.running),
            ("/a/b-1/%C3%A9", 1)
        );
        for wrong in [
            "prefix = \"/{bots}\"",
            "prefix = \"/:bots\"",
            "prefix = \"/*\"",
            "prefix = \"/é\"",
            "running = 0",
            "per_bot = 0",
            "running = 9000000000000000000",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
