use std::fmt::Display;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use zulipkit_api::{exchange, install_crypto_provider};
use zulipkit_diag::Result;

use super::Carrier;
use super::call::{Answer, Body, Call};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest answer that is read, in bytes.
const MAX_BODY: usize = 16 << 20;

/// The network. The client is built with the first call, since most bots make none and it takes a while.
#[derive(Debug)]
pub(super) struct Network;

static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();

#[async_trait]
impl Carrier for Network {
    async fn carry(&self, call: &Call) -> Result<Answer> {
        let failed = |cause: &dyn Display| call.failed().cause(cause);
        let client = client().map_err(|error| failed(&error))?;
        let answer = exchange(prepare(client, call), MAX_BODY).await;
        let answer = answer.map_err(|failure| failed(&failure.cause))?;
        Ok(Answer {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
        })
    }
}

fn client() -> reqwest::Result<&'static reqwest::Client> {
    if let Some(client) = CLIENT.get() {
        return Ok(client);
    }
    install_crypto_provider();
    let client = reqwest::Client::builder()
        .user_agent(concat!("zulipkit/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .build()?;
    Ok(CLIENT.get_or_init(|| client))
}

fn prepare(client: &reqwest::Client, call: &Call) -> reqwest::RequestBuilder {
    let method = match call.method {
        "POST" => reqwest::Method::POST,
        "PUT" => reqwest::Method::PUT,
        "PATCH" => reqwest::Method::PATCH,
        "DELETE" => reqwest::Method::DELETE,
        _ => reqwest::Method::GET,
    };
    let mut request = client.request(method, &call.url).timeout(call.within);
    if !call.query.is_empty() {
        request = request.query(&call.query);
    }
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    match &call.body {
        Body::Nothing => request,
        Body::Json(value) => request.json(value),
        Body::Form(fields) => request.form(fields),
        Body::Bytes(bytes) => request.body(bytes.clone()),
    }
}
