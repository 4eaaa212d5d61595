use std::error::Error;
use std::fmt::Debug;
use std::pin::Pin;
use std::time::Duration;

use http::HeaderMap;

use crate::Request;

/// What carries requests: HTTP in earnest, a recording in tests, a printer in a dry run.
///
/// One call is one try. Deciding whether to try again is the [`Client`](crate::Client)'s.
pub trait Transport: Debug + Send + Sync {
    /// Sends the request and returns the whole answer, within the given time from beginning to end.
    fn send<'a>(&'a self, request: &'a Request, within: Duration) -> Sending<'a>;
}

/// A request on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send + 'a>>;

/// An answer as it came, whoever gave it.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

/// Why no answer came.
#[derive(Debug)]
pub struct Failure {
    /// Whether the request may have reached the server. Only `false` allows to send it again unseen.
    pub sent: bool,
    /// What the network said.
    pub cause: Box<dyn Error + Send + Sync>,
}
