/// What the plugin says, and what it comes to.
mod collect;
/// Settings that the defaults and the page give as examples.
mod examples;
/// What `install` puts in place, and what `check` finds.
mod install;
/// Facts in, message out.
mod messages;
