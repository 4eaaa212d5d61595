//! Which files a branch changed: one `git diff-tree` between two trees, whatever the commits between them.

use std::io::{BufRead as _, BufReader};

use super::input::ObjectId;
use super::repository::Repository;
use crate::vcs::{Change, Files, Links, MOST_PATHS, ProgramError};

/// The ids of the empty tree, which stands for what was before a first commit.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const EMPTY_TREE_SHA256: &str = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";

/// Returns the changed files, at most `limit` of them by name, and their paths.
pub(super) fn changed(
    repository: &Repository,
    old: Option<&ObjectId>,
    new: &ObjectId,
    links: &Links,
    limit: usize,
) -> Result<(Files, Vec<String>), ProgramError> {
    let empty = match new.as_str().len() {
        40 => EMPTY_TREE,
        _ => EMPTY_TREE_SHA256,
    };
    let mut git = repository.git("diff-tree");
    git.process
        .args(["-r", "-z", "--name-status", "--no-renames"])
        .args([old.map_or(empty, ObjectId::as_str), new.as_str(), "--"]);
    git.read(|stdout| {
        let (mut files, mut paths) = (Files::default(), Vec::new());
        let mut words = BufReader::new(stdout).split(0);
        while let (Some(status), Some(path)) = (words.next(), words.next()) {
            let change = match status?.as_slice() {
                b"A" => Change::Added,
                b"D" => Change::Deleted,
                _ => Change::Modified,
            };
            let path = String::from_utf8_lossy(&path?).into_owned();
            files.take(&path, change, limit, |path| links.file(new.as_str(), path));
            if paths.len() < MOST_PATHS {
                paths.push(path);
            }
        }
        Ok((files, paths))
    })
}
