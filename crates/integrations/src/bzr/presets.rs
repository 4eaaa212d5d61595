//! The addresses of the usual repository browsers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::vcs::UrlTemplates;

/// A repository browser whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Loggerhead, also that of Launchpad; `url` is the branch's page.
    Loggerhead,
}

impl Preset {
    /// Returns the addresses of its pages.
    pub(super) fn templates(self) -> UrlTemplates {
        UrlTemplates::known(match self {
            Self::Loggerhead => [
                "{url}/revision/{id}",
                "{url}/revision/{new}/{old}",
                "{url}/changes",
                "",
                "{url}/view/{id}/{path}",
            ],
        })
    }
}
