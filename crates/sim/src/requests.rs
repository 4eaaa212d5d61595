//! The log of every request, in which no key ever stands.

use std::{
    collections::VecDeque,
    time::{Duration, Instant, SystemTime},
};

use axum::http::header;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{call::Call, faults::Fault};

/// Parameters whose values are secrets.
const SECRETS: &[&str] = &["api_key", "password", "token"];

/// How many requests are kept: the newest.
const KEPT: usize = 10_000;

/// So much is kept of what a refusal says.
const MAX_REFUSAL: usize = 300;

/// The log: the oldest requests are forgotten when it is full.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    records: VecDeque<RequestRecord>,
    /// How many were forgotten.
    forgotten: u64,
}

impl RequestLog {
    /// Adds a request and returns its number, which counts from 0.
    pub(crate) fn add(&mut self, record: RequestRecord) -> u64 {
        if self.records.len() == KEPT {
            self.records.pop_front();
            self.forgotten += 1;
        }
        self.records.push_back(record);
        self.forgotten + self.records.len() as u64 - 1
    }

    /// The request of this number, if it is still there.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut RequestRecord> {
        let place = usize::try_from(number.checked_sub(self.forgotten)?).ok()?;
        self.records.get_mut(place)
    }

    /// All that are there with their numbers, the oldest first.
    pub(crate) fn numbered(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, &RequestRecord)> + ExactSizeIterator {
        let first = self.forgotten;
        let records = self.records.iter().enumerate();
        records.map(move |(place, record)| (first + place as u64, record))
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &RequestRecord> {
        self.records.iter()
    }
}

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
    /// How long the answer took; none as long as there is no answer.
    pub took: Option<Duration>,
    /// The beginning of what a refusal says.
    pub refusal: Option<String>,
    pub(crate) began: Instant,
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
            took: None,
            refusal: None,
            began: Instant::now(),
        }
    }

    pub(crate) fn answered(&mut self, status: u16, refusal: Option<&[u8]>) {
        self.status = Some(status);
        self.took = Some(self.began.elapsed());
        self.refusal = refusal.map(|body| {
            let text = String::from_utf8_lossy(body);
            text.chars().take(MAX_REFUSAL).collect()
        });
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
