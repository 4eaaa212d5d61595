#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(feature = "client")]
mod client;
mod credentials;
mod dialect;
#[macro_use]
mod endpoint;
mod error;
mod ids;
mod op;
mod quoted;
mod request;
mod secret;
mod site;
#[cfg(test)]
mod testing;
mod user_agent;

pub mod accounts;
pub mod bot_storage;
pub mod bots;
pub mod calls;
pub mod channels;
pub mod drafts;
pub mod events;
pub mod invites;
pub mod messages;
pub mod operations;
pub mod organization;
pub mod push;
pub mod reactions;
pub mod scheduled;
pub mod server;
pub mod settings;
pub mod uploads;
pub mod user_groups;
pub mod users;

#[cfg(feature = "client")]
pub use client::{
    Answer, BuildError, Client, Failure, Policy, RateLimit, Reason, Sending, Transport, exchange,
    install_crypto_provider,
};
pub use credentials::{ClientCertificate, Credentials, Tls};
pub use endpoint::{Empty, Endpoint, Method, Operation, Parameter};
pub use error::{ApiError, Error, Retry};
pub use ids::{
    AttachmentId, ChannelFolderId, ChannelId, DraftId, ExportId, InviteId, LinkifierId, MessageId,
    PlaygroundId, ProfileFieldId, QueueId, ReminderId, ScheduledMessageId, SnippetId, UserGroupId,
    UserId,
};
pub use op::Op;
pub use quoted::QuotedJson;
pub use request::{File, Request, UnknownEndpoint, stored};
pub use secret::Secret;
pub use site::{InvalidSite, Site};
pub use user_agent::{Platform, UserAgent};
