//! zulipkit-markup.
