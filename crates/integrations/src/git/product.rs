//! What the rules know of Git: its kinds of events, their facts, the templates.

use zulipkit_notify::{Kind, Product, Text, Vocabulary};

use crate::vcs::{COMMITS, fact_names, kind, texts};

/// The group of the kinds that are about one branch.
const BRANCH: &[&str] = &["branch"];

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(KINDS),
    texts: TEXTS,
    filters: &[],
};

const KINDS: &[Kind] = &[
    kind("push", BRANCH, BRANCH_FACTS),
    kind("create", BRANCH, BRANCH_FACTS),
    kind("delete", BRANCH, BRANCH_FACTS),
    kind("rename", BRANCH, BRANCH_FACTS),
    kind("rewrite", BRANCH, BRANCH_FACTS),
    kind("tag", &[], TAG_FACTS),
    kind("ref", &[], REF_FACTS),
];

/// The fields of [`facts::Branch`](super::facts::Branch).
const BRANCH_FACTS: &[&str] = fact_names![
    Place Update Removed;
    "push_options", "ref", "old_branch", "created", "deleted", "forced",
];

/// The fields of [`facts::Tags`](super::facts::Tags).
const TAG_FACTS: &[&str] = fact_names![Place Tags; "push_options"];

/// The fields of [`facts::OtherRef`](super::facts::OtherRef).
const REF_FACTS: &[&str] = fact_names![
    Place;
    "push_options", "ref", "action", "old", "old_short", "new", "new_short",
];

const TEXTS: &[Text] = texts![
    "default" / "push",
    "default" / "create",
    "default" / "delete",
    "default" / "rename",
    "default" / "rewrite",
    "default" / "tag",
    "default" / "ref",
    "default" / "topic",
    "classic" / "push",
    "classic" / "create",
    "classic" / "delete",
    "classic" / "rename",
    "classic" / "rewrite",
    "classic" / "topic",
    "classic" / "pieces",
    +COMMITS,
];
