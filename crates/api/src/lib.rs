#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(feature = "client")]
mod client;
mod credentials;
#[macro_use]
mod endpoint;
mod error;
mod ids;
mod request;
mod site;
#[cfg(test)]
mod testing;
mod user_agent;

pub mod bot_storage;
pub mod channels;
pub mod events;
pub mod messages;
pub mod reactions;
pub mod server;
pub mod uploads;
pub mod users;

#[cfg(feature = "client")]
pub use client::{
    Answer, BuildError, Client, Failure, Policy, RateLimit, Reason, Sending, Transport,
    install_crypto_provider,
};
pub use credentials::{ClientCertificate, Credentials, Tls};
pub use endpoint::{Empty, Endpoint, Method};
pub use error::{ApiError, Error, Retry};
pub use ids::{ChannelId, MessageId, QueueId, UserId};
pub use request::{File, Request, UnknownEndpoint, stored};
pub use site::{InvalidSite, Site};
pub use user_agent::{Platform, UserAgent};
