//! The facts of a Perforce server: the words that templates, routes and topics may use.

use serde::Serialize;

pub use crate::vcs::{Change, File, Files, Folder, Person};

/// The facts of the kinds `commit`, `shelve` and `unshelve`: one changelist.
#[derive(Debug, Clone, Serialize)]
pub struct Changelist {
    /// The depot in which all files are, or the setting `repo`; empty if there are several.
    pub repo: String,
    /// The address of the web page.
    pub repo_url: Option<String>,
    /// Who submitted it.
    pub author: Person,
    /// The workspace from which it came.
    pub client: String,
    /// The number, as text.
    pub id: String,
    /// The number as people write it, `@12`.
    pub short: String,
    /// The number that it had before it was submitted, if that was another.
    pub old_id: Option<String>,
    /// Its web page.
    pub url: Option<String>,
    /// When it was submitted, as RFC 3339.
    pub date: Option<String>,
    /// The description, at most 10,000 bytes.
    pub message: String,
    /// The first line of the description, or `(no subject)`.
    pub subject: String,
    /// The stream or branch in which all files are, `//depot/main`, by the setting `streams`.
    pub stream: Option<String>,
    /// The last part of it, `main`.
    pub branch: Option<String>,
    /// Its web page.
    pub branch_url: Option<String>,
    /// The path under which all files lie, `//depot/main/src/...`.
    pub root: String,
    /// The files.
    pub files: Files,
    /// How many are not in the list.
    pub more: usize,
    /// The depot paths of the first 10,000 of them.
    pub paths: Vec<String>,
    /// The folders in which they lie, folded to at most as many as the option `folders` says.
    pub folders: Vec<Folder>,
    /// Whether nothing is known but the number, since the changelist could not be read.
    pub incomplete: bool,
}

/// The facts of the kind `form`: a form was saved.
#[derive(Debug, Clone, Serialize)]
pub struct Form {
    /// The setting `repo`; empty without it.
    pub repo: String,
    /// Who saved it; empty where the trigger does not say so.
    pub author: Person,
    /// What it describes: `branch`, `label`, `job`.
    pub form: String,
    /// What that is called.
    pub name: String,
}
