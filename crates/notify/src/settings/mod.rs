//! The pieces of an integration's settings that decide where an event goes and how it is worded.
//!
//! An integration puts them into its own settings struct:
//!
//! ```
//! # use serde::Deserialize;
//! # use zulipkit_notify::{Route, Templates};
//! #[derive(Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Settings {
//!     #[serde(default, rename = "route")]
//!     routes: Vec<toml::Spanned<Route>>,
//!     #[serde(default)]
//!     templates: Templates,
//! }
//! ```

mod recipient;
mod route;
mod templates;
mod when;

pub use route::Route;
pub use templates::Templates;
pub(crate) use templates::is_file_name;
pub(crate) use when::{EVENT, split_name};
pub use when::{Matcher, Pattern, When};

use std::fmt;
use std::path::PathBuf;

/// The settings file that routes and templates were read from: errors point into it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Where it lies. The templates that it names are relative to its folder.
    pub path: PathBuf,
    /// Its text, the same that was parsed.
    pub text: String,
}

impl fmt::Debug for Source {
    /// Shows the path alone: the text may hold a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
