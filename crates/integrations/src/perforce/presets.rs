//! The addresses of the usual web pages.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::vcs::UrlTemplates;

/// A web page of Perforce whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Helix Swarm.
    Swarm,
    /// P4Web, which Perforce no longer develops.
    P4web,
}

impl Preset {
    /// Returns the addresses of its pages. `{path}` and `{branch}` are depot paths without the slashes before them.
    pub(super) fn templates(self) -> UrlTemplates {
        UrlTemplates::known(match self {
            Self::Swarm => [
                "{url}/changes/{id}",
                "",
                "{url}/files/{branch}",
                "",
                "{url}/files/{path}?v=@{id}",
            ],
            Self::P4web => ["{url}/{id}?ac=10", "", "", "", ""],
        })
    }
}
