//! What the rules know of Subversion: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{kind, texts};

/// The group of the kinds that are about one revision.
const REVISION: &[&str] = &["revision"];

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("commit", REVISION, REVISION_FACTS),
        kind("branch", REVISION, REVISION_FACTS),
        kind("tag", REVISION, REVISION_FACTS),
        kind("revprop", &[], REVPROP_FACTS),
        kind("lock", &[], LOCK_FACTS),
        kind("unlock", &[], LOCK_FACTS),
    ]),
    texts: texts![
        "default" / "commit",
        "default" / "branch",
        "default" / "tag",
        "default" / "revprop",
        "default" / "lock",
        "default" / "unlock",
        "default" / "topic",
        "default" / "pieces",
        "classic" / "commit",
        "classic" / "branch",
        "classic" / "tag",
        "classic" / "topic",
    ],
    filters: &[],
};

/// The fields of [`facts::Revision`](super::facts::Revision).
const REVISION_FACTS: &[&str] = &[
    "repo",
    "repo_url",
    "author",
    "anonymous",
    "id",
    "short",
    "url",
    "date",
    "message",
    "subject",
    "branch",
    "branch_url",
    "branches",
    "tags",
    "project",
    "action",
    "copied_from",
    "files",
    "paths",
    "folders",
    "incomplete",
];

/// The fields of [`facts::RevisionProperty`](super::facts::RevisionProperty).
const REVPROP_FACTS: &[&str] = &[
    "repo",
    "repo_url",
    "author",
    "anonymous",
    "id",
    "short",
    "url",
    "property",
    "action",
    "value",
    "old_value",
];

/// The fields of [`facts::Locks`](super::facts::Locks).
const LOCK_FACTS: &[&str] = &["repo", "repo_url", "author", "anonymous", "paths", "count"];
