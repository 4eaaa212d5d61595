/// What a push comes to, case by case.
mod collect;
/// Settings that the defaults and the page give as examples.
mod examples;
/// What `install` puts in place, and what `check` finds.
mod install;
/// Facts in, message out.
mod messages;
/// What is no text, no repository, or not there.
mod odd;
/// The section of the old hook.
mod old;
/// A repository, and clones that push to it.
mod world;
