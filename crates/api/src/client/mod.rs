//! The client: one verb that sends an endpoint and waits where waiting is safe.

mod check;
mod excerpt;
mod http;
mod pace;
mod policy;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};

pub use self::http::{BuildError, Reason, exchange, install_crypto_provider};
pub use self::pace::RateLimit;
pub use self::policy::Policy;
pub use self::transport::{Answer, Failure, Sending, Transport};
use crate::{Credentials, Endpoint, Error, Request, Site, UserAgent};
use pace::Pace;

/// One identity at one server, and the connections to it.
///
/// Building one opens no connection. Clones share everything; all clients of one identity in the process share the
/// pause that the server asked for.
#[derive(Clone)]
pub struct Client {
    credentials: Arc<Credentials>,
    transport: Arc<dyn Transport>,
    pace: Arc<Pace>,
    policy: Policy,
    /// Whether the last answer refused the credentials.
    locked_out: Arc<AtomicBool>,
}

impl Client {
    /// Builds a client that speaks HTTP.
    ///
    /// Certificates are loaded only for a site that begins with `https`. Proxies come from the usual environment
    /// variables (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`); nothing else in this crate reads the environment.
    ///
    /// # Errors
    ///
    /// A certificate file cannot be read or does not hold what it should, or TLS cannot be set up.
    pub fn new(credentials: Credentials, agent: &UserAgent) -> Result<Self, BuildError> {
        let http = http::Http::new(&credentials, agent)?;
        Ok(Self::with_transport(credentials, Arc::new(http)))
    }

    /// Builds a client whose requests go elsewhere than over HTTP.
    pub fn with_transport(credentials: Credentials, transport: Arc<dyn Transport>) -> Self {
        Self {
            pace: Pace::of(credentials.site.as_str(), &credentials.email),
            credentials: Arc::new(credentials),
            transport,
            policy: Policy::default(),
            locked_out: Arc::default(),
        }
    }

    /// Returns a client that tries again in another way; it shares the rest.
    pub fn with_policy(&self, policy: Policy) -> Self {
        Self {
            policy,
            ..self.clone()
        }
    }

    /// Returns how it tries again.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Returns the server that it talks to.
    pub fn site(&self) -> &Site {
        &self.credentials.site
    }

    /// Returns the e-mail address as whom it talks.
    pub fn email(&self) -> &str {
        &self.credentials.email
    }

    /// Returns what the server last said about the budget of requests, if it has.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.pace.rate_limit()
    }

    /// Returns what the server can do, once an answer to [`GetServerSettings`](crate::server::GetServerSettings) or
    /// [`Register`](crate::events::Register) said so to any client of this identity.
    pub fn feature_level(&self) -> Option<u32> {
        self.pace.feature_level()
    }

    /// Returns how long the server wants this identity to pause yet, if it does.
    pub fn pause(&self) -> Option<Duration> {
        self.pace.pause()
    }

    /// Tells whether the server's last answer refused the credentials themselves, as [`Error::is_auth`] says.
    pub fn is_locked_out(&self) -> bool {
        self.locked_out.load(Ordering::Relaxed)
    }

    /// Sends an endpoint, and again where that is safe, as [`call`](Self::call) does.
    ///
    /// # Errors
    ///
    /// Those of [`call`](Self::call), and an answer that lacks what the endpoint promises.
    pub async fn send<E: Endpoint>(&self, endpoint: &E) -> Result<E::Response, Error> {
        let request = Request::of(endpoint);
        let mut answer = self.call(&request).await?;
        for envelope in ["result", "msg"] {
            answer.remove(envelope);
        }
        serde_json::from_value(Value::Object(answer)).map_err(|source| Error::Malformed {
            url: self.url(&request),
            source,
        })
    }

    /// Sends a request, and again for the time that the [`Policy`] gives, where that is safe: when nothing was sent, when
    /// the server refused it for now, or when the outcome is unclear and doing it twice is the same as doing it once.
    ///
    /// # Errors
    ///
    /// The last try's. An [`Error::RateLimited`] says how long to wait yet.
    pub async fn call(&self, request: &Request) -> Result<Map<String, Value>, Error> {
        let deadline = Instant::now() + self.policy.total;
        let mut failures = 0;
        loop {
            self.rest(deadline).await?;
            let error = match self.attempt(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            failures += 1;
            let wait = self.policy.wait(failures, error.retry(), rand::random());
            if !self.policy.allows(request, &error) || Instant::now() + wait > deadline {
                return Err(error);
            }
            tracing::debug!(
                zulip.site = %self.site(), zulip.path = request.path, error = %error, wait_ms = wait.as_millis(),
                "{} {} failed, trying again", request.method, request.path
            );
            sleep(wait).await;
        }
    }

    /// Sends a request once, at once, whether or not the server asked for a pause.
    ///
    /// It goes in the words of the server, if its [`feature_level`](Self::feature_level) is known.
    ///
    /// # Errors
    ///
    /// No answer, a refusal, or an answer that is not Zulip's; [`Error::retry`] says what that means for another try.
    pub async fn attempt(&self, request: &Request) -> Result<Map<String, Value>, Error> {
        let translated = self
            .feature_level()
            .and_then(|level| request.for_feature_level(level));
        let request = translated.as_ref().unwrap_or(request);
        let sending = self.transport.send(request, self.policy.limit(request));
        let mut answer = sending.await.map_err(|failure| Error::Transport {
            site: self.site().to_string(),
            sent: failure.sent,
            source: failure.cause,
        })?;
        self.pace.note(RateLimit::from_headers(&answer.headers));
        let url = self.url(request);
        let mut result = check::check(&url, &answer);
        if result.is_err() && self.redact(&mut answer) {
            result = check::check(&url, &answer);
        }
        let refused = result.as_ref().is_err_and(Error::is_auth);
        self.locked_out.store(refused, Ordering::Relaxed);
        if let Err(Error::RateLimited {
            retry_after: Some(wait),
        }) = &result
        {
            self.pace.rest(*wait);
        }
        if let Ok(body) = &result
            && ["/server_settings", "/register"].contains(&request.path.as_str())
        {
            self.pace.note_feature_level(feature_level(body));
        }
        result
    }

    /// Waits for the end of the pause that the server asked for, if that lies before the deadline.
    async fn rest(&self, deadline: Instant) -> Result<(), Error> {
        while let Some(left) = self.pace.pause() {
            if Instant::now() + left > deadline {
                return Err(Error::RateLimited {
                    retry_after: Some(left),
                });
            }
            sleep(left + policy::spread(rand::random())).await;
        }
        Ok(())
    }

    fn url(&self, request: &Request) -> String {
        self.site().api(&request.path)
    }

    /// Blanks the credentials in an answer that may be shown, since a proxy's page can repeat the request; tells whether
    /// there were any.
    fn redact(&self, answer: &mut Answer) -> bool {
        let body = String::from_utf8_lossy(&answer.body);
        let clean = [
            self.credentials.key.expose_secret(),
            &http::basic_token(&self.credentials),
        ]
        .into_iter()
        .filter(|secret| !secret.is_empty())
        .fold(body.to_string(), |text, secret| text.replace(secret, "…"));
        let found = clean != body;
        if found {
            answer.body = clean.into_bytes();
        }
        found
    }
}

/// Returns what the server says that it can do; servers before 3.0 say nothing.
fn feature_level(body: &Map<String, Value>) -> u32 {
    let level = body.get("zulip_feature_level").and_then(Value::as_u64);
    level.and_then(|level| level.try_into().ok()).unwrap_or(0)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("site", self.site())
            .field("email", &self.email())
            .finish_non_exhaustive()
    }
}
