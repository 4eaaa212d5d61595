//! The products whose news come to Zulip: one folder each, with what triggers it, its facts, settings and templates.

pub mod git;
