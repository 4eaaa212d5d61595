//! zulipkit-settings.
