//! Mercurial: the hooks of a repository on a server of one's own.
//!
//! Mercurial calls `changegroup` once for each push and says in variables which changesets came. [`collect`] sorts them by
//! named branch and bookmark: one event for each, and one for all tags together. A bookmark that moves with no new
//! changesets is an event of its own. What is known about them stands in [`facts`].

mod changeset;
mod collect;
mod driver;
pub mod facts;
mod groups;
mod install;
mod lines;
mod old;
mod options;
mod presets;
mod product;
mod pusher;
mod repository;
mod tags;

pub use collect::collect;
pub use options::{DEFAULTS, Options, Settings};
pub use presets::Preset;
pub use product::PRODUCT;
pub use repository::Repository;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "hg";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Mercurial",
    agent: "ZulipMercurial",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/hg.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Repository>(PhantomData),
};

const HOOKS: &[Hook] = &[
    Hook {
        usual: true,
        about: "Accept what Mercurial says after changesets came: the hook

Mercurial calls it in the repository and says in `HG_NODE` and `HG_NODE_LAST` which changesets came. It ends with 0 \
                whatever happens, since a notice should never look like a failed push.",
        ..hook("changegroup")
    },
    Hook {
        usual: true,
        about: "Accept what Mercurial says after a bookmark moved: the hook for bookmarks

A bookmark that came with changesets is told with them, by the hook `changegroup`.",
        ..hook("txnclose-bookmark")
    },
    Hook {
        about: "Accept what Mercurial says of each changeset that came: another hook

It takes the place of `changegroup` where each changeset should be a message of its own.",
        ..hook("incoming")
    },
    Hook {
        about: "Accept what Mercurial says after a commit in this repository: another hook",
        ..hook("commit")
    },
];

const fn hook(name: &'static str) -> Hook {
    Hook {
        name,
        arguments: 0..=0,
        usage: "",
        input: false,
        // Mercurial runs commands, not files.
        link: false,
        usual: false,
        about: "",
    }
}

const HELP: Help = Help {
    about: "Tell Zulip of pushes to a Mercurial repository",
    changes: "Pushes",
    verb: "Push",
    words: Words::REPOSITORY,
    instance: "The repository: the folder that holds `.hg`",
    preview: "The example is the newest changesets, as if they were pushed now. A revision or a set of them on standard \
              input shows others.",
    examples: [
        "\
Examples:
  zulipkit hg install /srv/hg/website --zuliprc ~/zuliprc --channel commits
  zulipkit hg preview /srv/hg/website
  zulipkit hg config /srv/hg/website",
        "\
Examples:
  zulipkit hg install /srv/hg/website --zuliprc ~/zuliprc --channel commits
  zulipkit hg install /srv/hg/website --dry-run
  sudo zulipkit hg install /srv/hg/website --zuliprc /etc/zulipkit/zuliprc --users ada,lee --timer",
        "\
Examples:
  zulipkit hg preview /srv/hg/website
  echo 1.0::stable | zulipkit hg preview /srv/hg/website",
    ],
};
