//! What the rules know of Fossil: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{COMMITS, fact_names, kind, texts};

/// The group of the kinds that are about one branch.
const BRANCH: &[&str] = &["branch"];

/// The group of what somebody wrote.
const ITEM: &[&str] = &["item"];

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("push", BRANCH, BRANCH_FACTS),
        kind("create", BRANCH, BRANCH_FACTS),
        kind("close", BRANCH, BRANCH_FACTS),
        kind("tag", &[], TAG_FACTS),
        kind("wiki", ITEM, ITEM_FACTS),
        kind("technote", ITEM, ITEM_FACTS),
        kind("ticket", ITEM, ITEM_FACTS),
        kind("forum", ITEM, ITEM_FACTS),
        kind("attachment", ITEM, ITEM_FACTS),
    ]),
    texts: texts![
        "default" / "push",
        "default" / "create",
        "default" / "close",
        "default" / "tag",
        "default" / "wiki",
        "default" / "technote",
        "default" / "ticket",
        "default" / "forum",
        "default" / "attachment",
        "default" / "topic",
        "default" / "pieces",
        +COMMITS,
    ],
    filters: &[],
};

/// The fields of [`facts::Branch`](super::facts::Branch).
const BRANCH_FACTS: &[&str] = fact_names![Place Update; "created", "closed"];

/// The fields of [`facts::Tags`](super::facts::Tags).
const TAG_FACTS: &[&str] = fact_names![Place Tags];

/// The fields of [`facts::Item`](super::facts::Item).
const ITEM_FACTS: &[&str] = fact_names![
    Place;
    "author", "id", "url", "date", "action", "title", "of", "message", "fields",
];
