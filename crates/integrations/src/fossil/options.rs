//! The settings file of the Fossil integration.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::driver;
use crate::tables::settings_file;
use crate::vcs::{Merges, People, UrlTemplate, UrlTemplates};

/// The default settings, with a comment on each.
pub const DEFAULTS: &str = include_str!("settings.toml");

settings_file! {
    /// A settings file, over [`DEFAULTS`].
    pub struct Settings {
        /// What is told about what came in.
        pub fossil: Options,
        /// Users of Fossil and their user ids in Zulip, to be mentioned silently.
        #[schemars(with = "std::collections::BTreeMap<String, u64>")]
        pub people: People,
    }
}

/// The table `[fossil]`: what is told about what came in.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The repository's name, if the file's name is not the right one.
    pub repo: Option<String>,
    /// How many check-ins a message lists at most.
    pub commits: usize,
    /// Whether merges are listed beside other check-ins.
    pub merges: Merges,
    /// A branch whose newest check-in has this text in its comment is not told; empty for none.
    pub skip: String,
    /// Users of Fossil by whom everybody pushes, so that their name says nothing about who did.
    pub shared_users: Vec<String>,
    /// The address of the repository in Fossil's own web pages; `{repo}` may stand in it.
    pub url: Option<UrlTemplate>,
    /// Addresses of single kinds of pages, instead of Fossil's own.
    pub urls: UrlTemplates,
}

impl Options {
    /// Returns the addresses of Fossil's own pages.
    pub(super) fn pages() -> UrlTemplates {
        UrlTemplates::known([
            "{url}/info/{id}",
            "{url}/vdiff?from={old}&to={new}",
            "{url}/timeline?r={branch}",
            "{url}/timeline?t={tag}",
            "{url}/file/{path}?ci={id}",
        ])
    }
}

impl driver::Settings for Settings {
    const DEFAULTS: &'static str = DEFAULTS;
}
