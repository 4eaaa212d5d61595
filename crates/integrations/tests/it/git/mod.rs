/// What a push comes to, case by case.
mod collect;
/// Settings that the defaults and the page give as examples.
mod examples;
/// From the hook's input to rows for the outbox.
mod hook;
/// What `install` puts in place, and what `check` finds.
mod install;
/// Odd repositories: bare or not, linked, shallow, with the other hash.
mod layouts;
/// Facts in, message out.
mod messages;
/// Odd bytes, odd settings of Git, odd input.
mod odd;
/// A server's repository and somebody's clone of it.
mod world;
