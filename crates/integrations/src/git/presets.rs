//! The addresses of the usual repository browsers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::vcs::UrlTemplates;

/// A repository browser whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Bitbucket Cloud.
    Bitbucket,
    /// cgit.
    Cgit,
    /// Forgejo; its addresses are Gitea's.
    Forgejo,
    /// Gitea.
    Gitea,
    /// GitHub.
    Github,
    /// GitLab.
    Gitlab,
    /// gitweb, which comes with Git.
    Gitweb,
}

impl Preset {
    /// Returns the addresses of its pages.
    pub(super) fn templates(self) -> UrlTemplates {
        UrlTemplates::known(match self {
            Self::Github => [
                "{url}/commit/{id}",
                "{url}/compare/{old}...{new}",
                "{url}/tree/{branch}",
                "{url}/releases/tag/{tag}",
                "{url}/blob/{id}/{path}",
            ],
            Self::Gitlab => [
                "{url}/-/commit/{id}",
                "{url}/-/compare/{old}...{new}",
                "{url}/-/tree/{branch}",
                "{url}/-/tags/{tag}",
                "{url}/-/blob/{id}/{path}",
            ],
            Self::Gitea | Self::Forgejo => [
                "{url}/commit/{id}",
                "{url}/compare/{old}...{new}",
                "{url}/src/branch/{branch}",
                "{url}/src/tag/{tag}",
                "{url}/src/commit/{id}/{path}",
            ],
            // Its pages for comparing take two branches, the newer first, with `..` or `%0D` between them.
            Self::Bitbucket => [
                "{url}/commits/{id}",
                "{url}/branches/compare/{new}..{old}",
                "{url}/branch/{branch}",
                "{url}/commits/tag/{tag}",
                "{url}/src/{id}/{path}",
            ],
            Self::Cgit => [
                "{url}/commit/?id={id}",
                "{url}/log/?qt=range&q={old}..{new}",
                "{url}/log/?h={branch}",
                "{url}/tag/?h={tag}",
                "{url}/tree/{path}?id={id}",
            ],
            // `{url}` ends in the project, `gitweb.cgi?p=website.git`; gitweb parts what follows by semicolons.
            Self::Gitweb => [
                "{url};a=commit;h={id}",
                "{url};a=shortlog;h={new};hp={old}",
                "{url};a=shortlog;h=refs/heads/{branch}",
                "{url};a=shortlog;h=refs/tags/{tag}",
                "{url};a=blob;f={path};hb={id}",
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
            let links = Links::new(
                Some(preset.templates()),
                &own,
                Some(&url),
                "web",
                "tools/web",
            );
            [
                links.commit("c0"),
                links.compare("a1", "b2"),
                links.branch("x/y"),
                links.tag("v1"),
                links.file("c0", "src/a b"),
            ]
            .map(Option::unwrap_or_default)
            .join("\n")
        };
        assert_eq!(
            pages(Preset::Gitlab, "https://gitlab.example.com/tools/web"),
            "https://gitlab.example.com/tools/web/-/commit/c0
https://gitlab.example.com/tools/web/-/compare/a1...b2
https://gitlab.example.com/tools/web/-/tree/x/y
https://gitlab.example.com/tools/web/-/tags/v1
https://gitlab.example.com/tools/web/-/blob/c0/src/a%20b"
        );
        assert_eq!(
            pages(Preset::Forgejo, "https://codeberg.org/tools/web"),
            "https://codeberg.org/tools/web/commit/c0
https://codeberg.org/tools/web/compare/a1...b2
https://codeberg.org/tools/web/src/branch/x/y
https://codeberg.org/tools/web/src/tag/v1
https://codeberg.org/tools/web/src/commit/c0/src/a%20b"
        );
        assert_eq!(
            pages(Preset::Bitbucket, "https://bitbucket.org/tools/web"),
            "https://bitbucket.org/tools/web/commits/c0
https://bitbucket.org/tools/web/branches/compare/b2..a1
https://bitbucket.org/tools/web/branch/x/y
https://bitbucket.org/tools/web/commits/tag/v1
https://bitbucket.org/tools/web/src/c0/src/a%20b"
        );
        assert_eq!(
            pages(Preset::Cgit, "https://git.example.com/web.git"),
            "https://git.example.com/web.git/commit/?id=c0
https://git.example.com/web.git/log/?qt=range&q=a1..b2
https://git.example.com/web.git/log/?h=x/y
https://git.example.com/web.git/tag/?h=v1
https://git.example.com/web.git/tree/src/a%20b?id=c0"
        );
        assert_eq!(
            pages(Preset::Gitweb, "https://git.example.com/?p=web.git"),
            "https://git.example.com/?p=web.git;a=commit;h=c0
https://git.example.com/?p=web.git;a=shortlog;h=b2;hp=a1
https://git.example.com/?p=web.git;a=shortlog;h=refs/heads/x/y
https://git.example.com/?p=web.git;a=shortlog;h=refs/tags/v1
https://git.example.com/?p=web.git;a=blob;f=src/a%20b;hb=c0"
        );
    }
}
