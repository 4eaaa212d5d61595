//! A plain HTTP client, one connection for each request. Bot servers in tests are on this machine, so it speaks no TLS and
//! follows no redirects.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{self, Method, StatusCode, Uri, header, uri::Scheme},
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::server_settings::VERSION;

/// The largest answer that is read.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// What is sent to a bot's server.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) url: String,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It cannot be reached, or closed the connection.
    Connection,
    Timeout,
}

/// Any failure on the way stands for a connection that does not work: more is not told to anyone.
impl<E: std::error::Error> From<E> for Failure {
    fn from(_: E) -> Self {
        Self::Connection
    }
}

pub(super) async fn post(request: &Request) -> Result<Answer, Failure> {
    let uri: Uri = request.url.parse()?;
    let host = uri.host().ok_or(Failure::Connection)?;
    if uri.scheme() != Some(&Scheme::HTTP) {
        return Err(Failure::Connection);
    }
    let address = (host.trim_matches(['[', ']']), uri.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let sent = http::Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(
            header::HOST,
            uri.authority().map_or(host, |host| host.as_str()),
        )
        .header(
            header::USER_AGENT,
            format!("ZulipOutgoingWebhook/{VERSION}"),
        )
        .header(header::ACCEPT, "*/*")
        .header(header::CONTENT_TYPE, request.content_type)
        .body(Body::from(request.body.clone()))?;
    let (parts, body) = sender.send_request(sent).await?.into_parts();
    let body = to_bytes(Body::new(body), MAX_BODY).await?;
    let status = parts.status;
    Ok(Answer { status, body })
}
