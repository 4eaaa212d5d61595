//! What the plugin says becomes events, and these become messages.

mod collect;
mod examples;
mod install;
mod messages;
mod wiki;
