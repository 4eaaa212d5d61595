//! Addresses of web pages: a repository browser's that is known, or the user's own URL templates.

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

impl Templates {
    /// Returns the templates of a browser: for a commit, a comparison, a branch, a tag and a file; empty for none.
    pub(crate) fn known(texts: [&str; 5]) -> Self {
        let [commit, compare, branch, tag, file] =
            texts.map(|text| (!text.is_empty()).then(|| UrlTemplate(text.to_owned())));
        Self {
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
pub(crate) struct Links {
    /// The repository's own page.
    pub(crate) repository: Option<String>,
    repo: String,
    repo_path: String,
    templates: Templates,
}

impl Links {
    /// Takes a preset's templates, and the user's own where there are some.
    pub(crate) fn new(
        preset: Option<Templates>,
        own: &Templates,
        url: Option<&UrlTemplate>,
        repo: &str,
        repo_path: &str,
    ) -> Self {
        // Without the repository's address a preset leads nowhere.
        let preset = preset.filter(|_| url.is_some()).unwrap_or_default();
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

    pub(crate) fn commit(&self, id: &str) -> Option<String> {
        self.expand(&self.templates.commit, &[("id", id)])
    }

    pub(crate) fn compare(&self, old: &str, new: &str) -> Option<String> {
        self.expand(&self.templates.compare, &[("old", old), ("new", new)])
    }

    pub(crate) fn branch(&self, branch: &str) -> Option<String> {
        self.expand(&self.templates.branch, &[("branch", branch)])
    }

    pub(crate) fn tag(&self, tag: &str) -> Option<String> {
        self.expand(&self.templates.tag, &[("tag", tag)])
    }

    pub(crate) fn file(&self, id: &str, path: &str) -> Option<String> {
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

    const BROWSER: [&str; 5] = [
        "{url}/commit/{id}",
        "",
        "{url}/tree/{branch}",
        "{url}/releases/tag/{tag}",
        "",
    ];

    fn links(url: Option<&str>, own: &Templates) -> Links {
        let url = url.map(|url| UrlTemplate::try_from(url.to_owned()).expect("a good address"));
        let browser = Some(Templates::known(BROWSER));
        Links::new(browser, own, url.as_ref(), "web", "tools/web")
    }

    #[test]
    fn every_value_is_encoded_for_its_place() {
        let links = links(
            Some("https://github.com/{repo_path}/"),
            &Templates::default(),
        );
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
    fn own_templates_stand_before_the_preset_and_without_a_url_there_is_none() {
        let own = Templates {
            commit: Some(UrlTemplate("https://review.example.com/q/{id}".to_owned())),
            ..Templates::default()
        };
        let links = links(None, &own);
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
