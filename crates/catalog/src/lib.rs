//! The bots that come with zulipkit, one file or folder each.

/// Embeds dialogs, by their paths below `dialogs` without the ending.
macro_rules! dialogs {
    ($($name:literal),+ $(,)?) => {
        &[$((
            concat!($name, ".toml"),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/dialogs/", $name, ".toml")),
        )),+]
    };
}

mod followup;
mod helloworld;
mod help;
mod incrementor;
mod poll;
mod reminder;
mod todo;

use zulipkit_bots::Kind;

/// Returns all bots, by name.
pub fn all() -> &'static [Kind] {
    const ALL: &[Kind] = &[
        Kind::of::<followup::Followup>(),
        Kind::of::<helloworld::HelloWorld>(),
        Kind::of::<help::Help>(),
        Kind::of::<incrementor::Incrementor>(),
        Kind::of::<poll::PollBot>(),
        Kind::of::<reminder::Reminder>(),
        Kind::of::<todo::Todo>(),
    ];
    ALL
}

/// Returns the bot of this name.
pub fn find(name: &str) -> Option<&'static Kind> {
    all().iter().find(|kind| kind.name == name)
}
