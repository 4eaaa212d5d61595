//! The settings file of the Perforce integration.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::presets::Preset;
use crate::driver;
use crate::tables::settings_file;
use crate::vcs::{People, UrlTemplate, UrlTemplates};

/// The default settings, with a comment on each.
pub const DEFAULTS: &str = include_str!("settings.toml");

settings_file! {
    /// A settings file, over [`DEFAULTS`].
    pub struct Settings {
        /// What is told about a changelist.
        pub perforce: Options,
        /// Users' names in Perforce and their user ids in Zulip, to be mentioned silently.
        #[schemars(with = "std::collections::BTreeMap<String, u64>")]
        pub people: People,
    }
}

/// The table `[perforce]`: what is told about a changelist.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The name under which messages go, if that of the depot is not the right one.
    pub repo: Option<String>,
    /// The program `p4`, if it is not where programs are looked for.
    pub p4: PathBuf,
    /// The server's address, if the trigger's environment does not say it.
    pub port: Option<String>,
    /// The user who asks, if the trigger's environment does not say it.
    pub user: Option<String>,
    /// Where streams or branches lie: patterns of depot paths, in which `*` stands for one name.
    pub streams: Vec<String>,
    /// How many files are listed at most; if there are more, only their folders are.
    pub files: usize,
    /// To how many folders the files are folded at most.
    pub folders: usize,
    /// A changelist that has this text in its description is not told; empty for none.
    pub skip: String,
    /// The web page, for links.
    pub links: Option<Preset>,
    /// The address of the web page.
    pub url: Option<UrlTemplate>,
    /// Addresses of single kinds of pages, instead of the preset's.
    pub urls: UrlTemplates,
}

impl driver::Settings for Settings {
    const DEFAULTS: &'static str = DEFAULTS;
}
