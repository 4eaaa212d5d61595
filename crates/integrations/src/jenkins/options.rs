//! The settings file of the Jenkins integration.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::globs::Globs;
use crate::People;
use crate::driver;
use crate::tables::settings_file;

/// The default settings, with a comment on each.
pub const DEFAULTS: &str = include_str!("settings.toml");

settings_file! {
    /// A settings file, over [`DEFAULTS`].
    pub struct Settings {
        /// What is told about a build.
        pub jenkins: Options,
        /// The controller that `watch` follows and `build` asks.
        pub controller: Controller,
        /// E-mail addresses or ids of Jenkins users, and their user ids in Zulip, to be mentioned silently.
        #[schemars(with = "std::collections::BTreeMap<String, u64>")]
        pub people: People,
    }
}

/// The table `[jenkins]`: what is told about a build.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// How many commits are listed at most.
    pub changes: usize,
    /// How many failed tests are listed at most.
    pub tests: usize,
    /// How many files that the build kept are listed at most.
    pub artifacts: usize,
    /// Names of environment variables whose values are masked, as globs; upper and lower case are the same.
    #[schemars(with = "Vec<String>")]
    pub mask: Globs,
}

/// The table `[controller]`: the Jenkins that `watch` follows and `build` asks, and as whom.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// The address of Jenkins.
    pub url: Option<String>,
    /// The Jenkins user; without one, Jenkins is read as anybody may.
    pub user: Option<String>,
    /// A file that holds nothing but this user's API token.
    pub token_file: Option<PathBuf>,
    /// A PEM file with certificates to trust besides those of the system.
    pub cert_bundle: Option<PathBuf>,
    /// Does not verify the certificate of Jenkins.
    pub insecure: bool,
    /// The jobs to follow, by their full path, as globs; one with `!` in front takes jobs out.
    #[schemars(with = "Vec<String>")]
    pub jobs: Globs,
    /// How often to look: `1 minute`.
    #[serde(deserialize_with = "zulipkit_settings::duration::read")]
    #[schemars(with = "String")]
    pub interval: Duration,
    /// How long after its beginning the step `build` waits for what Jenkins knows of its build: `30 ms`.
    #[serde(deserialize_with = "zulipkit_settings::duration::read")]
    #[schemars(with = "String")]
    pub wait: Duration,
}

impl driver::Settings for Settings {
    const DEFAULTS: &'static str = DEFAULTS;
}
