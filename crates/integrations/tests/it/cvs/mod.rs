/// What a call of CVS comes to, case by case.
mod collect;
/// Settings that the defaults and the page give as examples.
mod examples;
/// What `install` puts in place, and what `check` finds.
mod install;
/// Facts in, message out.
mod messages;
/// A repository whose hooks write down what CVS says.
mod world;
