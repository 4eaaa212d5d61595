//! zulipkit-diag.
