//! The addresses of the usual repository browsers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::vcs::UrlTemplates;

/// A repository browser whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Trac.
    Trac,
    /// ViewVC.
    Viewvc,
    /// WebSVN.
    Websvn,
}

impl Preset {
    /// Returns the addresses of its pages. `{branch}` is the folder of a branch.
    pub(super) fn templates(self) -> UrlTemplates {
        UrlTemplates::known(match self {
            Self::Trac => [
                "{url}/changeset/{id}",
                "",
                "{url}/browser/{branch}",
                "{url}/browser/{tag}",
                "{url}/browser/{path}?rev={id}",
            ],
            Self::Viewvc => [
                "{url}?view=revision&revision={id}",
                "",
                "{url}/{branch}/",
                "{url}/{tag}/",
                "{url}/{path}?view=markup&pathrev={id}",
            ],
            Self::Websvn => [
                "{url}/revision.php?repname={repo}&rev={id}",
                "",
                "{url}/listing.php?repname={repo}&path=/{branch}/",
                "{url}/listing.php?repname={repo}&path=/{tag}/",
                "{url}/filedetails.php?repname={repo}&path=/{path}&rev={id}",
            ],
        })
    }
}
