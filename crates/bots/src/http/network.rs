use std::error::Error as _;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use zulipkit_api::install_crypto_provider;
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
        let failed = |error: reqwest::Error| {
            // The address may hold a key.
            let error = error.without_url();
            let mut failed = call.failed().cause(&error);
            let mut source = error.source();
            while let Some(error) = source {
                failed = failed.cause(error);
                source = error.source();
            }
            failed
        };
        let too_long = || {
            let limit = MAX_BODY >> 20;
            call.failed()
                .cause(format!("the answer is longer than {limit} MiB"))
        };
        let request = prepare(client().map_err(failed)?, call);
        let mut response = request.send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_BODY {
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
