//! The facts of a branch: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Commit, File, Files, Person};

/// The facts of all kinds: what came to one branch.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// The repository's name: that of the shared repository's folder, or of the branch's own.
    pub repo: String,
    /// The repository's name and that of the branch, `website/trunk`; only one if they are the same.
    pub repo_path: String,
    /// The address of the branch's web page, as the settings have it.
    pub repo_url: Option<String>,
    /// Who pushed or committed; none where everybody does as one Unix user.
    pub pusher: Option<Person>,
    /// How it came: `commit`, or `push` for all else.
    pub source: String,
    /// The branch: its path in the shared repository, its own name, its nick, or its folder's name.
    pub branch: String,
    /// The branch's web page.
    pub branch_url: Option<String>,
    /// The id of the newest revision before; none for a new branch.
    pub old: Option<String>,
    /// The number of `old`, `r41`.
    pub old_short: Option<String>,
    /// The web page of `old`.
    pub old_url: Option<String>,
    /// The id of the newest revision now; none if all are gone.
    pub new: Option<String>,
    /// The number of `new`, `r42`.
    pub new_short: Option<String>,
    /// The web page of `new`.
    pub new_url: Option<String>,
    /// The new revisions of the main line, the oldest first; the newest so many as the option `commits` says.
    pub commits: Vec<Commit>,
    /// How many there are.
    pub count: usize,
    /// How many are not listed.
    pub more: usize,
    /// How many of them are merges.
    pub merges: usize,
    /// The revisions that were taken out of the main line, listed as the new ones are.
    pub removed: Vec<Commit>,
    /// How many were taken out.
    pub removed_count: usize,
    /// How many of these are not listed.
    pub removed_more: usize,
    /// Who wrote the new ones, each once. In a route: `"authors.email" = "*@example.com"`.
    pub authors: Vec<Person>,
    /// The web page that compares `old` and `new`.
    pub compare_url: Option<String>,
    /// The changed files; none unless the option `files` is on, or a route names `files`.
    pub files: Option<Files>,
    /// The paths of the changed files, at most 10,000.
    pub paths: Vec<String>,
    /// Whether nothing is known but the numbers, since the revisions could not be read.
    pub incomplete: bool,
}
