//! The facts of a Fossil repository: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, Commit, File, Files, Person};

/// What every event says.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The repository's name: that of its file, without the ending.
    pub repo: String,
    /// The address of the repository's web page.
    pub repo_url: Option<String>,
    /// By whose login it came in; none where several pushed, or nobody knows.
    pub pusher: Option<Person>,
}

/// The facts of the kinds `push`, `create` and `close`: what came to one branch.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// What every event says.
    #[serde(flatten)]
    pub place: Place,
    /// The branch, `trunk`.
    pub branch: String,
    /// The branch's web page.
    pub branch_url: Option<String>,
    /// The full hash of the check-in on which the oldest new one stands.
    pub old: Option<String>,
    /// The first 10 digits of `old`.
    pub old_short: Option<String>,
    /// The full hash of the newest check-in.
    pub new: String,
    /// The first 10 digits of `new`.
    pub new_short: String,
    /// The web page of `new`.
    pub new_url: Option<String>,
    /// Whether the branch is new.
    pub created: bool,
    /// Whether the branch was closed.
    pub closed: bool,
    /// The check-ins, the oldest first; the newest so many as the option `commits` says, without folded merges.
    pub commits: Vec<Commit>,
    /// How many there are.
    pub count: usize,
    /// How many are not listed, apart from folded merges.
    pub more: usize,
    /// How many of them are merges.
    pub merges: usize,
    /// Who made them, each once, at most 100. In a route: `"authors.name" = "ada"`.
    pub authors: Vec<Person>,
    /// The web page with what they changed.
    pub compare_url: Option<String>,
    /// The changed files.
    pub files: Files,
    /// The paths of the changed files, at most 10,000.
    pub paths: Vec<String>,
    /// Whether the check-ins could not be read, so that only their number is known.
    pub incomplete: bool,
}

/// The facts of the kind `tag`: all tags that came at once, in the order in which they were given.
#[derive(Debug, Clone, Serialize)]
pub struct Tags {
    /// What every event says.
    #[serde(flatten)]
    pub place: Place,
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
    /// What every event says.
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
