//! What the rules know of Perforce: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{kind, texts};

/// The group of the kinds that are about one changelist.
const CHANGE: &[&str] = &["change"];

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("commit", CHANGE, CHANGE_FACTS),
        kind("shelve", CHANGE, CHANGE_FACTS),
        kind("unshelve", CHANGE, CHANGE_FACTS),
        kind("form", &[], FORM_FACTS),
    ]),
    texts: texts![
        "default" / "commit",
        "default" / "shelve",
        "default" / "unshelve",
        "default" / "form",
        "default" / "topic",
        "default" / "pieces",
        "classic" / "commit",
        "classic" / "topic",
    ],
    filters: &[],
};

/// The fields of [`facts::Changelist`](super::facts::Changelist).
const CHANGE_FACTS: &[&str] = &[
    "repo",
    "repo_url",
    "author",
    "client",
    "id",
    "short",
    "old_id",
    "url",
    "date",
    "message",
    "subject",
    "stream",
    "branch",
    "branch_url",
    "root",
    "files",
    "more",
    "paths",
    "folders",
    "incomplete",
];

/// The fields of [`facts::Form`](super::facts::Form).
const FORM_FACTS: &[&str] = &["repo", "author", "form", "name"];
