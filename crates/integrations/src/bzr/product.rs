//! What the rules know of Breezy: its kinds of events, their facts, the templates.

use zulipkit_notify::{Product, Vocabulary};

use crate::vcs::{COMMITS, fact_names, kind, texts};

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
const FACTS: &[&str] = fact_names![Place Update Removed; "source"];
