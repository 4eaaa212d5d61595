#![doc = include_str!("../README.md")]

pub mod address;
mod bot;
mod config;
mod context;
mod conversation;
mod files;
mod incoming;
mod journal;
mod kind;
mod me;
mod outlet;
pub mod runner;
pub mod server;
mod settings;
pub mod storage;

pub use async_trait::async_trait;
pub use zulipkit_diag::{Diagnostic, Result};

pub use bot::{Bot, Usage};
pub use config::Config;
pub use context::{Context, Surroundings};
pub use conversation::Conversation;
pub use files::Files;
pub use incoming::{Addressed, Alarm, Edit, Incoming, ReactionEvent};
pub use journal::Journal;
pub use kind::{Kind, Native, NoSettings};
pub use me::Me;
pub use outlet::{Outlet, Posted, Sending};
pub use settings::{BotSettings, Settings, StorageKind};
pub use storage::Storage;
