//! Trac: a plugin inside of it says what happened to tickets, wiki pages, milestones, attachments and changesets.
//!
//! The plugin is `plugins/trac` of this repository, and collects facts. [`collect`] turns them into events, what is known
//! about these stands in [`facts`], and [`wiki`] makes Zulip Markdown of Trac's markup.

mod changes;
mod collect;
mod driver;
mod environment;
pub mod facts;
mod ini;
mod install;
mod options;
mod product;
mod said;
mod tickets;
mod values;
pub mod wiki;

pub use collect::collect;
pub use environment::Environment;
pub use options::{DEFAULTS, Options, Settings};
pub use product::PRODUCT;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "trac";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Trac",
    agent: "ZulipTrac",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/trac.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Environment>(PhantomData),
};

const HOOKS: &[Hook] = &[Hook {
    name: "event",
    arguments: 0..=1,
    usage: "[ENV]",
    input: true,
    link: false,
    usual: true,
    about: "Accept what the plugin inside of Trac says

Events are read from standard input as JSON, one after the other: {\"kind\": \"ticket_created\", \"time\": \"…\", \"facts\": {…}}.
It ends with 0 whatever happens, since a notice should never look like a failed change of a ticket.",
}];

const HELP: Help = Help {
    about: "Tell Zulip of tickets, wiki pages and milestones of Trac",
    changes: "Changes",
    verb: "Make a ticket",
    words: Words {
        name: "environment",
        argument: "ENV",
        install: "Put the plugin and a settings file into an environment, check them, and send a test message",
        users: "The Unix users by whom Trac runs, with commas between; without it the environment's owner",
        channel: "trac",
    },
    instance: "The environment: the folder that `trac-admin ENV initenv` made",
    preview: "The examples are made up. What the plugin says, given on standard input, replaces them.",
    examples: [
        "\
Examples:
  zulipkit trac install /srv/trac/project --zuliprc /etc/zulipkit/zuliprc --channel trac
  zulipkit trac preview /srv/trac/project
  zulipkit trac config /srv/trac/project",
        "\
Examples:
  zulipkit trac install /srv/trac/project --zuliprc /etc/zulipkit/zuliprc --channel trac
  zulipkit trac install /srv/trac/project --dry-run
  sudo zulipkit trac install /srv/trac/project --zuliprc /etc/zulipkit/zuliprc --users www-data --timer",
        "\
Examples:
  zulipkit trac preview /srv/trac/project
  zulipkit trac preview /srv/trac/project < event.json",
    ],
};
