//! What the plugin says, as it stands in its JSON. All that an older plugin may not have said is optional.

use serde::Deserialize;

/// The newest revision of a branch is another one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Changed {
    /// The name of a branch that shares its folder with others.
    pub(super) name: Option<String>,
    /// The name that somebody gave to the branch.
    pub(super) nick: Option<String>,
    /// `commit` or `push`.
    pub(super) source: String,
    pub(super) old: Option<Tip>,
    pub(super) new: Option<Tip>,
    /// What is new in the main line; none if it could not be read.
    pub(super) added: Option<Side>,
    /// What is not in the main line any more.
    pub(super) removed: Option<Side>,
    /// What differs between the old and the new tip.
    pub(super) files: Vec<File>,
}

/// The newest revision of a branch.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tip {
    pub(super) id: String,
    pub(super) revno: u64,
}

/// Revisions that came or went.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Side {
    pub(super) count: usize,
    pub(super) merges: usize,
    /// The newest ones, the newest first.
    pub(super) revisions: Vec<Revision>,
}

/// One revision.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Revision {
    pub(super) id: String,
    pub(super) revno: u64,
    pub(super) author: User,
    pub(super) committer: User,
    pub(super) date: Option<String>,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) merge: bool,
}

/// Somebody, as Breezy knows them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) email: String,
}

/// A changed file.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct File {
    pub(super) path: String,
    /// `added`, `modified` or `deleted`.
    pub(super) change: String,
}
