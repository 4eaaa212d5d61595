//! What the rules know of Jenkins: its kinds of events, their facts, the templates.

use zulipkit_notify::{Filter, Product, Vocabulary};

use crate::vocabulary::{kind, texts};

/// Event kinds and templates.
pub const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        kind("build", &[], BUILD_FACTS),
        kind("message", &[], MESSAGE_FACTS),
    ]),
    texts: texts![
        "default" / "build",
        "default" / "message",
        "default" / "topic",
        "default" / "pieces",
    ],
    filters: &[Filter {
        name: "markdown",
        // Whoever writes a pipeline's message writes Zulip Markdown, links and mentions included.
        convert: |text, _| text.to_owned(),
    }],
};

/// The fields of [`facts::Build`](super::facts::Build).
const BUILD_FACTS: &[&str] = &[
    "job",
    "title",
    "job_name",
    "folder",
    "job_url",
    "branch",
    "change_request",
    "number",
    "name",
    "url",
    "channel",
    "topic",
    "result",
    "previous_result",
    "status",
    "news",
    "failures",
    "failing_for",
    "started",
    "duration",
    "seconds",
    "causes",
    "description",
    "changes",
    "changes_count",
    "committers",
    "committers_more",
    "tests",
    "artifacts",
    "artifacts_count",
];

/// The fields of [`facts::Message`](super::facts::Message).
const MESSAGE_FACTS: &[&str] = &[
    "job",
    "title",
    "job_name",
    "folder",
    "job_url",
    "branch",
    "change_request",
    "number",
    "name",
    "url",
    "channel",
    "topic",
    "text",
];
