//! Fossil: the `after-receive` hook of a repository on a server of one's own.
//!
//! Fossil calls the hook a moment after something came in, and writes a line for each artifact that came. [`collect`]
//! reads those that are news: check-ins by branch, tags, wiki pages, technical notes, tickets, forum posts and
//! attachments. What is known about them stands in [`facts`].

mod artifact;
mod branches;
mod cards;
mod collect;
mod driver;
pub mod facts;
mod install;
mod options;
mod product;
mod repository;

pub use collect::collect;
pub use options::{DEFAULTS, Options, Settings};
pub use product::PRODUCT;
pub use repository::Repository;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "fossil";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Fossil",
    agent: "ZulipFossil",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/fossil.md"),
    hooks: &[HOOK],
    help: HELP,
    driver: &For::<Repository>(PhantomData),
};

const HOOK: Hook = Hook {
    name: "after-receive",
    arguments: 1..=2,
    usage: "REPOSITORY [FOSSIL]",
    input: true,
    // Fossil runs commands, not files.
    link: false,
    usual: true,
    about: "Accept what Fossil says after something came in: the hook

The artifacts are read from standard input, one a line. FOSSIL is the program to ask about them.",
};

const HELP: Help = Help {
    about: "Tell Zulip of what comes to a Fossil repository",
    changes: "Pushes",
    verb: "Push",
    words: Words::REPOSITORY,
    instance: "The repository: the file that `fossil init` or `fossil clone` made, not a check-out",
    preview: "The example is the newest check-ins, as if they came now. Hashes on standard input, one a line, show other \
              artifacts.",
    examples: [
        "\
Examples:
  zulipkit fossil install /srv/fossil/website.fossil --zuliprc ~/zuliprc --channel commits
  zulipkit fossil preview /srv/fossil/website.fossil
  zulipkit fossil config /srv/fossil/website.fossil",
        "\
Examples:
  zulipkit fossil install /srv/fossil/website.fossil --zuliprc ~/zuliprc --channel commits
  zulipkit fossil install /srv/fossil/website.fossil --dry-run
  sudo zulipkit fossil install /srv/fossil/website.fossil --zuliprc /etc/zulipkit/zuliprc --users www-data --timer",
        "\
Examples:
  zulipkit fossil preview /srv/fossil/website.fossil
  echo 5f2d8c01ab | zulipkit fossil preview /srv/fossil/website.fossil",
    ],
};
