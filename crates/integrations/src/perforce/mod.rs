//! Perforce: the triggers of a server of one's own.
//!
//! The server calls a trigger by the line that stands for it in its table of triggers. [`collect`] asks `p4` what the
//! changelist holds. What is known about it stands in [`facts`].

mod collect;
mod describe;
mod driver;
pub mod facts;
mod options;
mod presets;
mod product;
mod server;

pub use collect::collect;
pub use options::{DEFAULTS, Options, Settings};
pub use presets::Preset;
pub use product::PRODUCT;
pub use server::Server;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "perforce";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Perforce",
    agent: "ZulipPerforce",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/perforce.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Server>(PhantomData),
};

const HOOKS: &[Hook] = &[
    Hook {
        usual: true,
        about: "Accept what Perforce says after a submit: the trigger

It ends with 0 whatever happens, since a notice should never look like a failed submit.",
        ..hook("change-commit", "CHANGE [ROOT]", 2)
    },
    Hook {
        about: "Accept what Perforce says before a submit: another trigger

For servers that cannot run `change-commit`. The files are not there yet, and the submit may still fail.",
        ..hook("change-submit", "CHANGE [ROOT]", 2)
    },
    Hook {
        about: "Accept what Perforce says after files were shelved: another trigger",
        ..hook("shelve-commit", "CHANGE", 1)
    },
    Hook {
        about: "Accept what Perforce says before shelved files are deleted: another trigger",
        ..hook("shelve-delete", "CHANGE", 1)
    },
    Hook {
        about: "Accept what Perforce says after a form was saved, such as a branch, a label or a job: another trigger",
        arguments: 2..=3,
        ..hook("form-commit", "TYPE NAME [USER]", 3)
    },
];

const fn hook(name: &'static str, usage: &'static str, most: usize) -> Hook {
    Hook {
        name,
        arguments: 1..=most,
        usage,
        input: false,
        // The server runs commands, not files.
        link: false,
        usual: false,
        about: "",
    }
}

const HELP: Help = Help {
    about: "Tell Zulip of submits to a Perforce server",
    changes: "Submits",
    verb: "Submit",
    words: Words {
        name: "folder",
        argument: "FOLDER",
        install: "Put a settings file into a folder, check it, say which triggers to add, and send a test message",
        users: "The Unix users by whom the Perforce server runs, with commas between; without it the folder's owner",
        channel: "commits",
    },
    instance: "The folder of the settings file; one that the user reads by whom the Perforce server runs",
    preview: "The example is the newest submitted changelist. A number on standard input shows another one.",
    examples: [
        "\
Examples:
  zulipkit perforce install /srv/perforce --zuliprc ~/zuliprc --channel commits
  zulipkit perforce preview /srv/perforce
  zulipkit perforce config /srv/perforce",
        "\
Examples:
  zulipkit perforce install /srv/perforce --zuliprc ~/zuliprc --channel commits
  zulipkit perforce install /srv/perforce --dry-run
  sudo zulipkit perforce install /srv/perforce --zuliprc /etc/zulipkit/zuliprc --users perforce --timer",
        "\
Examples:
  zulipkit perforce preview /srv/perforce
  echo 1843 | zulipkit perforce preview /srv/perforce",
    ],
};
