//! What the rules know of Mercurial: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{COMMITS, fact_names, kind, texts};

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
const BRANCH_FACTS: &[&str] = fact_names![
    Place Update;
    "source", "bookmark", "bookmarks", "created", "closed", "phase",
];

/// The fields of [`facts::Bookmark`](super::facts::Bookmark).
const BOOKMARK_FACTS: &[&str] = fact_names![
    Place Ends;
    "source", "bookmark", "action", "branch", "subject",
];

/// The fields of [`facts::Tags`](super::facts::Tags).
const TAG_FACTS: &[&str] = fact_names![Place Tags; "source"];
