//! The settings file of the git integration.

use schemars::JsonSchema;
use serde::Deserialize;

use super::presets::Preset;
use crate::driver;
use crate::tables::settings_file;
use crate::vcs::{People, UrlTemplate, UrlTemplates};

pub use crate::vcs::Merges;

/// The default settings, with a comment on each.
pub const DEFAULTS: &str = include_str!("settings.toml");

settings_file! {
    /// A settings file, over [`DEFAULTS`].
    pub struct Settings {
        /// What is told about a push.
        pub git: Options,
        /// Committers' e-mail addresses (or pushers' login names) and their user ids in Zulip, to be mentioned silently.
        #[schemars(with = "std::collections::BTreeMap<String, u64>")]
        pub people: People,
    }
}

/// The table `[git]`: what is told about a push.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The repository's name, if the folder's name is not the right one.
    pub repo: Option<String>,
    /// How many commits a message lists at most.
    pub commits: usize,
    /// Whether merge commits are listed beside others.
    pub merges: Merges,
    /// Whether to look at the changed files.
    pub files: bool,
    /// Globs of refs that are told besides branches and tags, such as `refs/notes/*`.
    pub refs: Vec<String>,
    /// A branch whose newest commit has this text in its message is not told; empty for none.
    pub skip: String,
    /// Unix users by whom everybody pushes, so that their name says nothing about who did.
    pub shared_users: Vec<String>,
    /// The repository browser, for links.
    pub links: Option<Preset>,
    /// The address of the repository's web page; `{repo}` and `{repo_path}` may stand in it.
    pub url: Option<UrlTemplate>,
    /// Addresses of single kinds of pages, instead of the preset's.
    pub urls: UrlTemplates,
}

impl driver::Settings for Settings {
    const DEFAULTS: &'static str = DEFAULTS;
}

impl Settings {
    /// Says whether the changed files are wanted: by the option, or by a route that looks at them.
    pub(super) fn want_files(&self) -> bool {
        self.git.files || crate::prepare::routes_name(&self.routes, &["files", "paths"])
    }
}
