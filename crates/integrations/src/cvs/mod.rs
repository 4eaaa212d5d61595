//! CVS: the `loginfo` and `commitinfo` lines of a repository.
//!
//! CVS calls `loginfo` once for each folder of a commit. Before the first of these calls it has called `commitinfo` for each
//! folder, and so `pending` knows which call is the last: it brings the others with it, and [`collect`] makes one event of
//! them. What is known about a commit stands in [`facts`].

mod collect;
mod driver;
mod example;
pub mod facts;
mod install;
mod lines;
mod options;
mod part;
mod pending;
mod presets;
mod product;
mod repository;

pub use collect::collect;
pub use options::{DEFAULTS, Options, Settings};
pub use presets::Preset;
pub use product::PRODUCT;
pub use repository::Repository;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "cvs";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "CVS",
    agent: "ZulipCVS",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/cvs.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Repository>(PhantomData),
};

/// The hook that is called after the commit.
const LOGINFO: &str = "loginfo";

/// The hook that is called before the commit.
const COMMITINFO: &str = "commitinfo";

const HOOKS: &[Hook] = &[
    Hook {
        name: LOGINFO,
        arguments: part::FIXED..=usize::MAX,
        usage: "ROOT FOLDER COMMAND ID USER [FILE OLD NEW]...",
        input: true,
        // CVS runs commands, not files.
        link: false,
        usual: true,
        about: "Accept what CVS says after a commit to a folder: the line in `loginfo`

The log message is read from standard input. It ends with 0 whatever happens, since a notice should never look like a failed commit.",
    },
    Hook {
        name: COMMITINFO,
        arguments: 0..=0,
        usage: "",
        input: false,
        link: false,
        usual: true,
        about: "Note a folder of a commit that begins: the line in `commitinfo`

By it the hook `loginfo` knows the last folder of a commit, so that all of them become one message. It ends with 0 whatever happens, \
                since the commit would be refused otherwise.",
    },
];

const HELP: Help = Help {
    about: "Tell Zulip of commits to a CVS repository",
    changes: "Commits",
    verb: "Commit",
    words: Words {
        install: "Add the lines to a repository's CVSROOT and a settings file beside them, check them, and send a test message",
        users: "The Unix users who commit, with commas between; without it the repository's owner",
        ..Words::REPOSITORY
    },
    instance: "The repository: the folder that holds `CVSROOT`",
    preview: "The example is the newest change in the repository's history, in one folder.",
    examples: [
        "\
Examples:
  zulipkit cvs install /srv/cvs/tools --zuliprc ~/zuliprc --channel commits
  zulipkit cvs preview /srv/cvs/tools
  zulipkit cvs config /srv/cvs/tools",
        "\
Examples:
  zulipkit cvs install /srv/cvs/tools --zuliprc ~/zuliprc --channel commits
  zulipkit cvs install /srv/cvs/tools --dry-run
  sudo zulipkit cvs install /srv/cvs/tools --zuliprc /etc/zulipkit/zuliprc --users ada,lee --timer",
        "\
Examples:
  zulipkit cvs preview /srv/cvs/tools",
    ],
};
