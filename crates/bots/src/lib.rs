#![doc = include_str!("../README.md")]

pub mod address;
mod bot;
mod clock;
pub mod commands;
mod config;
mod context;
mod conversation;
mod dialog;
mod files;
pub mod hosts;
pub mod http;
mod incoming;
mod journal;
mod kind;
pub mod local;
mod me;
mod outlet;
mod progress;
pub mod runner;
pub mod server;
mod settings;
pub mod storage;
pub mod testkit;
mod unwind;
pub mod widget;

pub use async_trait::async_trait;
pub use jiff;
pub use zulipkit_api as api;
pub use zulipkit_diag::{Diagnostic, Result};
pub use zulipkit_markup as markup;

pub use bot::{Bot, Usage};
pub use clock::Clock;
pub use config::Config;
pub use context::{Context, Surroundings};
pub use conversation::Conversation;
pub use dialog::{Dialog, Scope};
pub use files::Files;
pub use incoming::{Addressed, Alarm, Edit, Incoming, ReactionEvent};
pub use journal::Journal;
pub use kind::{Kind, Native, NoSettings};
pub use me::Me;
pub use outlet::{Outlet, Posted, Sending};
pub use progress::Progress;
pub use settings::{BotSettings, Settings, StorageKind};
pub use storage::Storage;

/// The listings of the book are compiled as tests.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../../docs/src/bots/commands.md")]
    struct Commands;
    #[doc = include_str!("../../../docs/src/bots/conversations.md")]
    struct Conversations;
    #[doc = include_str!("../../../docs/src/bots/first-bot.md")]
    struct FirstBot;
    #[doc = include_str!("../../../docs/src/bots/from-python.md")]
    struct FromPython;
    #[doc = include_str!("../../../docs/src/bots/storage.md")]
    struct Storage;
    #[doc = include_str!("../../../docs/src/bots/testing.md")]
    struct Testing;
}
