//! The settings file of the CVS integration.

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
        /// What is told about a commit.
        pub cvs: Options,
        /// Committers' names and their user ids in Zulip, to be mentioned silently.
        #[schemars(with = "std::collections::BTreeMap<String, u64>")]
        pub people: People,
    }
}

/// The table `[cvs]`: what is told about a commit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The repository's name, if the folder's name is not the right one.
    pub repo: Option<String>,
    /// How many changed files are listed at most; if there are more, only their folders are.
    pub files: usize,
    /// To how many folders the changed paths are folded at most.
    pub folders: usize,
    /// A commit that has this text in its log message is not told; empty for none.
    pub skip: String,
    /// The repository browser, for links.
    pub links: Option<Preset>,
    /// The address of the repository's web page; `{repo}` may stand in it.
    pub url: Option<UrlTemplate>,
    /// Addresses of single kinds of pages, instead of the preset's.
    pub urls: UrlTemplates,
}

impl driver::Settings for Settings {
    const DEFAULTS: &'static str = DEFAULTS;
}
