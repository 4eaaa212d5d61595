//! The log of every request, in which no key ever stands.

use std::time::SystemTime;

use axum::http::header;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{call::Call, faults::Fault};

/// Parameters whose values are secrets.
const SECRETS: &[&str] = &["api_key", "password", "token"];

/// A request that came in, whether it was served or met a fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The method that it stood for, with the `method` parameter taken into account.
    pub method: String,
    /// The path, from `/api/v1` on, without the query.
    pub path: String,
    /// The header, word for word.
    pub user_agent: Option<String>,
    /// The e-mail of its credentials; the key is not kept.
    pub email: Option<String>,
    /// The parameters of URL and body, in this order; secrets are replaced.
    pub params: Vec<(String, String)>,
    /// What was done to it on order.
    pub fault: Option<Fault>,
    /// When it was read.
    pub at: SystemTime,
    /// The answer's status; none as long as there is no answer, and where it was kept back.
    pub status: Option<u16>,
}

impl RequestRecord {
    pub(crate) fn new(call: &Call, fault: Option<Fault>) -> Self {
        let open = |(name, value): &(String, String)| {
            let value = if SECRETS.contains(&name.as_str()) {
                "…"
            } else {
                value
            };
            (name.clone(), value.to_owned())
        };
        Self {
            method: call.method.to_string(),
            path: call.path.clone(),
            user_agent: call.header(header::USER_AGENT).map(str::to_owned),
            email: email(call),
            params: call.params.pairs().iter().map(open).collect(),
            fault,
            at: SystemTime::now(),
            status: None,
        }
    }

    /// The value of a parameter; of two equal names the last, which is the one that counts.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

fn email(call: &Call) -> Option<String> {
    let encoded = call
        .header(header::AUTHORIZATION)?
        .split_whitespace()
        .nth(1)?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(email, _)| email.to_owned())
}
