//! The facts of a Subversion repository: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Folder, Person};

/// What every event says.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The repository's name: the last component of its path.
    pub repo: String,
    /// The address of the repository's web page.
    pub repo_url: Option<String>,
    /// Who did it; for anonymous access the name is `(no author)`.
    pub author: Person,
    /// Whether nobody knows who did it.
    pub anonymous: bool,
}

/// The facts of the kinds `commit`, `branch` and `tag`: one revision.
#[derive(Debug, Clone, Serialize)]
pub struct Revision {
    /// What every event says.
    #[serde(flatten)]
    pub place: Place,
    /// The revision's number, as text.
    pub id: String,
    /// The number as people write it, `r12`.
    pub short: String,
    /// Its web page.
    pub url: Option<String>,
    /// When it was committed, as ISO 8601.
    pub date: Option<String>,
    /// The log message, at most 10,000 bytes.
    pub message: String,
    /// The first line of the log message, or `(no subject)`.
    pub subject: String,
    /// The branch where all changes are, `trunk` for the trunk; none if there are several or none.
    pub branch: Option<String>,
    /// The branch's web page.
    pub branch_url: Option<String>,
    /// All branches with changes.
    pub branches: Vec<String>,
    /// All tags with changes.
    pub tags: Vec<String>,
    /// The project where all changes are, in a repository with several: what stands in front of `trunk`.
    pub project: Option<String>,
    /// What happened to the branches or tags, in the kinds `branch` and `tag`.
    pub action: Option<Action>,
    /// What a new branch or tag was copied from, `trunk@11`.
    pub copied_from: Option<String>,
    /// The changed files and folders.
    pub files: Files,
    /// The paths of the first 10,000 of them.
    pub paths: Vec<String>,
    /// The folders in which they lie, folded to at most as many as the option `folders` says.
    pub folders: Vec<Folder>,
    /// Whether nothing is known but the number, since the revision could not be read.
    pub incomplete: bool,
}

/// What happened to a branch, a tag or a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Created,
    /// It was replaced, or has another value; for several at once also: not the same happened to all.
    Changed,
    /// It is gone.
    Deleted,
}

/// What a revision changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Files {
    /// How many were added, copies included.
    pub added: usize,
    /// How many were changed or replaced.
    pub modified: usize,
    /// How many were deleted.
    pub deleted: usize,
    /// How many of the added ones are copies.
    pub copied: usize,
    /// How many had their properties changed.
    pub properties: usize,
    /// The first of them, as many as the option `files` says.
    pub list: Vec<File>,
    /// How many are not in the list.
    pub more: usize,
}

/// One changed file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its path from the top of the repository, a folder's with a slash at the end.
    pub path: String,
    /// What happened to it: `added`, `modified` or `deleted`.
    pub change: Change,
    /// What it was copied from, `trunk/a@11`.
    pub copied_from: Option<String>,
    /// Whether its properties were changed.
    pub properties: bool,
    /// Its web page; none for a deleted one or a folder.
    pub url: Option<String>,
}

/// The facts of the kind `revprop`: a property of a revision was changed afterwards.
#[derive(Debug, Clone, Serialize)]
pub struct RevisionProperty {
    /// What every event says.
    #[serde(flatten)]
    pub place: Place,
    /// The revision's number, as text.
    pub id: String,
    /// The number as people write it, `r12`.
    pub short: String,
    /// The revision's web page.
    pub url: Option<String>,
    /// The property, `svn:log`.
    pub property: String,
    /// What happened to it.
    pub action: Action,
    /// The new value, at most 10,000 bytes; none if it was deleted.
    pub value: Option<String>,
    /// The old value, at most 10,000 bytes; none if there was none.
    pub old_value: Option<String>,
}

/// The facts of the kinds `lock` and `unlock`.
#[derive(Debug, Clone, Serialize)]
pub struct Locks {
    /// What every event says.
    #[serde(flatten)]
    pub place: Place,
    /// The paths, at most 10,000.
    pub paths: Vec<String>,
    /// How many there are.
    pub count: usize,
}
