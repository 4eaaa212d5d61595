//! zulipkit-notify.
