use std::time::Duration;

use http::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zulipkit_diag::{Diagnostic, Result};

use super::Http;

/// How long a call may take from beginning to end, if nothing else is said.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A call to a service, to be completed and then [sent](Self::send).
#[derive(Debug, Clone)]
pub struct Call {
    http: Http,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The address.
    pub url: String,
    /// What is added to the address as its query, in order.
    pub query: Vec<(String, String)>,
    /// The headers, beside those that every call has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// How long it may take from beginning to end.
    pub within: Duration,
}

/// The body of a call.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Body {
    /// None.
    #[default]
    Nothing,
    /// JSON.
    Json(Value),
    /// A form.
    Form(Vec<(String, String)>),
    /// Bytes as they are; a header should say what they are.
    Bytes(Vec<u8>),
}

/// What a service answered.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

impl Call {
    pub(super) fn new(http: Http, method: &'static str, url: String) -> Self {
        Self {
            http,
            method,
            url,
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::Nothing,
            within: TIME_LIMIT,
        }
    }

    /// Adds to the query of the address.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends a value as JSON.
    ///
    /// # Errors
    /// JSON cannot express the value.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self> {
        let value = serde_json::to_value(value);
        self.body = Body::Json(value.map_err(|error| self.failed().source(&error))?);
        Ok(self)
    }

    /// Adds a field to the form that is sent.
    #[must_use]
    pub fn form(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        let field = (name.into(), value.to_string());
        match &mut self.body {
            Body::Form(fields) => fields.push(field),
            other => *other = Body::Form(vec![field]),
        }
        self
    }

    /// Sends these bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Bytes(bytes.into());
        self
    }

    /// Gives it another time limit; 10 seconds if not.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.within = limit;
        self
    }

    /// Makes the call and returns the answer, whatever its status.
    ///
    /// # Errors
    /// No answer came in time, or it is longer than 16 MiB.
    pub async fn send_any(&self) -> Result<Answer> {
        self.http.0.carry(self).await
    }

    /// Makes the call and returns the answer of a service that says that all is well.
    ///
    /// # Errors
    /// Those of [`send_any`](Self::send_any), and a status of 400 or more.
    pub async fn send(&self) -> Result<Answer> {
        let answer = self.send_any().await?;
        if answer.status >= 400 {
            let status = answer.status;
            return Err(self
                .failed()
                .cause(format!("the service answered with the status {status}")));
        }
        Ok(answer)
    }

    /// Begins an error about this call. A query may hold a key, so it is not shown.
    pub fn failed(&self) -> Diagnostic {
        let place = self.url.split(['?', '#']).next().unwrap_or_default();
        Diagnostic::failed(format!("cannot {} {place}", self.method))
    }
}

impl Answer {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// It is none, or none of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Diagnostic::failed("cannot understand what a service answered").source(&error)
        })
    }

    /// Returns the body as text; what is no UTF-8 in it is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
