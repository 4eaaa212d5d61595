//! The bots that come with zulipkit, one file or folder each.

mod helloworld;

use zulipkit_bots::Kind;

/// Returns all bots, by name.
pub fn all() -> &'static [Kind] {
    const ALL: &[Kind] = &[Kind::of::<helloworld::HelloWorld>()];
    ALL
}

/// Returns the bot of this name.
pub fn find(name: &str) -> Option<&'static Kind> {
    all().iter().find(|kind| kind.name == name)
}
