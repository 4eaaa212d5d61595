//! The facts of a Fossil repository: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Commit, File, Files, Person, Place, Update};

/// The facts of the kind `tag`: all tags that came at once, in the order in which they were given.
pub type Tags = crate::vcs::Tags<Place, Tag>;

/// The facts of the kinds `push`, `create` and `close`: what came to one branch.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// The repository, and by whose login it came in; none where several pushed, or nobody knows.
    #[serde(flatten)]
    pub place: Place,
    /// Whether the branch is new.
    pub created: bool,
    /// Whether the branch was closed.
    pub closed: bool,
    /// What happened to the branch. The changed files are always there.
    #[serde(flatten)]
    pub update: Update,
}

/// What happened to one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Its name, `v1.2.0`.
    pub name: String,
    /// What happened to it: `created` or `deleted`.
    pub action: Action,
    /// The full hash of the check-in that it is on, or was.
    pub target: String,
    /// The first 10 digits of `target`.
    pub short: String,
    /// The web page of `target`.
    pub target_url: Option<String>,
    /// Who gave it.
    pub tagger: Person,
    /// The branch of that check-in.
    pub branch: Option<String>,
    /// The tag's web page; none for one that was taken away.
    pub url: Option<String>,
}

/// The facts of the kinds `wiki`, `technote`, `ticket`, `forum` and `attachment`: one thing that somebody wrote.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// The repository, and by whose login it came in.
    #[serde(flatten)]
    pub place: Place,
    /// Who wrote it.
    pub author: Person,
    /// The full hash of this change.
    pub id: String,
    /// Its web page.
    pub url: Option<String>,
    /// When it was written, as ISO 8601.
    pub date: String,
    /// What happened: `created`, `changed`, `deleted`, or in the forum also `replied`.
    pub action: Action,
    /// What it is called: the page, the thread, the ticket's title, the attached file.
    pub title: String,
    /// The ticket's id, and the first 10 digits of it; what a file is attached to; else none.
    pub of: Option<String>,
    /// What is said: a ticket's comment, a post; at most 10,000 bytes.
    pub message: String,
    /// What else was set in a ticket.
    pub fields: Vec<Field>,
}

/// A field of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name, `status`.
    pub name: String,
    /// What it was set to.
    pub value: String,
}

/// What happened to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Created,
    /// It is another than before.
    Changed,
    /// It is gone.
    Deleted,
    /// It answers another post.
    Replied,
}
