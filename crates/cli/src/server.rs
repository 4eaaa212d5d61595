//! Talking to a server from a command: one client, one small runtime, and errors in words.

use std::time::Duration;

use serde_json::{Map, Value};
use zulipkit_api::{
    Client, Credentials, Endpoint, Error, Platform, Policy, Request, Retry, UserAgent,
    install_crypto_provider,
};
use zulipkit_diag::{Diagnostic, Kind, Result};

/// A client with what it takes to wait for its answers.
pub(crate) struct Server {
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    /// Builds the client of an account; `agent` is the name in the User-Agent, such as `ZulipGit`.
    pub(crate) fn new(credentials: Credentials, agent: &str) -> Result<Self> {
        install_crypto_provider();
        let site = credentials.site.to_string();
        let agent = UserAgent::new(agent, env!("CARGO_PKG_VERSION"), &platform());
        let client = Client::new(credentials, &agent).map_err(|cause| {
            Diagnostic::settings(format!("cannot set up the connection to {site}")).source(&cause)
        })?;
        // Somebody waits in front of a terminal, so it is not tried for as long as it would be in the background.
        let policy = Policy {
            total: Duration::from_secs(10),
            ..Policy::default()
        };
        let client = client.with_policy(policy);
        Ok(Self {
            client,
            runtime: runtime()?,
        })
    }

    /// Sends an endpoint and waits for the answer.
    pub(crate) fn send<E: Endpoint>(&self, endpoint: &E) -> Result<E::Response, Error> {
        self.runtime.block_on(self.client.send(endpoint))
    }

    /// Sends a request that is no endpoint's and waits for the answer.
    pub(crate) fn call(&self, request: &Request) -> Result<Map<String, Value>, Error> {
        self.runtime.block_on(self.client.call(request))
    }

    /// Returns by how many seconds the server's clock is ahead of this machine's, as far as its answers tell: each says
    /// when the budget of requests will be full again, which is less than a minute away.
    pub(crate) fn clock_difference(&self) -> Option<i64> {
        let reset = self.client.rate_limit()?.reset;
        let ahead = reset as i64 - jiff::Timestamp::now().as_second();
        Some(if ahead > 60 { ahead - 60 } else { ahead.min(0) })
    }

    /// Returns the server's address.
    pub(crate) fn site(&self) -> &zulipkit_api::Site {
        self.client.site()
    }
}

/// A runtime of this thread alone, which is all that waiting for the network needs.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Diagnostic::failed("cannot wait for the network").source(&cause))
}

/// Returns what the User-Agent says of this machine.
pub(crate) fn platform() -> Platform {
    Platform::parse_os_release(&std::fs::read_to_string("/etc/os-release").unwrap_or_default())
}

/// Words an error of the server or the way to it.
pub(crate) fn explain(doing: &str, error: &Error) -> Diagnostic {
    let kind = match error.retry() {
        Retry::Permanent => Kind::Refused,
        _ => Kind::TryLater,
    };
    let diagnostic = Diagnostic::new(kind, doing).source(error);
    match hint(error) {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

fn hint(error: &Error) -> Option<String> {
    if error.is_auth() {
        return Some(
            "look whether the bot is active and its key is the one that Zulip shows for it"
                .to_owned(),
        );
    }
    match (error, error.code()) {
        (_, Some("STREAM_DOES_NOT_EXIST")) => {
            Some("create the channel, or name another one in the settings".to_owned())
        }
        (_, Some("NONEXISTENT_SUBDOMAIN")) => {
            Some("look at `site`: no organization has this address".to_owned())
        }
        (Error::Transport { .. }, _) => {
            Some("look at `site`, and whether the server can be reached from here".to_owned())
        }
        (Error::Unexpected { status, .. }, _) if *status < 500 => {
            Some("look at `site`: it should be the address that you open Zulip with".to_owned())
        }
        _ => None,
    }
}
