//! The addresses of the usual repository browsers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::vcs::UrlTemplates;

/// A repository browser whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Heptapod, GitLab with Mercurial.
    Heptapod,
    /// hgweb, which comes with Mercurial.
    Hgweb,
    /// Phabricator or Phorge; `url` is the repository's page in Diffusion.
    Phabricator,
}

impl Preset {
    /// Returns the addresses of its pages.
    pub(super) fn templates(self) -> UrlTemplates {
        UrlTemplates::known(match self {
            Self::Hgweb => [
                "{url}/rev/{id}",
                "{url}/log?rev=only({new},{old})",
                "{url}/shortlog/{branch}",
                "{url}/rev/{tag}",
                "{url}/file/{id}/{path}",
            ],
            // To GitLab a named branch is a branch below `branch/`.
            Self::Heptapod => [
                "{url}/-/commit/{id}",
                "{url}/-/compare/{old}...{new}",
                "{url}/-/tree/branch/{branch}",
                "{url}/-/tags/{tag}",
                "{url}/-/blob/{id}/{path}",
            ],
            Self::Phabricator => [
                "{url}/commit/{id}",
                "",
                "{url}/history/{branch}/",
                "",
                "{url}/browse/default/{path};{id}",
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcs::{Links, UrlTemplate};

    #[test]
    fn presets_know_their_browsers() {
        let pages = |preset: Preset, url: &str| {
            let url = UrlTemplate::try_from(url.to_owned()).expect("a good address");
            let own = UrlTemplates::default();
            let preset = Some(preset.templates());
            let links = Links::new(preset, &own, Some(&url), "web", "tools/web");
            [
                links.commit("c0"),
                links.compare("a1", "b2"),
                links.branch("x y"),
                links.tag("v1"),
                links.file("c0", "src/a b"),
            ]
            .map(Option::unwrap_or_default)
            .join("\n")
        };
        assert_eq!(
            pages(Preset::Hgweb, "https://hg.example.com/web"),
            "https://hg.example.com/web/rev/c0
https://hg.example.com/web/log?rev=only(b2,a1)
https://hg.example.com/web/shortlog/x%20y
https://hg.example.com/web/rev/v1
https://hg.example.com/web/file/c0/src/a%20b"
        );
        assert_eq!(
            pages(Preset::Heptapod, "https://foss.heptapod.net/{repo_path}"),
            "https://foss.heptapod.net/tools/web/-/commit/c0
https://foss.heptapod.net/tools/web/-/compare/a1...b2
https://foss.heptapod.net/tools/web/-/tree/branch/x%20y
https://foss.heptapod.net/tools/web/-/tags/v1
https://foss.heptapod.net/tools/web/-/blob/c0/src/a%20b"
        );
        assert_eq!(
            pages(
                Preset::Phabricator,
                "https://phab.example.com/diffusion/WEB"
            ),
            "https://phab.example.com/diffusion/WEB/commit/c0

https://phab.example.com/diffusion/WEB/history/x%20y/

https://phab.example.com/diffusion/WEB/browse/default/src/a%20b;c0"
        );
    }
}
