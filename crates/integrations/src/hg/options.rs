//! The settings file of the Mercurial integration.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use zulipkit_diag::Result;
use zulipkit_settings::{Loaded, hgrc};

use super::old;
use super::presets::Preset;
use crate::driver;
use crate::tables::settings_file;
use crate::vcs::{Merges, People, UrlTemplate, UrlTemplates};

/// The default settings, with a comment on each.
pub const DEFAULTS: &str = include_str!("settings.toml");

settings_file! {
    /// A settings file, over [`DEFAULTS`].
    pub struct Settings {
        /// What is told about a push.
        pub hg: Options,
        /// Committers' e-mail addresses (or pushers' login names) and their user ids in Zulip, to be mentioned silently.
        #[schemars(with = "std::collections::BTreeMap<String, u64>")]
        pub people: People,
    }
}

/// The table `[hg]`: what is told about a push.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The repository's name, if the folder's name is not the right one.
    pub repo: Option<String>,
    /// How many changesets a message lists at most.
    pub commits: usize,
    /// Whether merges are listed beside other changesets.
    pub merges: Merges,
    /// Whether to count which files were added, changed and deleted.
    pub files: bool,
    /// A branch whose newest changeset has this text in its message is not told; empty for none.
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

    fn read(path: Option<&Path>) -> Result<Loaded<Self>> {
        match path {
            Some(path) if hgrc::is_hgrc(path) => old::read(path),
            path => zulipkit_settings::read(DEFAULTS, path),
        }
    }
}

impl Settings {
    /// Says whether it is wanted what happened to each file: by the option, or by a route that looks at it.
    pub(super) fn want_files(&self) -> bool {
        self.hg.files || crate::prepare::routes_name(&self.routes, &["files"])
    }
}
