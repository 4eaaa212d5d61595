//! zulipkit-api.
