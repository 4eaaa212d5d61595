//! The settings file of the Trac integration.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use zulipkit_diag::Result;
use zulipkit_notify::{Matcher, Route, Templates};
use zulipkit_settings::{Account, Loaded};

use super::ini;
use crate::driver::{self, Tables};
use crate::{Delivery, People};

/// The default settings, with a comment on each.
pub const DEFAULTS: &str = include_str!("settings.toml");

/// A settings file, over [`DEFAULTS`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Who sends, and to which server.
    pub zulip: Account,
    /// Where messages go; the first route that matches an event wins.
    #[serde(rename = "route")]
    #[schemars(with = "Vec<Route>")]
    pub routes: Vec<Spanned<Route>>,
    /// How messages are worded.
    pub templates: Templates,
    /// What is told.
    pub trac: Options,
    /// User names or e-mail addresses, and the user ids of the same people in Zulip, to be mentioned silently.
    #[schemars(with = "std::collections::BTreeMap<String, u64>")]
    pub people: People,
    /// How hard to try when Zulip cannot be reached.
    pub delivery: Delivery,
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

    fn tables(&self) -> Tables<'_> {
        Tables {
            zulip: &self.zulip,
            routes: &self.routes,
            templates: &self.templates,
            delivery: &self.delivery,
        }
    }

    fn read(path: Option<&Path>) -> Result<Loaded<Self>> {
        match path {
            Some(path) if ini::is_trac_ini(path) => ini::read(path),
            path => zulipkit_settings::read(DEFAULTS, path),
        }
    }
}
