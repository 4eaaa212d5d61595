//! Git: the `post-receive` hook of a repository on a server of one's own.
//!
//! Git calls the hook once for each push, when all refs have moved, with a line for each of them. [`collect`] turns the
//! lines into events: one for each branch, one for all tags of the push together, one for each other ref that the
//! settings ask for. What is known about them stands in [`facts`].

mod collect;
pub mod facts;
mod files;
mod hook;
mod input;
pub mod install;
mod links;
mod log;
mod options;
mod people;
mod product;
mod pusher;
mod refs;
mod repository;
mod tags;

pub use collect::{Collected, collect};
pub use hook::{Prepared, post_receive, recent_push, rules, test_messages};
pub use links::{Preset, Templates as UrlTemplates, UrlTemplate};
pub use options::{DEFAULTS, Merges, Options, Settings};
pub use people::People;
pub use product::PRODUCT;
pub use repository::{Error, Repository};

use crate::Integration;

/// The integration's name, in events and on the command line.
pub const NAME: &str = "git";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Git",
    agent: "ZulipGit",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/git.md"),
};
