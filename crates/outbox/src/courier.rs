//! What carries requests to a server. The deliverer only knows this trait, so that tests can stand in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use zulipkit_api::{Client, Credentials, Error, Platform, Request, UserAgent};
use zulipkit_diag::Result;

/// Carries one request for one account, once.
pub trait Courier {
    /// Sends the request a single time and returns the server's answer.
    ///
    /// `agent` is the program's name in the User-Agent, such as `ZulipGit`.
    fn attempt(
        &self,
        credentials: &Credentials,
        agent: &str,
        request: &Request,
    ) -> impl Future<Output = Result<Map<String, Value>, Error>>;
}

/// The courier that speaks HTTP, with one pool of connections for each account and agent.
#[derive(Debug)]
pub struct Http {
    version: String,
    platform: Platform,
    clients: Mutex<Clients>,
}

/// By site, e-mail address and agent, with the credentials for which each was built.
type Clients = HashMap<(String, String, String), (Credentials, Client)>;

impl Http {
    /// Builds a courier that names this version and platform in the User-Agent.
    pub fn new(version: &str, platform: Platform) -> Self {
        Self {
            version: version.to_owned(),
            platform,
            clients: Mutex::default(),
        }
    }

    /// Returns the client of an account; a key or a certificate that changed makes a new one.
    fn client(&self, credentials: &Credentials, agent: &str) -> Result<Client, Error> {
        let key = (
            credentials.site.to_string(),
            credentials.email.clone(),
            agent.to_owned(),
        );
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, client)) = clients.get(&key)
            && known.key.expose_secret() == credentials.key.expose_secret()
            && known.tls == credentials.tls
        {
            return Ok(client.clone());
        }
        let agent = UserAgent::new(agent, &self.version, &self.platform);
        let client =
            Client::new(credentials.clone(), &agent).map_err(|error| Error::Transport {
                site: credentials.site.to_string(),
                sent: false,
                source: Box::new(error),
            })?;
        clients.insert(key, (credentials.clone(), client.clone()));
        Ok(client)
    }
}

impl Courier for Http {
    async fn attempt(
        &self,
        credentials: &Credentials,
        agent: &str,
        request: &Request,
    ) -> Result<Map<String, Value>, Error> {
        self.client(credentials, agent)?.attempt(request).await
    }
}
