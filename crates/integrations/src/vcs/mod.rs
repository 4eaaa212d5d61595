//! What version control systems share: facts, people, links, messages, and how a hook is put in place.
//!
//! One vocabulary serves them all, so that a settings file for one reads like that of another.

mod facts;
pub mod install;
mod links;
mod people;
mod prepare;
mod text;

pub use facts::{Change, File, Files, Person};
pub(crate) use links::Links;
pub use links::{Templates as UrlTemplates, UrlTemplate};
pub use people::People;
pub use prepare::{Collected, Prepared};
pub(crate) use prepare::{prepare, rules, test_messages};
pub(crate) use text::{LONGEST, MOST_AUTHORS, MOST_PATHS, beginning, subject_or_placeholder, text};
