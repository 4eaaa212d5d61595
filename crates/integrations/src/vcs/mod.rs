//! What version control systems share: facts, links, limits, and how their programs are asked.
//!
//! One vocabulary serves them all, so that a settings file for one reads like that of another.

mod changes;
mod commits;
mod facts;
mod links;
mod program;
mod shell;
mod text;
mod tree;

pub(crate) use crate::vocabulary::{kind, texts};
pub use crate::{Collected, People, Person, Prepared, install};
pub(crate) use changes::Changes;
pub(crate) use commits::{Arriving, COMMITS, Gathering, Listing, Side};
pub use commits::{Commit, Merges};
pub(crate) use facts::fact_names;
pub use facts::{Action, Added, Change, Ends, File, Files, Place, Removed, Tags, Update};
pub(crate) use links::{Links, RESERVED};
pub use links::{Templates as UrlTemplates, UrlTemplate};
pub(crate) use program::Program;
pub use program::ProgramError;
pub(crate) use shell::{program_of, quoted};
pub(crate) use text::{
    LONGEST, MOST_AUTHORS, MOST_PATHS, TextReader, beginning, subject_or_placeholder, text,
};
pub use tree::Folder;
pub(crate) use tree::fold;
