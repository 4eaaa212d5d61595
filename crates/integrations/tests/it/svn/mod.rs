/// What a revision comes to, case by case.
mod collect;
/// Settings that the defaults and the page give as examples.
mod examples;
/// What `install` puts in place, and what `check` finds.
mod install;
/// Facts in, message out.
mod messages;
/// A repository and a working copy.
mod world;
