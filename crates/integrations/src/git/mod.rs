//! Git: the `post-receive` hook of a repository on a server of one's own.
//!
//! Git calls the hook once for each push, when all refs have moved, with a line for each of them. [`collect`] turns the
//! lines into events: one for each branch, one for all tags of the push together, one for each other ref that the
//! settings ask for. What is known about them stands in [`facts`].

mod collect;
mod driver;
pub mod facts;
mod files;
mod input;
pub mod install;
mod log;
mod options;
mod presets;
mod product;
mod pusher;
mod refs;
mod repository;
mod tags;

pub use collect::collect;
pub use options::{DEFAULTS, Merges, Options, Settings};
pub use presets::Preset;
pub use product::PRODUCT;
pub use repository::{Error, Repository};

pub use crate::vcs::{Collected, People, Prepared, UrlTemplate, UrlTemplates};

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "git";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Git",
    agent: "ZulipGit",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/git.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Repository>(PhantomData),
};

const HOOKS: &[Hook] = &[Hook {
    name: "post-receive",
    arguments: 0..=0,
    usage: "",
    input: true,
    link: true,
    usual: true,
    about: "Accept what Git says after a push: the hook

Git calls it in the repository, with a line `OLD NEW REF` on standard input for each ref that moved. It ends with 0 \
            whatever happens, since a notice should never look like a failed push.",
}];

const HELP: Help = Help {
    about: "Tell Zulip of pushes to a Git repository",
    changes: "Pushes",
    verb: "Push",
    words: Words::REPOSITORY,
    instance: "The repository: a bare one, or a folder with a `.git`",
    preview: "The example is the newest commits of the current branch, as if they were pushed now. Lines `OLD NEW REF` \
              on standard input, as Git gives them to the hook, show another push.",
    examples: [
        "\
Examples:
  zulipkit git install /srv/git/website.git --zuliprc ~/zuliprc --channel commits
  zulipkit git preview /srv/git/website.git
  zulipkit git config /srv/git/website.git",
        "\
Examples:
  zulipkit git install /srv/git/website.git --zuliprc ~/zuliprc --channel commits
  zulipkit git install /srv/git/website.git --dry-run
  sudo zulipkit git install /srv/git/website.git --zuliprc /etc/zulipkit/zuliprc --users ada,lee --timer",
        "\
Examples:
  zulipkit git preview /srv/git/website.git
  echo \"$(git rev-parse HEAD~5) $(git rev-parse HEAD) refs/heads/main\" | zulipkit git preview",
    ],
};
