//! What the rules know of Git: its kinds of events, their facts, the templates.

use zulipkit_notify::{Kind, Product, Text, Vocabulary};

use crate::vcs::{COMMITS, kind, texts};

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
const BRANCH_FACTS: &[&str] = &[
    "repo",
    "repo_path",
    "repo_url",
    "pusher",
    "push_options",
    "ref",
    "branch",
    "branch_url",
    "old_branch",
    "old",
    "old_short",
    "old_url",
    "new",
    "new_short",
    "new_url",
    "created",
    "deleted",
    "forced",
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

/// The fields of [`facts::Tags`](super::facts::Tags).
const TAG_FACTS: &[&str] = &[
    "repo",
    "repo_path",
    "repo_url",
    "pusher",
    "push_options",
    "tags",
    "count",
    "more",
];

/// The fields of [`facts::OtherRef`](super::facts::OtherRef).
const REF_FACTS: &[&str] = &[
    "repo",
    "repo_path",
    "repo_url",
    "pusher",
    "push_options",
    "ref",
    "action",
    "old",
    "old_short",
    "new",
    "new_short",
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
