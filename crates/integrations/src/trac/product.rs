//! What the rules know of Trac: its kinds of events, their facts, the templates.

use zulipkit_notify::{Filter, Product, Vocabulary};

use super::wiki;
use crate::vocabulary::{kind, texts};

const TICKET: &[&str] = &["ticket"];
const WIKI: &[&str] = &["wiki"];
const MILESTONE: &[&str] = &["milestone"];
const CHANGESET: &[&str] = &["changeset"];
const ATTACHMENT: &[&str] = &["attachment"];
/// A comment is news about a ticket too.
const COMMENT: &[&str] = &["comment", "ticket"];

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("ticket_created", TICKET, CREATED_FACTS),
        kind("ticket_changed", TICKET, CHANGED_FACTS),
        kind("ticket_deleted", TICKET, TICKET_FACTS),
        kind("tickets_changed", TICKET, MANY_FACTS),
        kind("comment_added", COMMENT, CHANGED_FACTS),
        kind("comment_edited", COMMENT, COMMENT_FACTS),
        kind("comment_deleted", COMMENT, COMMENT_FACTS),
        kind("attachment_added", ATTACHMENT, ATTACHMENT_FACTS),
        kind("attachment_deleted", ATTACHMENT, ATTACHMENT_FACTS),
        kind("page_created", WIKI, PAGE_FACTS),
        kind("page_changed", WIKI, PAGE_FACTS),
        kind("page_renamed", WIKI, PAGE_FACTS),
        kind("page_deleted", WIKI, PAGE_FACTS),
        kind("page_version_deleted", WIKI, PAGE_FACTS),
        kind("milestone_created", MILESTONE, MILESTONE_FACTS),
        kind("milestone_changed", MILESTONE, MILESTONE_FACTS),
        kind("milestone_completed", MILESTONE, MILESTONE_FACTS),
        kind("milestone_deleted", MILESTONE, MILESTONE_FACTS),
        kind("changeset_added", CHANGESET, CHANGESET_FACTS),
        kind("changeset_modified", CHANGESET, CHANGESET_FACTS),
    ]),
    texts: texts![
        "default" / "ticket_created",
        "default" / "ticket_changed",
        "default" / "ticket_deleted",
        "default" / "tickets_changed",
        "default" / "comment_added",
        "default" / "comment_edited",
        "default" / "comment_deleted",
        "default" / "attachment_added",
        "default" / "attachment_deleted",
        "default" / "page_created",
        "default" / "page_changed",
        "default" / "page_renamed",
        "default" / "page_deleted",
        "default" / "page_version_deleted",
        "default" / "milestone_created",
        "default" / "milestone_changed",
        "default" / "milestone_completed",
        "default" / "milestone_deleted",
        "default" / "changeset_added",
        "default" / "changeset_modified",
        "default" / "topic",
        "default" / "pieces",
        "classic" / "ticket_created",
        "classic" / "ticket_changed",
        "classic" / "ticket_deleted",
        "classic" / "comment_added",
        "classic" / "pieces",
    ],
    filters: &[Filter {
        name: "wiki",
        convert: wiki::filter,
    }],
};

/// Joins the facts that every event has, those of tickets where it is about one, and those of the kind itself.
macro_rules! facts {
    (ticket $(, $name:literal)* $(,)?) => {
        facts![
            "id", "url", "summary", "topic", "type", "status", "resolution", "component", "priority", "severity",
            "milestone", "version", "owner", "reporter", "keywords", "cc", "custom" $(, $name)*
        ]
    };
    ($($name:literal),* $(,)?) => {
        &["project", "base_url", "author", "resource" $(, $name)*]
    };
}

/// The fields of [`facts::TicketDeleted`](super::facts::TicketDeleted).
const TICKET_FACTS: &[&str] = facts![ticket];

/// The fields of [`facts::TicketCreated`](super::facts::TicketCreated).
const CREATED_FACTS: &[&str] = facts![ticket, "description"];

/// The fields of [`facts::TicketChanged`](super::facts::TicketChanged).
const CHANGED_FACTS: &[&str] = facts![ticket, "action", "changes", "comment", "comment_url"];

/// The fields of [`facts::Comment`](super::facts::Comment).
const COMMENT_FACTS: &[&str] = facts![
    ticket,
    "comment_number",
    "comment_url",
    "comment",
    "old_comment",
    "changes",
];

/// The fields of [`facts::TicketsChanged`](super::facts::TicketsChanged).
const MANY_FACTS: &[&str] = facts![
    "count",
    "tickets",
    "more",
    "query_url",
    "changes",
    "comment",
    "type",
    "status",
    "component",
    "priority",
    "milestone",
    "owner",
];

/// The fields of [`facts::Attachment`](super::facts::Attachment).
const ATTACHMENT_FACTS: &[&str] = facts![
    ticket,
    "realm",
    "parent",
    "parent_url",
    "filename",
    "attachment_url",
    "download_url",
    "size",
    "size_text",
    "description",
];

/// The fields of [`facts::Page`](super::facts::Page).
const PAGE_FACTS: &[&str] = facts![
    "page", "old_page", "url", "version", "diff_url", "comment", "text",
];

/// The fields of [`facts::Milestone`](super::facts::Milestone).
const MILESTONE_FACTS: &[&str] = facts![
    "milestone",
    "old_milestone",
    "url",
    "description",
    "due",
    "completed",
    "changes",
];

/// The fields of [`facts::Changeset`](super::facts::Changeset).
const CHANGESET_FACTS: &[&str] = facts![
    "repository",
    "revision",
    "short",
    "url",
    "message",
    "old_message",
    "subject",
    "files",
    "paths",
];
