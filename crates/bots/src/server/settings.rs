use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
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
    pub running: usize,
    /// How many messages of one bot are handled at once.
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
