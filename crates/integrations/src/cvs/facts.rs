//! The facts of a CVS repository: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Folder, Person};

/// What every event says.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// The repository's name: the last component of its path.
    pub repo: String,
    /// The address of the repository's web page.
    pub repo_url: Option<String>,
    /// Who did it.
    pub author: Person,
    /// The commit's id as `cvs log` shows it.
    pub id: String,
    /// The commit's web page.
    pub url: Option<String>,
    /// The folder that holds all changes, from the top of the repository.
    pub folder: String,
    /// The first component of `folder`, where all changes are in one module.
    pub module: Option<String>,
    /// The beginning of the log message, at most 10,000 bytes.
    pub message: String,
    /// The first line of the log message, or `(no subject)`.
    pub subject: String,
    /// The paths of the changed files, at most 10,000.
    pub paths: Vec<String>,
}

/// The facts of the kind `commit`: all folders of one commit.
#[derive(Debug, Clone, Serialize)]
pub struct Commit {
    /// What every event says.
    #[serde(flatten)]
    pub source: Source,
    /// The branch that all changes are on; none for the trunk, or if there are several.
    pub branch: Option<String>,
    /// All branches with changes, apart from the trunk.
    pub branches: Vec<String>,
    /// The changed files.
    pub files: Files,
    /// The folders in which they lie, folded to at most as many as the option `folders` says.
    pub folders: Vec<Folder>,
}

/// The changed files of a commit.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Files {
    /// How many were added.
    pub added: usize,
    /// How many were changed.
    pub modified: usize,
    /// How many were deleted.
    pub deleted: usize,
    /// The first of them, as many as the option `files` says.
    pub list: Vec<File>,
    /// How many are not in the list.
    pub more: usize,
}

/// One changed file.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// Its path from the top of the repository.
    pub path: String,
    /// What happened to it: `added`, `modified` or `deleted`.
    pub change: Change,
    /// Its revision before, `1.4`; none for a new one.
    pub old: Option<String>,
    /// Its revision, `1.5`; none for a deleted one.
    pub new: Option<String>,
    /// Its web page at this revision; none for a deleted one.
    pub url: Option<String>,
}

/// The facts of the kind `import`.
#[derive(Debug, Clone, Serialize)]
pub struct Import {
    /// What every event says.
    #[serde(flatten)]
    pub source: Source,
    /// The vendor's tag.
    pub vendor: String,
    /// The tags of the release.
    pub releases: Vec<String>,
    /// How many files are new.
    pub added: usize,
    /// How many files were there before.
    pub updated: usize,
    /// The files that were changed here too, at most as many as the option `files` says.
    pub conflicts: Vec<String>,
    /// How many files were changed here too.
    pub conflict_count: usize,
}
