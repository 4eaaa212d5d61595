//! zulipkit-integrations.
