/// What a changelist comes to, case by case, with a stand-in for `p4`.
mod collect;
/// Settings that the defaults and the page give as examples.
mod examples;
/// Facts in, message out.
mod messages;
