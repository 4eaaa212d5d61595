use serde::Serialize;

/// The files that a commit changed, or that differ between the old and the new commit of a branch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Files {
    /// How many were added.
    pub added: usize,
    /// How many were changed.
    pub modified: usize,
    /// How many were deleted.
    pub deleted: usize,
    /// The first of them, as many as the option `commits` says.
    pub list: Vec<File>,
}

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its path from the top of the repository.
    pub path: String,
    /// What happened to it: `added`, `modified` or `deleted`.
    pub change: Change,
    /// Its web page at the new commit; none for a deleted file.
    pub url: Option<String>,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// Its content or its type is another.
    Modified,
    /// It is gone.
    Deleted,
}

impl Files {
    /// Counts all files, and lists the first of them with their pages.
    pub(crate) fn of<'a>(
        changes: impl Iterator<Item = (&'a str, Change)>,
        limit: usize,
        url: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let mut files = Self::default();
        for (path, change) in changes {
            files.count(change);
            if files.list.len() < limit {
                files.list.push(File {
                    path: path.to_owned(),
                    change,
                    url: url(path).filter(|_| change != Change::Deleted),
                });
            }
        }
        files
    }

    /// Counts one more.
    pub(crate) fn count(&mut self, change: Change) {
        *match change {
            Change::Added => &mut self.added,
            Change::Modified => &mut self.modified,
            Change::Deleted => &mut self.deleted,
        } += 1;
    }
}
