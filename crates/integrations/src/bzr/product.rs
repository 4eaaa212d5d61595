//! What the rules know of Breezy: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{COMMITS, kind, texts};

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("push", &[], FACTS),
        kind("create", &[], FACTS),
        kind("rewrite", &[], FACTS),
    ]),
    texts: texts![
        "default" / "push",
        "default" / "create",
        "default" / "rewrite",
        "default" / "topic",
        +COMMITS,
    ],
    filters: &[],
};

/// The fields of [`facts::Branch`](super::facts::Branch).
const FACTS: &[&str] = &[
    "repo",
    "repo_path",
    "repo_url",
    "pusher",
    "source",
    "branch",
    "branch_url",
    "old",
    "old_short",
    "old_url",
    "new",
    "new_short",
    "new_url",
    "commits",
    "count",
    "more",
    "merges",
    "removed",
    "removed_count",
    "removed_more",
    "authors",
    "compare_url",
    "files",
    "paths",
    "incomplete",
];
