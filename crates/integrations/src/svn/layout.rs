//! Where trunk, branches and tags lie: Subversion itself knows nothing of them.

use schemars::JsonSchema;
use serde::Deserialize;

/// The table `[svn.layout]`: patterns of paths, in which `*` stands for one name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Where the trunk lies.
    pub trunk: Vec<String>,
    /// Where branches lie.
    pub branches: Vec<String>,
    /// Where tags lie.
    pub tags: Vec<String>,
}

/// The branch or tag that a path belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: Kind,
    /// The name of the branch or tag.
    pub(super) name: String,
    /// What stands in front: the project, in a repository with several; may be empty.
    pub(super) project: String,
    /// The folder of the branch or tag.
    pub(super) root: String,
    /// Whether the path is that folder itself.
    pub(super) is_root: bool,
}

/// A branch or a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Branch,
    Tag,
}

impl Layout {
    /// Says to which branch or tag a path belongs.
    pub(super) fn line(&self, path: &str) -> Option<Line> {
        let path = components(path);
        let patterns = [
            (&self.tags, Kind::Tag),
            (&self.branches, Kind::Branch),
            (&self.trunk, Kind::Branch),
        ];
        patterns.into_iter().find_map(|(patterns, kind)| {
            let mut patterns = patterns.iter();
            patterns.find_map(|pattern| line(&path, &components(pattern), kind))
        })
    }
}

fn components(path: &str) -> Vec<&str> {
    path.split('/').filter(|name| !name.is_empty()).collect()
}

fn line(path: &[&str], pattern: &[&str], kind: Kind) -> Option<Line> {
    let root = path.get(..pattern.len())?;
    let fits = |(name, pattern): (&&str, &&str)| *pattern == "*" || name == pattern;
    if pattern.is_empty() || !root.iter().zip(pattern).all(fits) {
        return None;
    }
    // The name is what stands behind the last fixed word, or that word itself, as in `trunk`.
    let word = pattern.iter().rposition(|name| *name != "*");
    let start = word.map_or(0, |word| (word + 1).min(root.len() - 1));
    Some(Line {
        kind,
        name: root[start..].join("/"),
        project: root[..word.unwrap_or(0)].join("/"),
        root: root.join("/"),
        is_root: path.len() == root.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> Option<String> {
        let list = |patterns: &[&str]| patterns.iter().map(|text| (*text).to_owned()).collect();
        let layout = Layout {
            trunk: list(&["trunk", "*/trunk"]),
            branches: list(&["branches/*", "*/branches/*", "team/*/*"]),
            tags: list(&["tags/*", "*/tags/*"]),
        };
        let line = layout.line(path)?;
        Some(format!("{:?} {} [{}]", line.kind, line.name, line.project))
    }

    #[test]
    fn paths_belong_to_branches_and_tags() {
        let is = |path, expected: &str| assert_eq!(shown(path).as_deref(), Some(expected));
        is("/trunk/src/a", "Branch trunk []");
        is("/trunk", "Branch trunk []");
        is("/branches/x/src/a", "Branch x []");
        is("/web/trunk/a", "Branch trunk [web]");
        is("/web/branches/x", "Branch x [web]");
        is("/web/tags/1.0/a", "Tag 1.0 [web]");
        is("/team/ada/x/a", "Branch ada/x []");
        assert_eq!(shown("/branches"), None);
        assert_eq!(shown("/README"), None);
    }
}
