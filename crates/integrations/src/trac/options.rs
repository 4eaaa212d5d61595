//! The settings file of the Trac integration.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use zulipkit_diag::Result;
use zulipkit_notify::Matcher;
use zulipkit_settings::Loaded;

use super::ini;
use crate::People;
use crate::driver;
use crate::tables::settings_file;

/// The default settings, with a comment on each.
pub const DEFAULTS: &str = include_str!("settings.toml");

settings_file! {
    /// A settings file, over [`DEFAULTS`].
    pub struct Settings {
        /// What is told.
        pub trac: Options,
        /// User names or e-mail addresses, and the user ids of the same people in Zulip, to be mentioned silently.
        #[schemars(with = "std::collections::BTreeMap<String, u64>")]
        pub people: People,
    }
}

/// The table `[trac]`: what is told.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The fields of tickets whose changes are told, as globs; `comment` stands for comments.
    #[schemars(with = "Vec<String>")]
    pub fields: Matcher,
    /// Whether a ticket keeps its topic when its summary changes.
    pub stable_topics: bool,
    /// From how many tickets on the same change is one message; 0 for never.
    pub batch: usize,
    /// How many files of a changeset are listed at most.
    pub files: usize,
}

impl Options {
    /// Says whether changes of a field are told.
    pub(super) fn tells(&self, field: &str) -> bool {
        self.fields.matches(&field.into())
    }
}

impl driver::Settings for Settings {
    const DEFAULTS: &'static str = DEFAULTS;

    fn read(path: Option<&Path>) -> Result<Loaded<Self>> {
        match path {
            Some(path) if ini::is_trac_ini(path) => ini::read(path),
            path => zulipkit_settings::read(DEFAULTS, path),
        }
    }
}
