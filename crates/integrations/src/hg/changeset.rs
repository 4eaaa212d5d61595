//! Changesets as `hg log` prints them: one line of JSON each.

use std::borrow::Cow;
use std::io::{self, BufRead as _, BufReader, Read};

use serde::Deserialize;

/// What the log says of a changeset.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Changeset {
    pub(super) node: String,
    pub(super) branch: String,
    pub(super) bookmarks: Vec<String>,
    pub(super) user: String,
    pub(super) date: String,
    pub(super) desc: String,
    pub(super) phase: String,
    pub(super) files: Vec<String>,
    /// Both parents with their branches.
    pub(super) p1: String,
    pub(super) p1_branch: String,
    pub(super) p2: String,
    pub(super) p2_branch: String,
    /// Set if it closes its branch.
    pub(super) close: Option<String>,
    /// How it changes `.hgtags`, as a diff to the first parent, if it does.
    pub(super) tags: Option<String>,
    /// What happened to the files, if that was asked for.
    #[serde(default)]
    pub(super) added: Vec<String>,
    #[serde(default)]
    pub(super) deleted: Vec<String>,
}

/// Mercurial's id of no changeset.
const NULL: &str = "0000000000000000000000000000000000000000";

/// The template for one line. What happened to each file takes a look into two manifests, so only who asks gets it.
pub(super) fn template(with_files: bool) -> String {
    let files = match with_files {
        true => ", added=file_adds, deleted=file_dels",
        false => "",
    };
    format!(
        "{{dict(node=node, branch=branch, bookmarks=bookmarks, user=user, date=date|rfc3339date, desc=desc, \
         phase=phase, files=files, p1=p1.node, p1_branch=p1.branch, p2=p2.node, p2_branch=p2.branch, \
         close=get(extras, \"close\"), \
         tags=ifcontains(\".hgtags\", files, diff(\"path:.hgtags\")){files})|json}}\\n"
    )
}

/// Reads changesets and lets `take` have each.
pub(super) fn read(input: impl Read, mut take: impl FnMut(Changeset)) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        take(serde_json::from_str(&whole_characters(&line))?);
    }
}

impl Changeset {
    /// Returns the parents that there are, each with its branch.
    pub(super) fn parents(&self) -> impl Iterator<Item = (&str, &str)> {
        [(&self.p1, &self.p1_branch), (&self.p2, &self.p2_branch)]
            .into_iter()
            .map(|(node, branch)| (node.as_str(), branch.as_str()))
            .filter(|(node, _)| !is_null(node))
    }

    /// Says whether it has two parents.
    pub(super) fn is_merge(&self) -> bool {
        !is_null(&self.p2)
    }
}

/// Says whether an id is that of no changeset.
pub(super) fn is_null(node: &str) -> bool {
    node.is_empty() || node == NULL
}

/// Returns an id as people write it.
pub(super) fn short(node: &str) -> String {
    node[..node.floor_char_boundary(12)].to_owned()
}

/// Returns an id with its short form.
pub(super) fn both(node: &str) -> (&str, String) {
    (node, short(node))
}

/// Replaces what stands for single bytes of a path that is no UTF-8. Mercurial writes such a byte as half of a surrogate
/// pair, which is no JSON.
fn whole_characters(line: &str) -> Cow<'_, str> {
    const ESCAPE: &str = "\\udc";
    if !line.contains(ESCAPE) {
        return line.into();
    }
    let mut whole = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(ESCAPE) {
        let (before, after) = rest.split_at(at);
        whole.push_str(before);
        let end = after.len().min(6);
        // The first half of a pair stands six bytes in front.
        let first = before
            .len()
            .checked_sub(6)
            .map(|start| &before.as_bytes()[start..]);
        let paired = first.is_some_and(|first| {
            first.starts_with(b"\\ud8")
                || first.starts_with(b"\\ud9")
                || first.starts_with(b"\\uda")
                || first.starts_with(b"\\udb")
        });
        let literal = before.len() - before.trim_end_matches('\\').len();
        match paired || literal % 2 == 1 {
            true => whole.push_str(&after[..end]),
            false => whole.push('\u{fffd}'),
        }
        rest = &after[end..];
    }
    whole.push_str(rest);
    whole.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(json: &str) -> Vec<String> {
        let line = format!("[{json}]");
        serde_json::from_str(&whole_characters(&line)).unwrap()
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_pairs_are_kept() {
        assert_eq!(files(r#""l\udce4tin.txt""#), ["l\u{fffd}tin.txt"]);
        assert_eq!(files(r#""\ud83d\ude00", "\ud83d\udc00""#), ["😀", "🐀"]);
        assert_eq!(files(r#""\udce4\udcff""#), ["\u{fffd}\u{fffd}"]);
        assert_eq!(
            files(r#""\\udce4""#),
            [r"\udce4"],
            "a backslash of one's own"
        );
    }
}
