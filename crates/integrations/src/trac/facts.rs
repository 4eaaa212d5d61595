//! The facts of a Trac environment: the words that templates, routes and topics may use.

use std::collections::BTreeMap;

use serde::Serialize;

pub use crate::vcs::{Change as FileChange, File, Files};

/// What every event says.
#[derive(Debug, Clone, Serialize)]
pub struct Common {
    /// The project's name.
    pub project: String,
    /// The address of the environment.
    pub base_url: Option<String>,
    /// Who did it; none where Trac does not say.
    pub author: Option<Author>,
    /// What the event is about, for the filter `wiki`: links such as `comment:3` start from it.
    pub resource: Resource,
}

/// A user of Trac.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Author {
    /// The full name where Trac knows it, else the user name; never an e-mail address in full.
    pub name: String,
    /// The user name.
    pub username: String,
    /// The id of the Zulip user, where the settings' `[people]` name this one.
    pub user_id: Option<u64>,
}

/// A ticket, a page, a milestone: what has an address of its own.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Resource {
    /// The address of the environment.
    pub base_url: Option<String>,
    /// `ticket`, `wiki`, `milestone` or `changeset`.
    pub realm: &'static str,
    /// The number or the name.
    pub id: String,
}

/// A ticket, in all events that are about one.
#[derive(Debug, Clone, Serialize)]
pub struct Ticket {
    /// Its number.
    pub id: u64,
    /// Its web page.
    pub url: Option<String>,
    /// The summary, or `(no summary)`.
    pub summary: String,
    /// The summary for the topic: the one that the ticket was made with, if the option `stable_topics` is set.
    pub topic: String,
    /// Its type, such as `defect`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status, such as `new`.
    pub status: String,
    /// How it was resolved, such as `fixed`; empty if it is open.
    pub resolution: String,
    /// The component.
    pub component: String,
    /// The priority.
    pub priority: String,
    /// The severity.
    pub severity: String,
    /// The milestone.
    pub milestone: String,
    /// The version.
    pub version: String,
    /// Who works on it.
    pub owner: String,
    /// Who reported it.
    pub reporter: String,
    /// The keywords.
    pub keywords: Vec<String>,
    /// Who is told of changes.
    pub cc: Vec<String>,
    /// The custom fields by their names.
    pub custom: BTreeMap<String, String>,
}

/// The facts of the kind `ticket_created`.
#[derive(Debug, Clone, Serialize)]
pub struct TicketCreated {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// The description in TracWiki markup, at most 10,000 characters.
    pub description: String,
}

/// The facts of the kind `ticket_deleted`.
#[derive(Debug, Clone, Serialize)]
pub struct TicketDeleted {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
}

/// The facts of the kind `ticket_changed`, and of `comment_added`, a comment without any change.
#[derive(Debug, Clone, Serialize)]
pub struct TicketChanged {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// What it comes to.
    pub action: Action,
    /// The fields that were changed and that the option `fields` lets through.
    pub changes: Vec<Change>,
    /// The comment in TracWiki markup, at most 10,000 characters; may be empty.
    pub comment: String,
    /// The comment's address.
    pub comment_url: Option<String>,
}

/// What a change of a ticket comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is closed now.
    Closed,
    /// It is not closed any more.
    Reopened,
    /// There is a comment and no other change.
    Commented,
    /// Anything else.
    Changed,
}

/// A field of a ticket or a milestone that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The field's name, `milestone`.
    pub field: String,
    /// The field's name for people, `Milestone`.
    pub label: String,
    /// What sort of value it has.
    pub kind: ValueKind,
    /// The old value; empty if there was none.
    pub old: String,
    /// The new value; empty if there is none.
    pub new: String,
    /// For a list: what came in.
    pub added: Vec<String>,
    /// For a list: what went out.
    pub removed: Vec<String>,
}

/// What sort of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueKind {
    /// Words.
    Text,
    /// Several words, in any order.
    List,
    /// A text of several lines in TracWiki markup.
    Wiki,
    /// A moment.
    Time,
}

/// The facts of the kinds `comment_edited` and `comment_deleted`.
#[derive(Debug, Clone, Serialize)]
pub struct Comment {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// The comment's number; none if it is deleted.
    pub comment_number: Option<String>,
    /// The comment's address; none if it is deleted.
    pub comment_url: Option<String>,
    /// The comment as it is now, in TracWiki markup; empty if it is deleted.
    pub comment: String,
    /// The comment as it was; empty if it is deleted.
    pub old_comment: String,
    /// The changes of fields that were taken back with the comment.
    pub changes: Vec<Change>,
}

/// The facts of the kind `tickets_changed`: the same change of many tickets.
///
/// The fields of the tickets are here as in [`Ticket`], as lists of all the values that there are.
#[derive(Debug, Clone, Serialize)]
pub struct TicketsChanged {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// How many tickets.
    pub count: usize,
    /// The first of them.
    pub tickets: Vec<ShortTicket>,
    /// How many are not in that list.
    pub more: usize,
    /// The page that lists them all, if the address is not too long.
    pub query_url: Option<String>,
    /// What was changed in all of them. The old value is empty where it was not the same in all.
    pub changes: Vec<Change>,
    /// The comment in TracWiki markup; may be empty.
    pub comment: String,
    /// Their types.
    #[serde(rename = "type")]
    pub kind: Vec<String>,
    /// Their statuses.
    pub status: Vec<String>,
    /// Their components.
    pub component: Vec<String>,
    /// Their priorities.
    pub priority: Vec<String>,
    /// Their milestones.
    pub milestone: Vec<String>,
    /// Their owners.
    pub owner: Vec<String>,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShortTicket {
    /// Its number.
    pub id: u64,
    /// Its web page.
    pub url: Option<String>,
    /// The summary, or `(no summary)`.
    pub summary: String,
}

/// The facts of the kinds `attachment_added` and `attachment_deleted`.
#[derive(Debug, Clone, Serialize)]
pub struct Attachment {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// What it is attached to: `ticket`, `wiki` or `milestone`.
    pub realm: String,
    /// The number of the ticket, or the name of the page or milestone.
    pub parent: String,
    /// The web page of what it is attached to.
    pub parent_url: Option<String>,
    /// Its file name.
    pub filename: String,
    /// Its web page.
    pub attachment_url: Option<String>,
    /// The file itself.
    pub download_url: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// Its size for people, `12.3 kB`.
    pub size_text: String,
    /// What is said about it.
    pub description: String,
    /// The ticket's facts, if it is attached to a ticket that still exists.
    #[serde(flatten)]
    pub ticket: Option<Ticket>,
}

/// The facts of the kinds that are about a wiki page.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// Its name.
    pub page: String,
    /// Its name before, in the kind `page_renamed`.
    pub old_page: Option<String>,
    /// Its web page.
    pub url: Option<String>,
    /// The version that is the newest now.
    pub version: u64,
    /// The web page that shows what the newest version changed.
    pub diff_url: Option<String>,
    /// The remark about the change.
    pub comment: String,
    /// The text of a new page in TracWiki markup, at most 10,000 characters.
    pub text: String,
}

/// The facts of the kinds that are about a milestone.
#[derive(Debug, Clone, Serialize)]
pub struct Milestone {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// Its name.
    pub milestone: String,
    /// Its name before, if it was renamed.
    pub old_milestone: Option<String>,
    /// Its web page.
    pub url: Option<String>,
    /// What it is for, in TracWiki markup.
    pub description: String,
    /// When it is due, as ISO 8601.
    pub due: Option<String>,
    /// When it was completed, as ISO 8601.
    pub completed: Option<String>,
    /// What was changed.
    pub changes: Vec<Change>,
}

/// The facts of the kinds `changeset_added` and `changeset_modified`.
#[derive(Debug, Clone, Serialize)]
pub struct Changeset {
    /// What every event says.
    #[serde(flatten)]
    pub common: Common,
    /// The repository's name in Trac; empty for the default one.
    pub repository: String,
    /// The revision.
    pub revision: String,
    /// The revision as people quote it.
    pub short: String,
    /// Its web page.
    pub url: Option<String>,
    /// The log message, at most 10,000 characters.
    pub message: String,
    /// The log message before, in the kind `changeset_modified`.
    pub old_message: String,
    /// The first line of the log message, or `(no subject)`.
    pub subject: String,
    /// The changed files, of at most 1,000.
    pub files: Files,
    /// Their paths.
    pub paths: Vec<String>,
}
