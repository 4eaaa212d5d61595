//! Subversion: the `post-commit` hook of a repository on a server of one's own, and its relatives.
//!
//! Subversion calls the hook once for each revision, in an empty environment. [`collect`] reads exactly that revision. What
//! is known about it stands in [`facts`].

mod collect;
mod driver;
pub mod facts;
mod layout;
mod log;
mod options;
mod presets;
mod product;
mod repository;

pub use collect::collect;
pub use layout::Layout;
pub use options::{DEFAULTS, Options, Settings};
pub use presets::Preset;
pub use product::PRODUCT;
pub use repository::Repository;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "svn";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Subversion",
    agent: "ZulipSubversion",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/svn.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Repository>(PhantomData),
};

const HOOKS: &[Hook] = &[
    Hook {
        name: "post-commit",
        arguments: 2..=3,
        usage: "REPOS REV [TXN]",
        input: false,
        link: true,
        usual: true,
        about: "Accept what Subversion says after a commit: the hook

It ends with 0 whatever happens, since a notice should never look like a failed commit.",
    },
    Hook {
        name: "post-revprop-change",
        arguments: 5..=5,
        usage: "REPOS REV USER PROPERTY ACTION",
        input: true,
        link: true,
        usual: false,
        about: "Accept what Subversion says after a change of a revision's property: another hook

The old value is read from standard input.",
    },
    Hook {
        name: "post-lock",
        arguments: 2..=2,
        usage: "REPOS USER",
        input: true,
        link: true,
        usual: false,
        about: "Accept what Subversion says after paths were locked: another hook

The paths are read from standard input.",
    },
    Hook {
        name: "post-unlock",
        arguments: 2..=2,
        usage: "REPOS USER",
        input: true,
        link: true,
        usual: false,
        about: "Accept what Subversion says after paths were unlocked: another hook

The paths are read from standard input.",
    },
];

const HELP: Help = Help {
    about: "Tell Zulip of commits to a Subversion repository",
    changes: "Commits",
    verb: "Commit",
    words: Words::REPOSITORY,
    instance: "The repository: the folder that `svnadmin create` made",
    preview: "The example is the newest revision. A number on standard input shows another one.",
    examples: [
        "\
Examples:
  zulipkit svn install /srv/svn/website --zuliprc ~/zuliprc --channel commits
  zulipkit svn preview /srv/svn/website
  zulipkit svn config /srv/svn/website",
        "\
Examples:
  zulipkit svn install /srv/svn/website --zuliprc ~/zuliprc --channel commits
  zulipkit svn install /srv/svn/website --dry-run
  sudo zulipkit svn install /srv/svn/website --zuliprc /etc/zulipkit/zuliprc --users www-data --timer",
        "\
Examples:
  zulipkit svn preview /srv/svn/website
  echo 1843 | zulipkit svn preview /srv/svn/website",
    ],
};
