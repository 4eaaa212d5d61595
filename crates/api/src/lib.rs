#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(feature = "client")]
mod client;
mod credentials;
mod endpoint;
mod error;
mod request;
mod site;
mod user_agent;

#[cfg(feature = "client")]
pub use client::{
    Answer, BuildError, Client, Failure, Policy, RateLimit, Reason, Sending, Transport,
    install_crypto_provider,
};
pub use credentials::{ClientCertificate, Credentials, Tls};
pub use endpoint::{Endpoint, Method};
pub use error::{ApiError, Error, Retry};
pub use request::{File, Request, UnknownEndpoint, stored};
pub use site::{InvalidSite, Site};
pub use user_agent::{Platform, UserAgent};
