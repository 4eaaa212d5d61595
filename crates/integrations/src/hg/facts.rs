//! The facts of a Mercurial repository: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Action, Change, Commit, Ends, File, Files, Person, Place, Update};

/// The facts of the kind `tag`: all tags of one push, in the order in which they were given.
pub type Tags = crate::vcs::Tags<Push, Tag>;

/// What every event says.
#[derive(Debug, Clone, Serialize)]
pub struct Push {
    /// The repository, and who pushed.
    #[serde(flatten)]
    pub place: Place,
    /// How it came here: `push`, `pull`, `unbundle` or `commit`.
    pub source: String,
}

/// The facts of the kinds `push`, `create` and `close`: what came to one named branch, or to one bookmark of it.
///
/// Changesets that do nothing but tag do not count.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// What every event says.
    #[serde(flatten)]
    pub push: Push,
    /// The bookmark that the changesets lead to.
    pub bookmark: Option<String>,
    /// All bookmarks on these changesets.
    pub bookmarks: Vec<String>,
    /// Whether the branch is new.
    pub created: bool,
    /// Whether the newest changeset closes the branch.
    pub closed: bool,
    /// The phase of the newest changeset: `public`, or `draft` where the repository does not publish.
    pub phase: String,
    /// What happened to the branch.
    #[serde(flatten)]
    pub update: Update,
}

/// The facts of the kind `bookmark`: a bookmark moved with no new changesets.
#[derive(Debug, Clone, Serialize)]
pub struct Bookmark {
    /// What every event says.
    #[serde(flatten)]
    pub push: Push,
    /// The bookmark.
    pub bookmark: String,
    /// What happened to it.
    pub action: Action,
    /// The named branch where it stands; none for a deleted one.
    pub branch: Option<String>,
    /// Where it stood and stands.
    #[serde(flatten)]
    pub ends: Ends,
    /// The first line of the message of the changeset where it stands.
    pub subject: Option<String>,
}

/// What happened to one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Its name, `v1.2.0`.
    pub name: String,
    /// What happened to it.
    pub action: Action,
    /// The full id of the changeset that it names; for a deleted one, that it named.
    pub target: String,
    /// The first 12 digits of `target`.
    pub short: String,
    /// The full id of the changeset that a moved tag named before.
    pub old_target: Option<String>,
    /// The first 12 digits of `old_target`.
    pub old_short: Option<String>,
    /// Who gave it.
    pub tagger: Person,
    /// The named branch on which it was given.
    pub branch: String,
    /// The first line of the message, unless Mercurial wrote it.
    pub subject: Option<String>,
    /// Its web page; none for a deleted one.
    pub url: Option<String>,
    /// The web page of `target`.
    pub target_url: Option<String>,
}
