//! Calls to services of others, such as a weather report: what a bot asks over HTTP and what comes back.
//!
//! A bot calls through [`Context::http`](crate::Context::http), so that a test can answer in the service's place.

mod call;
mod network;

use std::sync::Arc;

use async_trait::async_trait;
use zulipkit_diag::Result;

pub use self::call::{Answer, Body, Call};

/// The way to services of others. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Http(Arc<dyn Carrier>);

/// What carries calls: the network in earnest, recordings in a test.
#[async_trait]
pub trait Carrier: std::fmt::Debug + Send + Sync {
    /// Makes the call and returns the whole answer, whatever its status.
    ///
    /// # Errors
    /// No answer came.
    async fn carry(&self, call: &Call) -> Result<Answer>;
}

impl Http {
    /// Calls go this way.
    pub fn over(carrier: Arc<dyn Carrier>) -> Self {
        Self(carrier)
    }

    /// Begins a `GET`.
    pub fn get(&self, url: impl Into<String>) -> Call {
        self.call("GET", url)
    }

    /// Begins a `POST`.
    pub fn post(&self, url: impl Into<String>) -> Call {
        self.call("POST", url)
    }

    /// Begins a `PUT`.
    pub fn put(&self, url: impl Into<String>) -> Call {
        self.call("PUT", url)
    }

    /// Begins a `PATCH`.
    pub fn patch(&self, url: impl Into<String>) -> Call {
        self.call("PATCH", url)
    }

    /// Begins a `DELETE`.
    pub fn delete(&self, url: impl Into<String>) -> Call {
        self.call("DELETE", url)
    }

    fn call(&self, method: &'static str, url: impl Into<String>) -> Call {
        Call::new(self.clone(), method, url.into())
    }
}

/// Over the network. All bots of a process share the connections.
impl Default for Http {
    fn default() -> Self {
        Self::over(Arc::new(network::Network))
    }
}
