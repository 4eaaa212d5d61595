//! What the rules know of CVS: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{COMMITS, kind, texts};

/// The group of both kinds.
const CHANGE: &[&str] = &["change"];

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("commit", CHANGE, COMMIT_FACTS),
        kind("import", CHANGE, IMPORT_FACTS),
    ]),
    texts: texts![
        "default" / "commit",
        "default" / "import",
        "default" / "topic",
        +COMMITS,
    ],
    filters: &[],
};

/// The fields of [`facts::Commit`](super::facts::Commit).
const COMMIT_FACTS: &[&str] = &[
    "repo", "repo_url", "author", "id", "url", "folder", "module", "message", "subject", "paths",
    "branch", "branches", "files", "folders",
];

/// The fields of [`facts::Import`](super::facts::Import).
const IMPORT_FACTS: &[&str] = &[
    "repo",
    "repo_url",
    "author",
    "id",
    "url",
    "folder",
    "module",
    "message",
    "subject",
    "paths",
    "vendor",
    "releases",
    "added",
    "updated",
    "conflicts",
    "conflict_count",
];
