//! A simulated Zulip server for tests and demonstrations.

pub mod render;
