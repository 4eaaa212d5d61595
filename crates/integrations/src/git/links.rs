//! Addresses of web pages: presets for the usual repository browsers, or the user's own URL templates.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

/// What may stand in a path or a query as it is. All else is written `%XX`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The names that may stand in braces.
const NAMES: &[&str] = &[
    "url",
    "repo",
    "repo_path",
    "id",
    "old",
    "new",
    "branch",
    "tag",
    "path",
];

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

/// An address with names in braces, such as `{url}/commit/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct UrlTemplate(String);

/// Templates for each kind of page. A kind without one gets no links.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    /// A commit: `{id}`.
    pub commit: Option<UrlTemplate>,
    /// What changed between two commits: `{old}`, `{new}`.
    pub compare: Option<UrlTemplate>,
    /// A branch: `{branch}`.
    pub branch: Option<UrlTemplate>,
    /// A tag: `{tag}`.
    pub tag: Option<UrlTemplate>,
    /// A file at a commit: `{id}`, `{path}`.
    pub file: Option<UrlTemplate>,
}

impl TryFrom<String> for UrlTemplate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        for name in text
            .split('{')
            .skip(1)
            .map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name))
        {
            if !NAMES.contains(&name) {
                let hint = zulipkit_diag::did_you_mean(name, NAMES.iter().copied());
                return Err(format!(
                    "unknown name `{{{name}}}` in an address; {}",
                    if hint.is_empty() {
                        format!("known are {}", NAMES.join(", "))
                    } else {
                        hint
                    }
                ));
            }
        }
        Ok(Self(text))
    }
}

impl UrlTemplate {
    /// Puts values into the template, percent-encoded, except the address of the repository itself.
    fn expand(&self, values: &[(&str, &str)]) -> String {
        let mut pieces = self.0.split('{');
        let mut url = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
            let value = values
                .iter()
                .find(|(known, _)| *known == name)
                .map_or("", |(_, value)| value);
            match name {
                "url" => url.push_str(value),
                _ => url.extend(utf8_percent_encode(value, RESERVED)),
            }
            url.push_str(rest);
        }
        url
    }
}

impl Preset {
    fn templates(self) -> Templates {
        let [commit, compare, branch, tag, file] = match self {
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
        }
        .map(|text| Some(UrlTemplate(text.to_owned())));
        Templates {
            commit,
            compare,
            branch,
            tag,
            file,
        }
    }
}

/// The addresses of one repository.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    /// The repository's own page.
    pub(super) repository: Option<String>,
    repo: String,
    repo_path: String,
    templates: Templates,
}

impl Links {
    /// Takes a preset's templates, and the user's own where there are some.
    pub(super) fn new(
        preset: Option<Preset>,
        own: &Templates,
        url: Option<&UrlTemplate>,
        repo: &str,
        repo_path: &str,
    ) -> Self {
        // Without the repository's address a preset leads nowhere.
        let preset = preset
            .filter(|_| url.is_some())
            .map(Preset::templates)
            .unwrap_or_default();
        let or = |own: &Option<UrlTemplate>, preset| own.clone().or(preset);
        let repository = url.map(|url| {
            let url = url.expand(&[("repo", repo), ("repo_path", repo_path)]);
            url.trim_end_matches('/').to_owned()
        });
        Self {
            repository,
            repo: repo.to_owned(),
            repo_path: repo_path.to_owned(),
            templates: Templates {
                commit: or(&own.commit, preset.commit),
                compare: or(&own.compare, preset.compare),
                branch: or(&own.branch, preset.branch),
                tag: or(&own.tag, preset.tag),
                file: or(&own.file, preset.file),
            },
        }
    }

    pub(super) fn commit(&self, id: &str) -> Option<String> {
        self.expand(&self.templates.commit, &[("id", id)])
    }

    pub(super) fn compare(&self, old: &str, new: &str) -> Option<String> {
        self.expand(&self.templates.compare, &[("old", old), ("new", new)])
    }

    pub(super) fn branch(&self, branch: &str) -> Option<String> {
        self.expand(&self.templates.branch, &[("branch", branch)])
    }

    pub(super) fn tag(&self, tag: &str) -> Option<String> {
        self.expand(&self.templates.tag, &[("tag", tag)])
    }

    pub(super) fn file(&self, id: &str, path: &str) -> Option<String> {
        self.expand(&self.templates.file, &[("id", id), ("path", path)])
    }

    fn expand(&self, template: &Option<UrlTemplate>, values: &[(&str, &str)]) -> Option<String> {
        let template = template.as_ref()?;
        let mut all = vec![
            ("url", self.repository.as_deref().unwrap_or_default()),
            ("repo", self.repo.as_str()),
            ("repo_path", self.repo_path.as_str()),
        ];
        all.extend_from_slice(values);
        Some(template.expand(&all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(preset: Preset, url: &str) -> Links {
        let url = UrlTemplate::try_from(url.to_owned()).expect("a good address");
        Links::new(
            Some(preset),
            &Templates::default(),
            Some(&url),
            "web",
            "tools/web",
        )
    }

    #[test]
    fn every_value_is_encoded_for_its_place() {
        let links = links(Preset::Github, "https://github.com/{repo_path}/");
        assert_eq!(
            links.branch("feature/x#1?&%").as_deref(),
            Some("https://github.com/tools/web/tree/feature/x%231%3F%26%25")
        );
        assert_eq!(
            links.tag("naïve `)` v1").as_deref(),
            Some("https://github.com/tools/web/releases/tag/na%C3%AFve%20%60%29%60%20v1")
        );
    }

    #[test]
    fn presets_know_their_browsers() {
        let pages = |preset, url| {
            let links = links(preset, url);
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

    #[test]
    fn own_templates_stand_before_the_preset_and_without_a_url_there_is_none() {
        let own = Templates {
            commit: Some(UrlTemplate("https://review.example.com/q/{id}".to_owned())),
            ..Templates::default()
        };
        let links = Links::new(Some(Preset::Github), &own, None, "web", "web");
        assert_eq!(
            links.commit("c0").as_deref(),
            Some("https://review.example.com/q/c0")
        );
        assert_eq!(links.branch("main"), None);
    }

    #[test]
    fn an_unknown_name_is_an_error_with_the_nearest() {
        assert_eq!(
            UrlTemplate::try_from("{url}/{brnach}".to_owned()),
            Err("unknown name `{brnach}` in an address; did you mean `branch`?".to_owned())
        );
    }
}
