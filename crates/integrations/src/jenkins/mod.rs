//! Jenkins: builds that tell by themselves, and a watcher for those that do not.
//!
//! A pipeline's library, the plugin or a build step says a [`report`] to `zulipkit jenkins event` or `build`. The
//! [`watch`]er reads the same from the controller's JSON API, through [`remote`]. [`facts`] are what is known then.

mod ask;
mod collect;
mod driver;
pub mod facts;
mod globs;
mod install;
mod mask;
mod options;
mod product;
pub mod remote;
pub mod report;
mod tell;
mod time;
mod variables;
pub mod watch;

pub use driver::Home;
pub use globs::Globs;
pub use options::{Controller, DEFAULTS, Options, Settings};
pub use product::PRODUCT;

use std::marker::PhantomData;

use crate::Integration;
use crate::driver::{For, Help, Hook, Words};

/// The integration's name, in events and on the command line.
pub const NAME: &str = "jenkins";

/// The line of the registry.
pub(crate) const INTEGRATION: Integration = Integration {
    name: NAME,
    title: "Jenkins",
    agent: "ZulipJenkins",
    product: PRODUCT,
    defaults: DEFAULTS,
    docs: include_str!("../../../../docs/src/integrations/jenkins.md"),
    hooks: HOOKS,
    help: HELP,
    driver: &For::<Home>(PhantomData),
};

const HOOKS: &[Hook] = &[
    Hook {
        name: "event",
        arguments: 0..=0,
        usage: "",
        input: true,
        link: false,
        usual: false,
        about: "Accept what the pipeline library or the plugin says: events as JSON on standard input

It ends with 0 whatever happens, since a notice should never make a build fail.",
    },
    Hook {
        name: collect::STEP,
        arguments: 0..=1,
        usage: "[RESULT]",
        input: false,
        link: false,
        usual: false,
        about: "Tell of the build that runs this, as a step of any job

The job, the number and the links come from the variables that Jenkins sets, and where the settings name the controller,
changes, tests and earlier results from its JSON API. Jenkins does not say in a step what comes out of the build: that is
the argument, `FAILURE` for example. It ends with 0 whatever happens.",
    },
];

const HELP: Help = Help {
    about: "Tell Zulip of Jenkins builds",
    changes: "Builds",
    verb: "Run a job",
    words: Words {
        name: "Jenkins home",
        argument: "HOME",
        install: "Put a settings file into the Jenkins home, check it, and send a test message",
        users: "The Unix users who run builds, with commas between; without it the folder's owner",
        channel: "builds",
    },
    instance: "The Jenkins home, or the folder with the settings",
    preview: "The example is a build that somebody made up. Events on standard input show others.",
    examples: [
        "\
Examples:
  zulipkit jenkins install /var/lib/jenkins --zuliprc /etc/zulipkit/zuliprc --channel builds
  zulipkit jenkins watch --url https://ci.example.com/ --once
  zulipkit jenkins preview /var/lib/jenkins",
        "\
Examples:
  zulipkit jenkins install /var/lib/jenkins --zuliprc /etc/zulipkit/zuliprc --channel builds
  zulipkit jenkins install /var/lib/jenkins --dry-run",
        "\
Examples:
  zulipkit jenkins preview /var/lib/jenkins
  zulipkit jenkins preview <event.json",
    ],
};
