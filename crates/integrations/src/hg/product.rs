//! What the rules know of Mercurial: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{COMMITS, kind, texts};

/// The group of the kinds that are about one branch.
const BRANCH: &[&str] = &["branch"];

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("push", BRANCH, BRANCH_FACTS),
        kind("create", BRANCH, BRANCH_FACTS),
        kind("close", BRANCH, BRANCH_FACTS),
        kind("bookmark", &[], BOOKMARK_FACTS),
        kind("tag", &[], TAG_FACTS),
    ]),
    texts: texts![
        "default" / "push",
        "default" / "create",
        "default" / "close",
        "default" / "bookmark",
        "default" / "tag",
        "default" / "topic",
        "classic" / "push",
        "classic" / "create",
        "classic" / "close",
        "classic" / "topic",
        +COMMITS,
    ],
    filters: &[],
};

/// The fields of [`facts::Branch`](super::facts::Branch).
const BRANCH_FACTS: &[&str] = &[
    "repo",
    "repo_path",
    "repo_url",
    "pusher",
    "source",
    "branch",
    "branch_url",
    "bookmark",
    "bookmarks",
    "old",
    "old_short",
    "old_url",
    "new",
    "new_short",
    "new_url",
    "created",
    "closed",
    "phase",
    "commits",
    "count",
    "more",
    "merges",
    "authors",
    "compare_url",
    "files",
    "paths",
    "incomplete",
];

/// The fields of [`facts::Bookmark`](super::facts::Bookmark).
const BOOKMARK_FACTS: &[&str] = &[
    "repo",
    "repo_path",
    "repo_url",
    "pusher",
    "source",
    "bookmark",
    "action",
    "branch",
    "old",
    "old_short",
    "old_url",
    "new",
    "new_short",
    "new_url",
    "subject",
];

/// The fields of [`facts::Tags`](super::facts::Tags).
const TAG_FACTS: &[&str] = &[
    "repo",
    "repo_path",
    "repo_url",
    "pusher",
    "source",
    "tags",
    "count",
    "more",
];
