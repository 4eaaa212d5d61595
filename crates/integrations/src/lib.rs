//! The products whose news come to Zulip: one folder each, with what triggers it, its facts, settings and templates.
//!
//! An integration turns a trigger into events; the rules of its settings turn these into messages; [`rows`] makes them
//! ready for the outbox. Nothing here sends, prints, or reads the environment other than as a value.

pub mod bzr;
pub mod cvs;
mod delivery;
pub mod driver;
pub mod fossil;
pub mod git;
pub mod hg;
pub mod install;
pub mod jenkins;
mod people;
pub mod perforce;
pub mod plugin;
mod prepare;
mod registry;
pub mod svn;
pub mod tables;
pub mod trac;
pub mod vcs;
mod vocabulary;
pub mod web;

pub use delivery::{Delivery, Message, rows};
pub use people::{People, Person};
pub use prepare::{Collected, Prepared};
pub use registry::{Integration, all, find, find_link};
