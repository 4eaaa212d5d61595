//! What the plugin says, as it stands in its JSON. All that an older plugin may not have said is optional.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What every event says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Common {
    pub(super) project: String,
    /// The address of the environment; without a host where Trac does not know its own.
    pub(super) base_url: String,
    pub(super) author: Option<Author>,
    /// Whatever one request did to several tickets has the same mark.
    pub(super) batch: Option<String>,
}

/// Who did it, as Trac knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Author {
    pub(super) username: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

/// A ticket as it is now.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Ticket {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) url: String,
    /// The fields, without the description.
    #[serde(default)]
    pub(super) values: BTreeMap<String, Option<String>>,
    /// Which of them are custom fields.
    #[serde(default)]
    pub(super) custom: Vec<String>,
    /// The summary that it was made with, if that is another one now.
    #[serde(default)]
    pub(super) first_summary: Option<String>,
}

/// What happened to a ticket.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TicketNews {
    pub(super) description: Option<String>,
    pub(super) changes: Vec<Change>,
    pub(super) comment: Option<String>,
    pub(super) old_comment: Option<String>,
    pub(super) comment_number: Option<String>,
}

/// A field that was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    pub(super) field: String,
    pub(super) label: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) format: Option<String>,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

/// An attachment, and the ticket that it belongs to if it does.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Attachment {
    pub(super) realm: String,
    pub(super) parent: String,
    pub(super) filename: String,
    pub(super) url: String,
    pub(super) download_url: String,
    pub(super) size: u64,
    pub(super) description: Option<String>,
    pub(super) ticket: Option<Ticket>,
}

/// A wiki page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    pub(super) page: String,
    pub(super) old_page: Option<String>,
    pub(super) url: String,
    pub(super) version: u64,
    pub(super) diff_url: String,
    pub(super) comment: Option<String>,
    pub(super) text: Option<String>,
}

/// A milestone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Milestone {
    pub(super) milestone: String,
    pub(super) url: String,
    pub(super) description: Option<String>,
    pub(super) due: Option<String>,
    pub(super) completed: Option<String>,
    pub(super) changes: Vec<Change>,
}

/// A changeset of a linked repository.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Changeset {
    /// The repository's name; empty for the default one.
    pub(super) repository: Option<String>,
    pub(super) revision: String,
    pub(super) short_revision: Option<String>,
    pub(super) url: String,
    pub(super) message: Option<String>,
    pub(super) old_message: Option<String>,
    pub(super) files: Vec<File>,
}

/// A file that a changeset changed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    pub(super) path: String,
    /// `add`, `copy`, `delete`, `edit` or `move`.
    pub(super) change: String,
}
