//! The facts of a push: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Commit, File, Files, Person};

/// What every event of a push says.
#[derive(Debug, Clone, Serialize)]
pub struct Push {
    /// The repository's name: the last component of its path without `.git`.
    pub repo: String,
    /// The repository's name with its groups, where the hosting software tells it (`tools/website`); else as `repo`.
    pub repo_path: String,
    /// The address of the repository's web page.
    pub repo_url: Option<String>,
    /// Who pushed; none where everybody pushes as one Unix user and nothing else tells.
    pub pusher: Option<Person>,
    /// What the pusher gave as `git push -o`, where the repository allows that.
    pub push_options: Vec<String>,
}

/// The facts of the kinds `push`, `create`, `delete`, `rename` and `rewrite`: what happened to one branch.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// What every event of a push says.
    #[serde(flatten)]
    pub push: Push,
    /// The full name of the ref, `refs/heads/main`.
    #[serde(rename = "ref")]
    pub ref_name: String,
    /// The branch, `main`.
    pub branch: String,
    /// The branch's web page.
    pub branch_url: Option<String>,
    /// The branch's name before it was renamed; none for other kinds.
    pub old_branch: Option<String>,
    /// The full id of the commit where the branch stood; none for a new branch.
    pub old: Option<String>,
    /// The first 10 digits of `old`.
    pub old_short: Option<String>,
    /// The web page of `old`.
    pub old_url: Option<String>,
    /// The full id of the commit where the branch stands; none for a deleted branch.
    pub new: Option<String>,
    /// The first 10 digits of `new`.
    pub new_short: Option<String>,
    /// The web page of `new`.
    pub new_url: Option<String>,
    /// Whether the branch is new.
    pub created: bool,
    /// Whether the branch is gone.
    pub deleted: bool,
    /// Whether commits were removed from the branch.
    pub forced: bool,
    /// The added commits, the oldest first; the newest so many as the option `commits` says, without folded merges.
    pub commits: Vec<Commit>,
    /// How many commits were added. On a new branch only those count that were nowhere in the repository.
    pub count: usize,
    /// How many added commits are not listed, apart from folded merges.
    pub more: usize,
    /// How many of the added commits are merges.
    pub merges: usize,
    /// The removed commits, listed as the added ones are.
    pub removed: Vec<Commit>,
    /// How many commits were removed.
    pub removed_count: usize,
    /// How many removed commits are not listed, apart from folded merges.
    pub removed_more: usize,
    /// Who wrote the added commits, each once, at most 100. In a route: `"authors.email" = "*@example.com"`.
    pub authors: Vec<Person>,
    /// The web page that compares `old` and `new`.
    pub compare_url: Option<String>,
    /// The changed files; none unless the option `files` is on, or a route names `files` or `paths`.
    pub files: Option<Files>,
    /// The paths of the changed files, at most 10,000, under the same condition.
    pub paths: Vec<String>,
    /// Whether nothing is known of the commits: Git could not list them, or the push changed more than 50 branches.
    pub incomplete: bool,
}

/// The facts of the kind `tag`: all tags of one push.
#[derive(Debug, Clone, Serialize)]
pub struct Tags {
    /// What every event of a push says.
    #[serde(flatten)]
    pub push: Push,
    /// The tags, at most 100. In a route: `"tags.name" = "v*"`.
    pub tags: Vec<Tag>,
    /// How many tags the push made, moved or deleted.
    pub count: usize,
    /// How many of them are not in `tags`.
    pub more: usize,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// The tag, `v1.0`.
    pub name: String,
    /// What happened to it.
    pub action: Action,
    /// Whether it has an object of its own, with a tagger and a message.
    pub annotated: bool,
    /// Who made it, if it is annotated.
    pub tagger: Option<Person>,
    /// The first line of its message, if it is annotated.
    pub subject: Option<String>,
    /// The rest of its message without a signature, at most 10,000 bytes.
    pub body: Option<String>,
    /// The full id of the commit (or other object) that it names; for a deleted one, that it named.
    pub target: String,
    /// The first 10 digits of `target`.
    pub short: String,
    /// The full id of the commit that a moved tag named before.
    pub old_target: Option<String>,
    /// The first 10 digits of `old_target`.
    pub old_short: Option<String>,
    /// Its web page; none for a deleted one.
    pub url: Option<String>,
    /// The web page of `target`, if that is a commit.
    pub target_url: Option<String>,
}

/// What happened to a tag or another ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Created,
    /// It names another object than before.
    Moved,
    /// It is gone.
    Deleted,
}

/// The facts of the kind `ref`: a ref that is neither a branch nor a tag, such as notes.
#[derive(Debug, Clone, Serialize)]
pub struct OtherRef {
    /// What every event of a push says.
    #[serde(flatten)]
    pub push: Push,
    /// The full name of the ref, `refs/notes/commits`.
    #[serde(rename = "ref")]
    pub ref_name: String,
    /// What happened to it.
    pub action: Action,
    /// The full id of the object that it named; none for a new ref.
    pub old: Option<String>,
    /// The first 10 digits of `old`.
    pub old_short: Option<String>,
    /// The full id of the object that it names; none for a deleted ref.
    pub new: Option<String>,
    /// The first 10 digits of `new`.
    pub new_short: Option<String>,
}
