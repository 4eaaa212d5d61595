//! The facts of a Mercurial repository: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Commit, File, Files, Person};

/// What every event says.
#[derive(Debug, Clone, Serialize)]
pub struct Push {
    /// The repository's name: the last component of its path.
    pub repo: String,
    /// The repository's name with its groups, where Heptapod tells it (`tools/website`); else as `repo`.
    pub repo_path: String,
    /// The address of the repository's web page.
    pub repo_url: Option<String>,
    /// Who pushed; none where everybody pushes as one Unix user and nothing else tells.
    pub pusher: Option<Person>,
    /// How it came here: `push`, `pull`, `unbundle` or `commit`.
    pub source: String,
}

/// The facts of the kinds `push`, `create` and `close`: what came to one named branch, or to one bookmark of it.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// What every event says.
    #[serde(flatten)]
    pub push: Push,
    /// The named branch, `default`.
    pub branch: String,
    /// The branch's web page.
    pub branch_url: Option<String>,
    /// The bookmark that the changesets lead to.
    pub bookmark: Option<String>,
    /// All bookmarks on these changesets.
    pub bookmarks: Vec<String>,
    /// The full id of the changeset on which the oldest new one stands; none for the first of all.
    pub old: Option<String>,
    /// The first 12 digits of `old`.
    pub old_short: Option<String>,
    /// The web page of `old`.
    pub old_url: Option<String>,
    /// The full id of the newest changeset.
    pub new: String,
    /// The first 12 digits of `new`.
    pub new_short: String,
    /// The web page of `new`.
    pub new_url: Option<String>,
    /// Whether the branch is new.
    pub created: bool,
    /// Whether the newest changeset closes the branch.
    pub closed: bool,
    /// The phase of the newest changeset: `public`, or `draft` where the repository does not publish.
    pub phase: String,
    /// The changesets, the oldest first; the newest so many as the option `commits` says, without folded merges.
    pub commits: Vec<Commit>,
    /// How many there are, apart from those that do nothing but tag.
    pub count: usize,
    /// How many are not listed, apart from folded merges.
    pub more: usize,
    /// How many of them are merges.
    pub merges: usize,
    /// Who wrote them, each once, at most 100. In a route: `"authors.email" = "*@example.com"`.
    pub authors: Vec<Person>,
    /// The web page with all of them.
    pub compare_url: Option<String>,
    /// The changed files; none unless the option `files` is on, or a route names `files`.
    pub files: Option<Files>,
    /// The paths of the changed files, at most 10,000.
    pub paths: Vec<String>,
    /// Whether nothing is known but the ids, since the changesets could not be read.
    pub incomplete: bool,
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
    /// The full id of the changeset where it stood; none for a new one.
    pub old: Option<String>,
    /// The first 12 digits of `old`.
    pub old_short: Option<String>,
    /// The web page of `old`.
    pub old_url: Option<String>,
    /// The full id of the changeset where it stands; none for a deleted one.
    pub new: Option<String>,
    /// The first 12 digits of `new`.
    pub new_short: Option<String>,
    /// The web page of `new`.
    pub new_url: Option<String>,
    /// The first line of the message of the changeset where it stands.
    pub subject: Option<String>,
}

/// The facts of the kind `tag`: all tags of one push, in the order in which they were given.
#[derive(Debug, Clone, Serialize)]
pub struct Tags {
    /// What every event says.
    #[serde(flatten)]
    pub push: Push,
    /// The tags, at most 100.
    pub tags: Vec<Tag>,
    /// How many there are.
    pub count: usize,
    /// How many are not listed.
    pub more: usize,
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

/// What happened to a bookmark or a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Created,
    /// It names another changeset than before.
    Moved,
    /// It is gone.
    Deleted,
}
