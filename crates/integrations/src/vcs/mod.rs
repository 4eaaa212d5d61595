//! What version control systems share: facts, people, links, messages, and how a hook is put in place.
//!
//! One vocabulary serves them all, so that a settings file for one reads like that of another.

mod commits;
mod facts;
pub mod install;
mod links;
mod people;
mod prepare;
mod program;
mod text;
mod tree;
mod vocabulary;

pub(crate) use commits::{Arriving, Gathering, Listing, Side};
pub use commits::{Commit, Merges};
pub use facts::{Change, File, Files, Person};
pub(crate) use links::{Links, RESERVED};
pub use links::{Templates as UrlTemplates, UrlTemplate};
pub use people::People;
pub use prepare::{Collected, Prepared};
pub(crate) use prepare::{prepare, routes_name, rules, test_messages};
pub(crate) use program::Program;
pub use program::ProgramError;
pub(crate) use text::{
    LONGEST, MOST_AUTHORS, MOST_PATHS, TextReader, beginning, subject_or_placeholder, text,
};
pub use tree::Folder;
pub(crate) use tree::fold;
pub(crate) use vocabulary::{COMMITS, kind, texts};
