use std::time::Duration;

use serde_json::{Map, Value};

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer came: the name was not found, the connection was refused or broke, or the time was over.
    #[error("no answer from {site}")]
    Transport {
        /// Where it was to go.
        site: String,
        /// Whether the request may have reached the server.
        sent: bool,
        /// What the network said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server asks for a pause. The request had no effect.
    #[error("too many requests; {}", match retry_after { Some(wait) => format!("the server asks to wait {:.1} s", wait.as_secs_f64()), None => "the server does not say how long to wait".to_owned() })]
    RateLimited {
        /// How long to wait, if the server said so.
        retry_after: Option<Duration>,
    },
    /// The server refused the request.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// What answered does not speak like a Zulip server: a proxy's page, or another program.
    #[error("not JSON from a Zulip server at {url}: status {status}, {}{}", content_type.as_deref().unwrap_or("no content type"), if excerpt.is_empty() { String::new() } else { format!(": {excerpt}") })]
    Unexpected {
        /// The address that was called, without credentials.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The content type, if one was given.
        content_type: Option<String>,
        /// The beginning of the body as plain text.
        excerpt: String,
    },
    /// It was done, but the answer lacks what the endpoint promises.
    #[error("the answer from {url} is not as it should be")]
    Malformed {
        /// The address that was called, without credentials.
        url: String,
        /// What is missing or of another type.
        #[source]
        source: serde_json::Error,
    },
}

/// A refusal in the server's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", if code.is_empty() { String::new() } else { format!(" ({code})") })]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The stable name of the error, such as `STREAM_DOES_NOT_EXIST`; empty where the server gave none.
    pub code: String,
    /// The server's words, in the language of the account: for people, never to be matched.
    pub message: String,
    /// Further keys of the answer, such as `stream`.
    pub extra: Map<String, Value>,
}

/// Whether and how to try again after an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Nothing reached the server: the same request may go out again.
    NothingSent,
    /// The server refused it for now and did nothing: again after at least this time.
    Transient(Option<Duration>),
    /// It was sent and no answer that can be believed came back: it may have taken effect, so look before sending again.
    Unclear,
    /// It will fail each time until something else changes.
    Permanent,
}

impl Error {
    /// Tells whether and how to try again.
    ///
    /// A 5xx is *unclear*, since a proxy may answer 502 after the server stored the message. A 3xx or 4xx that is not from
    /// Zulip had no effect there, and will not get better by itself.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Transport { sent: false, .. } => Retry::NothingSent,
            Self::Transport { sent: true, .. } => Retry::Unclear,
            Self::RateLimited { retry_after } => Retry::Transient(*retry_after),
            Self::Api(error) if error.status >= 500 => Retry::Unclear,
            Self::Api(_) => Retry::Permanent,
            Self::Malformed { .. } => Retry::Unclear,
            Self::Unexpected { status, .. } => match status {
                408 | 425 => Retry::Transient(None),
                // A success that is not Zulip's: a log-in page, or an answer cut short after the message was stored.
                200..=299 | 500.. => Retry::Unclear,
                _ => Retry::Permanent,
            },
        }
    }

    /// Returns the server's code, such as `STREAM_DOES_NOT_EXIST`.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api(error) if !error.code.is_empty() => Some(&error.code),
            Self::RateLimited { .. } => Some("RATE_LIMIT_HIT"),
            _ => None,
        }
    }

    /// Returns the HTTP status, if an answer came.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Transport { .. } => None,
            Self::RateLimited { .. } => Some(429),
            Self::Api(error) => Some(error.status),
            Self::Unexpected { status, .. } => Some(*status),
            Self::Malformed { .. } => Some(200),
        }
    }

    /// Tells whether the server itself refused the request, and will each time until something else changes.
    ///
    /// A proxy's page is no word of the server, whatever its status.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Api(_)) && self.retry() == Retry::Permanent
    }

    /// Tells whether the credentials themselves were refused: a wrong key, a deactivated account or organization.
    ///
    /// An incoming-webhook bot is refused with the same status and code wherever it does more than send messages.
    pub fn is_auth(&self) -> bool {
        self.status() == Some(401) && matches!(self, Self::Api(_))
    }
}
