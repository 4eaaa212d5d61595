//! zulipkit-outbox.
