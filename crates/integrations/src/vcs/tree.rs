use std::collections::BTreeMap;

use serde::Serialize;

/// A folder in which something was changed, with all below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Folder {
    /// Its path from the top of the repository with a slash at the end; the top itself is `/`.
    pub path: String,
    /// How many changed paths are in it.
    pub count: usize,
}

/// Folds paths to at most `most` folders: those in which the paths lie, or else as much nearer to the top as it takes.
pub(crate) fn fold<'a>(paths: impl Iterator<Item = &'a str> + Clone, most: usize) -> Vec<Folder> {
    let depth = |path: &str| path.trim_end_matches('/').matches('/').count();
    let deepest = paths.clone().map(depth).max().unwrap_or(0);
    let at = |depth: usize| {
        let mut folders = BTreeMap::<&str, usize>::new();
        for path in paths.clone() {
            *folders.entry(ancestor(path, depth)).or_default() += 1;
        }
        folders
    };
    let mut folders = at(deepest);
    for depth in (0..deepest).rev() {
        if folders.len() <= most {
            break;
        }
        folders = at(depth);
    }
    let named = |(path, count): (&str, usize)| Folder {
        path: if path.is_empty() { "/" } else { path }.to_owned(),
        count,
    };
    folders.into_iter().map(named).collect()
}

/// Returns the folder of a path, cut to so many components.
fn ancestor(path: &str, depth: usize) -> &str {
    let within = path.trim_end_matches('/');
    let slash = within.match_indices('/').take(depth).last();
    &path[..slash.map_or(0, |(at, _)| at + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(paths: &[&str], most: usize) -> Vec<String> {
        fold(paths.iter().copied(), most)
            .iter()
            .map(|folder| format!("{} {}", folder.path, folder.count))
            .collect()
    }

    #[test]
    fn paths_are_folded_until_there_are_few_enough_folders() {
        let paths = ["a/b/c/1", "a/b/d/2", "a/b/d/3", "a/e/4", "5"];
        assert_eq!(folded(&paths, 4), ["/ 1", "a/b/c/ 1", "a/b/d/ 2", "a/e/ 1"]);
        assert_eq!(folded(&paths, 3), ["/ 1", "a/b/ 3", "a/e/ 1"]);
        assert_eq!(folded(&paths, 2), ["/ 1", "a/ 4"]);
        assert_eq!(folded(&paths, 1), ["/ 5"]);
        assert_eq!(folded(&[], 1), Vec::<String>::new());
        assert_eq!(folded(&["trunk/docs/"], 9), ["trunk/ 1"]);
    }
}
