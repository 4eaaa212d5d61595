//! The facts of a branch: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Commit, File, Files, Person, Place, Removed, Update};

/// The facts of all kinds: what came to one branch.
///
/// The repository's name is that of the shared repository's folder, or of the branch's own; with its groups it is that and
/// the branch's. Only revisions of the main line are told.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// The repository, and who pushed or committed.
    #[serde(flatten)]
    pub place: Place,
    /// How it came: `commit`, or `push` for all else.
    pub source: String,
    /// The revisions that were taken out of the main line.
    #[serde(flatten)]
    pub removed: Removed,
    /// What happened to the branch.
    #[serde(flatten)]
    pub update: Update,
}
