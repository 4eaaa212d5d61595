use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use rustls_platform_verifier::ConfigVerifierExt as _;
use secrecy::ExposeSecret as _;

use super::transport::{Answer, Failure, Sending, Transport};
use crate::{ClientCertificate, Credentials, Method, Request, Site, Tls, UserAgent};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Shorter than the time after which common servers and proxies close an idle connection: a request that meets the
/// closing half-way would have an unclear outcome.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// How often an HTTP/2 connection with requests on it is asked whether it lives.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// The largest answer that is read: the whole state of a large organization is some tens of megabytes.
const MAX_BODY: usize = 128 << 20;

/// Why a client cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A file that the credentials name cannot be read.
    #[error("cannot read the {role} `{}`", path.display())]
    File {
        /// What the file is for.
        role: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file that the credentials name does not hold what it should.
    #[error("the {role} `{}` holds none in PEM form", path.display())]
    Pem {
        /// What the file is for.
        role: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The site looks like an address, but its host is none.
    #[error("`{site}` is no address of a server")]
    Site {
        /// The site.
        site: String,
        /// What is wrong.
        #[source]
        source: Reason,
    },
    /// TLS cannot be set up: no system roots, or a certificate that does not fit its key.
    #[error("cannot set up TLS")]
    Tls(#[source] Reason),
}

/// The cause of a failure in a few words, without addresses or credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Reason(String);

/// Makes ring the process's provider of cryptography, unless one was installed before.
///
/// `main` and tests call it first. A client does so as well, since without any provider TLS cannot work.
pub fn install_crypto_provider() {
    // It fails only if there is one, and that one may stay.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Requests over HTTP/1.1 or HTTP/2, on one pool of connections.
#[derive(Debug)]
pub(super) struct Http {
    /// Where the paths of requests begin. Parsing it anew for each would take as long as all else of preparing one.
    api: reqwest::Url,
    client: reqwest::Client,
}

impl Http {
    pub(super) fn new(credentials: &Credentials, agent: &UserAgent) -> Result<Self, BuildError> {
        install_crypto_provider();
        let api = api(&credentials.site)?;
        let client = reqwest::Client::builder()
            .user_agent(agent.as_str())
            .default_headers(headers(credentials))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // Else every further request would wait on a connection that died without a word.
            .http2_keep_alive_interval(PING_INTERVAL)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        let client = if credentials.site.as_str().starts_with("https:") {
            secure(client, &credentials.tls)?
        } else {
            // Loading the system's roots is most of the time that building a client takes.
            client.tls_certs_only([])
        };
        Ok(Self {
            api,
            client: client
                .build()
                .map_err(|error| BuildError::Tls(reason(&error)))?,
        })
    }

    fn prepare(&self, request: &Request) -> reqwest::RequestBuilder {
        // A path that is relative in form, whatever is in it, leads nowhere else.
        let url = self.api.join(&format!(".{}", request.path));
        let url = url.expect("a relative path can be joined to an address");
        let builder = match request.method {
            Method::Get => return self.client.get(url).query(&request.params),
            Method::Post => self.client.post(url),
            Method::Put => self.client.put(url),
            Method::Patch => self.client.patch(url),
            Method::Delete => self.client.delete(url),
        };
        if request.files.is_empty() {
            return builder.form(&request.params);
        }
        let form = request
            .params
            .iter()
            .fold(Form::new(), |form, (name, value)| {
                form.text(name.clone(), value.clone())
            });
        builder.multipart(request.files.iter().fold(form, |form, file| {
            let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone());
            form.part(file.name.clone(), part)
        }))
    }
}

/// Sends a request and reads the whole answer, which may be so many bytes long.
///
/// For calls to other servers too; the [`Client`](crate::Client) sends its own this way.
///
/// # Errors
/// No answer, or a longer one. The cause names neither the address nor anything in it.
pub async fn exchange(request: reqwest::RequestBuilder, longest: usize) -> Result<Answer, Failure> {
    let failure = |error: reqwest::Error| {
        let error = error.without_url();
        Failure {
            sent: !(error.is_connect() || error.is_builder() || refused_by_tls(&error)),
            cause: Box::new(reason(&error)),
        }
    };
    let too_long = || Failure {
        sent: true,
        cause: Box::new(Reason(format!(
            "the answer is longer than {} MiB",
            longest >> 20
        ))),
    };
    let mut response = request.send().await.map_err(failure)?;
    if response.content_length().unwrap_or(0) > longest as u64 {
        return Err(too_long());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > longest {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status().as_u16(),
        headers: std::mem::take(response.headers_mut()),
        body,
    })
}

impl Transport for Http {
    fn send<'a>(&'a self, request: &'a Request, within: Duration) -> Sending<'a> {
        Box::pin(exchange(self.prepare(request).timeout(within), MAX_BODY))
    }
}

/// Returns where the paths of requests begin, and finds now what would make every request fail.
fn api(site: &Site) -> Result<reqwest::Url, BuildError> {
    reqwest::Url::parse(&site.api("/")).map_err(|error| BuildError::Site {
        site: site.to_string(),
        source: Reason(error.to_string()),
    })
}

/// Returns what every request carries: the credentials, hidden from whoever prints headers.
fn headers(credentials: &Credentials) -> HeaderMap {
    let mut basic = HeaderValue::try_from(format!("Basic {}", basic_token(credentials)))
        .expect("base64 is ASCII");
    basic.set_sensitive(true);
    HeaderMap::from_iter([
        (AUTHORIZATION, basic),
        (ACCEPT, HeaderValue::from_static("application/json")),
    ])
}

/// Returns e-mail address and key as HTTP Basic writes them.
pub(super) fn basic_token(credentials: &Credentials) -> String {
    BASE64_STANDARD.encode(format!(
        "{}:{}",
        credentials.email,
        credentials.key.expose_secret()
    ))
}

/// What checks servers by the system's roots. All clients of the process share it: the roots take a while to read, and room.
static BY_SYSTEM_ROOTS: OnceLock<rustls::ClientConfig> = OnceLock::new();

fn secure(client: reqwest::ClientBuilder, tls: &Tls) -> Result<reqwest::ClientBuilder, BuildError> {
    if *tls == Tls::default() {
        return Ok(client.tls_backend_preconfigured(by_system_roots()?));
    }
    let mut client = client;
    if let Some(path) = &tls.cert_bundle {
        const ROLE: &str = "certificate bundle";
        let certificates = reqwest::Certificate::from_pem_bundle(&read(ROLE, path)?)
            .ok()
            .filter(|certificates| !certificates.is_empty())
            .ok_or_else(|| pem(ROLE, path))?;
        client = client.tls_certs_merge(certificates);
    }
    if let Some(certificate) = &tls.client_cert {
        client = client.identity(identity(certificate)?);
    }
    Ok(client.tls_danger_accept_invalid_certs(tls.insecure))
}

fn by_system_roots() -> Result<rustls::ClientConfig, BuildError> {
    if let Some(config) = BY_SYSTEM_ROOTS.get() {
        return Ok(config.clone());
    }
    let config = rustls::ClientConfig::with_platform_verifier();
    let mut config = config.map_err(|error| BuildError::Tls(Reason(error.to_string())))?;
    config.alpn_protocols = vec!["h2".into(), "http/1.1".into()];
    Ok(BY_SYSTEM_ROOTS.get_or_init(|| config).clone())
}

fn identity(client: &ClientCertificate) -> Result<reqwest::Identity, BuildError> {
    const ROLE: &str = "client certificate";
    let mut text = read(ROLE, &client.certificate)?;
    if let Some(path) = &client.key {
        text.push(b'\n');
        text.extend(read("key of the client certificate", path)?);
    }
    reqwest::Identity::from_pem(&text).map_err(|_| pem(ROLE, &client.certificate))
}

fn read(role: &'static str, path: &Path) -> Result<Vec<u8>, BuildError> {
    std::fs::read(path).map_err(|source| BuildError::File {
        role,
        path: path.to_owned(),
        source,
    })
}

fn pem(role: &'static str, path: &Path) -> BuildError {
    BuildError::Pem {
        role,
        path: path.to_owned(),
    }
}

/// Tells whether the server ended the TLS handshake. In TLS 1.3 it says so, for a client certificate that it does not
/// like, only after the client believes itself connected and has written its request; it never looked at that.
///
/// Other alerts may come after the request was served.
fn refused_by_tls(error: &reqwest::Error) -> bool {
    use rustls::AlertDescription as Alert;
    matches!(
        causes(error).find_map(tls_error),
        Some(rustls::Error::AlertReceived(
            Alert::AccessDenied
                | Alert::BadCertificate
                | Alert::CertificateExpired
                | Alert::CertificateRequired
                | Alert::CertificateRevoked
                | Alert::CertificateUnknown
                | Alert::HandshakeFailure
                | Alert::UnknownCA
                | Alert::UnsupportedCertificate
        ))
    )
}

/// Says why it failed, from what lies at the bottom of the chain: the layers above only name themselves.
fn reason(error: &reqwest::Error) -> Reason {
    let root = causes(error).last();
    let root_text = root.map_or_else(|| error.to_string(), ToString::to_string);
    Reason(if let Some(tls) = causes(error).find_map(tls_error) {
        format!("TLS: {tls}")
    } else if error.is_timeout() && error.is_connect() {
        format!("no connection within {} s", CONNECT_TIMEOUT.as_secs())
    } else if error.is_timeout() {
        "no whole answer in time".to_owned()
    } else if error.is_dns() {
        format!("the name of the server cannot be resolved: {root_text}")
    } else {
        root_text
    })
}

fn causes<'e>(error: &'e reqwest::Error) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

/// Errors of rustls come inside `io::Error`s, perhaps several, whose `source` skips what they hold.
fn tls_error<'e>(cause: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    match cause.downcast_ref::<std::io::Error>() {
        Some(io) => tls_error(io.get_ref()?),
        None => cause.downcast_ref(),
    }
}
