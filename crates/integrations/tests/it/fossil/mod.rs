/// What comes to real repositories, case by case.
mod collect;
/// Settings that the defaults and the page give as examples.
mod examples;
/// What `install` puts in place, and what `doctor` finds.
mod install;
/// Facts in, message out.
mod messages;
/// A repository, and a check-out of a clone.
mod world;
