//! The facts of a push: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Action, Change, Commit, File, Files, Person, Place, Removed, Update};

/// The facts of the kind `tag`: all tags of one push.
pub type Tags = crate::vcs::Tags<Push, Tag>;

/// What every event of a push says.
#[derive(Debug, Clone, Serialize)]
pub struct Push {
    /// The repository, and who pushed.
    #[serde(flatten)]
    pub place: Place,
    /// What the pusher gave as `git push -o`, where the repository allows that.
    pub push_options: Vec<String>,
}

/// The facts of the kinds `push`, `create`, `delete`, `rename` and `rewrite`: what happened to one branch.
///
/// On a new branch only those commits count that were nowhere in the repository.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// What every event of a push says.
    #[serde(flatten)]
    pub push: Push,
    /// The full name of the ref, `refs/heads/main`.
    #[serde(rename = "ref")]
    pub ref_name: String,
    /// The branch's name before it was renamed; none for other kinds.
    pub old_branch: Option<String>,
    /// Whether the branch is new.
    pub created: bool,
    /// Whether the branch is gone.
    pub deleted: bool,
    /// Whether commits were removed from the branch.
    pub forced: bool,
    /// The removed commits.
    #[serde(flatten)]
    pub removed: Removed,
    /// What happened to the branch.
    #[serde(flatten)]
    pub update: Update,
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
