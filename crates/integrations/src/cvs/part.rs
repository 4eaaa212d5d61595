//! What CVS says of one folder of a commit.

use serde::{Deserialize, Serialize};

use crate::driver::Call;
use crate::vcs::{Change, MOST_PATHS, beginning, text};

/// How many arguments come before those of the files: root, folder, command, id and user.
pub(super) const FIXED: usize = 5;

/// What CVS writes where there is no revision.
const NONE: &str = "NONE";

/// The folder's part in a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// The commit's id, the same for all its folders.
    pub(super) id: String,
    pub(super) user: String,
    /// The folder, from the top of the repository.
    pub(super) folder: String,
    /// The beginning of the log message.
    pub(super) message: String,
    /// The branches that the files are on; none on the trunk.
    pub(super) branches: Vec<String>,
    pub(super) files: Vec<Revision>,
    /// What was imported; none for a commit.
    pub(super) import: Option<Import>,
}

/// A file's change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Revision {
    pub(super) name: String,
    /// None for a file that is new.
    pub(super) old: Option<String>,
    /// None for a file that is gone.
    pub(super) new: Option<String>,
}

/// What `cvs import` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Import {
    pub(super) vendor: String,
    pub(super) releases: Vec<String>,
    /// The paths from the top of the repository.
    pub(super) added: Vec<String>,
    pub(super) updated: Vec<String>,
    pub(super) conflicts: Vec<String>,
}

impl Revision {
    pub(super) fn change(&self) -> Change {
        match (&self.old, &self.new) {
            (_, None) => Change::Deleted,
            (None, Some(_)) => Change::Added,
            (Some(_), Some(_)) => Change::Modified,
        }
    }
}

impl Part {
    /// Reads a call of `loginfo`; none if it tells of a new folder alone, which is no commit.
    pub(super) fn of(call: &Call) -> Option<Self> {
        let words: Vec<String> = call
            .arguments
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let [_, folder, command, id, user, files @ ..] = words.as_slice() else {
            return None;
        };
        if command == "add" {
            return None;
        }
        let (head, rest) = split(&call.input, b"Log Message:\n");
        let import = (command == "import").then(|| Import::read(rest));
        let message = match &import {
            Some(_) => split_last(rest, b"\nStatus:\n").0,
            None => rest,
        };
        let user = call.variable("CVS_USER").unwrap_or_else(|| user.to_owned());
        Some(Self {
            id: id.clone(),
            user,
            folder: folder.clone(),
            message: beginning(message).trim().to_owned(),
            branches: branches(&text(head)),
            files: match &import {
                Some(_) => Vec::new(),
                None => revisions(files),
            },
            import,
        })
    }

    /// Returns a file's path from the top of the repository.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }
}

fn revisions(words: &[String]) -> Vec<Revision> {
    let revision = |word: &String| (word != NONE).then(|| word.clone());
    let file = |words: &[String]| {
        let [name, old, new] = words else { return None };
        Some(Revision {
            name: name.clone(),
            old: revision(old),
            new: revision(new),
        })
    };
    words.chunks(3).take(MOST_PATHS).filter_map(file).collect()
}

/// Reads the branches out of what stands before the log message. The lines with files begin with a tab.
fn branches(head: &str) -> Vec<String> {
    let mut branches: Vec<String> = Vec::new();
    for line in head.lines() {
        if let Some(branch) = line.strip_prefix("      Tag: ") {
            let branch = branch.trim();
            if !branches.iter().any(|known| known == branch) {
                branches.push(branch.to_owned());
            }
        }
    }
    branches
}

impl Import {
    fn read(input: &[u8]) -> Self {
        let status = text(split_last(input, b"\nStatus:\n").1);
        let mut import = Self::default();
        let mut lines = status.lines();
        for line in lines.by_ref() {
            if let Some(vendor) = line.strip_prefix("Vendor Tag:") {
                vendor.trim().clone_into(&mut import.vendor);
            } else if let Some(release) = line.strip_prefix("Release Tags:") {
                import.releases.push(release.trim().to_owned());
                break;
            }
        }
        for line in lines {
            let Some((sign, path)) = line.split_once(' ') else {
                // Further releases stand below the first.
                let release = line.trim();
                if line.starts_with('\t') && !release.is_empty() {
                    import.releases.push(release.to_owned());
                }
                continue;
            };
            let list = match sign {
                "N" => &mut import.added,
                "U" => &mut import.updated,
                "C" => &mut import.conflicts,
                _ => continue,
            };
            if list.len() < MOST_PATHS {
                list.push(path.to_owned());
            }
        }
        import
    }
}

/// Splits at the first mark; all is before it where there is none.
fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    let at = bytes.windows(mark.len()).position(|window| window == mark);
    cut(bytes, at, mark)
}

/// Splits at the last mark, since what is before it may be anybody's words.
fn split_last<'a>(bytes: &'a [u8], mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    let at = bytes.windows(mark.len()).rposition(|window| window == mark);
    cut(bytes, at, mark)
}

fn cut<'a>(bytes: &'a [u8], at: Option<usize>, mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    match at {
        Some(at) => (&bytes[..at], &bytes[at + mark.len()..]),
        None => (bytes, &[]),
    }
}
