//! The addresses of the usual repository browsers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::vcs::UrlTemplates;

/// A repository browser whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// CVSweb.
    Cvsweb,
    /// ViewVC.
    Viewvc,
}

impl Preset {
    /// Returns the addresses of its pages. Neither has one for a commit, since CVS keeps files alone.
    pub(super) fn templates(self) -> UrlTemplates {
        UrlTemplates::known(match self {
            Self::Cvsweb => ["", "", "", "", "{url}/{path}?rev={id}"],
            Self::Viewvc => ["", "", "", "", "{url}/{path}?view=markup&revision={id}"],
        })
    }
}
