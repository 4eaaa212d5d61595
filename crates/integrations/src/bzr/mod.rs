//! Breezy: a plugin inside of it says which revisions came to a branch, and which were taken back.
//!
//! The plugin is `plugins/breezy` of this repository, and collects facts. [`collect`] turns them into events; what is known
//! about these stands in [`facts`]. Branches of Bazaar are told too, where Breezy works on them.

mod collect;
mod driver;
pub mod facts;
mod install;
mod options;
mod presets;
mod product;
mod repository;
mod said;

pub use collect::collect;
pub use options::{DEFAULTS, Options, Settings};
pub use presets::Preset;
pub use product::PRODUCT;
pub use repository::Repository;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "bzr";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Breezy",
    agent: "ZulipBreezy",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/bzr.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Repository>(PhantomData),
};

const HOOKS: &[Hook] = &[Hook {
    name: "event",
    arguments: 0..=1,
    usage: "[BRANCH]",
    input: true,
    link: false,
    usual: true,
    about: "Accept what the plugin inside of Breezy says

What came to the branch is read from standard input as JSON: {\"kind\": \"changed\", \"facts\": {…}}. It ends with 0 whatever \
            happens, since a notice should never look like a failed push.",
}];

const HELP: Help = Help {
    about: "Tell Zulip of commits and pushes to Breezy and Bazaar branches",
    changes: "Pushes",
    verb: "Push",
    words: Words {
        name: "branch",
        argument: "BRANCH",
        install: "Put the plugin and a settings file in place, check them, and send a test message",
        users: "The Unix users who push, with commas between; without it the branch's owner",
        channel: "commits",
    },
    instance: "The branch, or the shared repository for all branches in it: the folder that holds `.bzr`",
    preview: "The example is made up. What the plugin says, given on standard input, replaces it.",
    examples: [
        "\
Examples:
  zulipkit bzr install /srv/bzr/website --zuliprc ~/zuliprc --channel commits
  zulipkit bzr preview /srv/bzr/website
  zulipkit bzr config /srv/bzr/website",
        "\
Examples:
  zulipkit bzr install /srv/bzr/website --zuliprc ~/zuliprc --channel commits
  zulipkit bzr install /srv/bzr/website --dry-run
  sudo zulipkit bzr install /srv/bzr/website --zuliprc /etc/zulipkit/zuliprc --users ada,lee --timer",
        "\
Examples:
  zulipkit bzr preview /srv/bzr/website
  zulipkit bzr preview /srv/bzr/website < said.json",
    ],
};
