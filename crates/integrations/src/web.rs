//! Reading what a product's server answers: one connection pool, and errors in words.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use reqwest::{Certificate, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use zulipkit_diag::{Diagnostic, Result};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest answer that is read.
const MAX_BODY: usize = 64 << 20;

/// How a server is reached, and as whom.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// User and token or password, for HTTP Basic.
    pub login: Option<(String, SecretString)>,
    /// A PEM file with certificates to trust besides those of the system.
    pub cert_bundle: Option<PathBuf>,
    /// Does not verify the server's certificate.
    pub insecure: bool,
}

/// A client for one server.
#[derive(Debug, Clone)]
pub struct Web {
    client: reqwest::Client,
}

/// An answer in JSON.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// What it says.
    pub value: T,
    /// When the server gave it, by its own clock, in milliseconds since 1970.
    pub date_ms: Option<i64>,
}

/// Why there is no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The server cannot be reached, or the connection broke.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// The server refuses this user, or anybody without a login.
    #[error("it refuses access (HTTP {0})")]
    Refused(u16),
    /// There is no such page.
    #[error("there is no such page (HTTP 404)")]
    Missing,
    /// The server answers something else than success.
    #[error("it answers HTTP {0}")]
    Status(u16),
    /// The answer is no JSON, but a login page or a proxy's error page perhaps.
    #[error("it answers something else than JSON ({0})")]
    NotJson(String),
    /// The answer is longer than anything that makes sense.
    #[error("its answer is longer than 64 MiB")]
    TooLong,
}

impl Web {
    /// Builds the client.
    ///
    /// # Errors
    /// If the certificates cannot be read.
    pub fn new(agent: &str, access: &Access) -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder()
            .user_agent(agent)
            .default_headers(headers(access))
            .connect_timeout(CONNECT_TIMEOUT)
            // A login page elsewhere is no answer, and the token is for this server alone.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tls_danger_accept_invalid_certs(access.insecure);
        if let Some(path) = &access.cert_bundle {
            client = client.tls_certs_merge(certificates(path)?);
        }
        let client = client
            .build()
            .map_err(|cause| Diagnostic::settings("cannot set up TLS").cause(root(&cause)))?;
        Ok(Self { client })
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// If there is none to be had.
    pub async fn get<T: DeserializeOwned>(
        &self,
        url: &str,
        query: &[(&str, &str)],
        within: Duration,
    ) -> Result<Answer<T>, Trouble> {
        let request = self.client.get(url).query(query).timeout(within);
        let mut response = request.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(Trouble::Refused(status.as_u16()));
            }
            StatusCode::NOT_FOUND => return Err(Trouble::Missing),
            status if !status.is_success() => return Err(Trouble::Status(status.as_u16())),
            _ => {}
        }
        let kind = header(&response, CONTENT_TYPE).unwrap_or_default();
        let date_ms = header(&response, DATE).and_then(|date| {
            let date = jiff::fmt::rfc2822::parse(&date).ok()?;
            Some(date.timestamp().as_millisecond())
        });
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| unreachable(&error))?
        {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(Trouble::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let value = serde_json::from_slice(&body).map_err(|error| not_json(&kind, &error))?;
        Ok(Answer { value, date_ms })
    }
}

fn not_json(kind: &str, error: &serde_json::Error) -> Trouble {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    Trouble::NotJson(match kind {
        "application/json" => error.to_string(),
        "" => "without a type".to_owned(),
        kind => kind.to_owned(),
    })
}

fn header(response: &reqwest::Response, name: reqwest::header::HeaderName) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

fn headers(access: &Access) -> HeaderMap {
    let mut headers =
        HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    if let Some((user, token)) = &access.login {
        let token = format!("{user}:{}", token.expose_secret());
        let mut basic = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(token)))
            .expect("base64 is ASCII");
        basic.set_sensitive(true);
        headers.insert(AUTHORIZATION, basic);
    }
    headers
}

fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let error =
        || Diagnostic::settings(format!("cannot use the certificates `{}`", path.display()));
    let pem = std::fs::read(path).map_err(|cause| error().source(&cause))?;
    let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if certificates.is_empty() {
        return Err(error().cause("it holds none in PEM form"));
    }
    Ok(certificates)
}

fn unreachable(error: &reqwest::Error) -> Trouble {
    Trouble::Unreachable(if error.is_timeout() {
        "no whole answer in time".to_owned()
    } else {
        root(error)
    })
}

/// Returns what lies at the bottom of the chain: the layers above only name themselves.
fn root(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
