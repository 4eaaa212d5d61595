use serde::Serialize;

use super::{Commit, Links, Person, UrlTemplate, UrlTemplates};

/// The repository, and who pushed to it.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The repository's name.
    pub repo: String,
    /// The repository's name with its groups, where the hosting software tells it (`tools/website`); else as `repo`.
    pub repo_path: String,
    /// The address of the repository's web page.
    pub repo_url: Option<String>,
    /// Who pushed; none where everybody pushes as one Unix user and nothing else tells.
    pub pusher: Option<Person>,
}

impl Place {
    /// Takes a name with groups apart, and makes the links to the repository's pages.
    pub(crate) fn of(
        repo_path: String,
        pusher: Option<Person>,
        preset: Option<UrlTemplates>,
        urls: &UrlTemplates,
        url: Option<&UrlTemplate>,
    ) -> (Self, Links) {
        let repo = repo_path.rsplit('/').next().unwrap_or(&repo_path);
        let links = Links::new(preset, urls, url, repo, &repo_path);
        let place = Self {
            repo: repo.to_owned(),
            repo_path,
            repo_url: links.repository.clone(),
            pusher,
        };
        (place, links)
    }
}

/// Where a branch or bookmark stood, and where it stands.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Ends {
    /// The full id of the commit where it stood, or on which the oldest new commit stands; none for a new one.
    pub old: Option<String>,
    /// `old` as people write it: its first digits, or its number.
    pub old_short: Option<String>,
    /// The web page of `old`.
    pub old_url: Option<String>,
    /// The full id of the commit where it stands; none if it is gone.
    pub new: Option<String>,
    /// `new` as people write it: its first digits, or its number.
    pub new_short: Option<String>,
    /// The web page of `new`.
    pub new_url: Option<String>,
}

impl Ends {
    /// Takes both ids, each with its short form, and gives them their pages.
    pub(crate) fn of(
        old: Option<(&str, String)>,
        new: Option<(&str, String)>,
        links: &Links,
    ) -> Self {
        let split = |end: Option<(&str, String)>| match end {
            Some((id, short)) => (Some(id.to_owned()), Some(short), links.commit(id)),
            None => (None, None, None),
        };
        let (old, old_short, old_url) = split(old);
        let (new, new_short, new_url) = split(new);
        Self {
            old,
            old_short,
            old_url,
            new,
            new_short,
            new_url,
        }
    }
}

/// The commits that came to a branch.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Added {
    /// The oldest first; the newest so many as the option `commits` says, without folded merges.
    pub commits: Vec<Commit>,
    /// How many came.
    pub count: usize,
    /// How many are not listed, apart from folded merges.
    pub more: usize,
    /// How many of them are merges.
    pub merges: usize,
    /// Who wrote them, each once, at most 100. In a route: `"authors.email" = "*@example.com"`.
    pub authors: Vec<Person>,
}

/// The commits that were taken out of a branch.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Removed {
    /// Listed as the added ones are.
    pub removed: Vec<Commit>,
    /// How many were removed.
    pub removed_count: usize,
    /// How many are not listed, apart from folded merges.
    pub removed_more: usize,
}

/// What happened to one branch.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Update {
    /// The branch, `main`.
    pub branch: String,
    /// The branch's web page.
    pub branch_url: Option<String>,
    /// Where it stood and stands.
    #[serde(flatten)]
    pub ends: Ends,
    /// What came to it.
    #[serde(flatten)]
    pub added: Added,
    /// The web page that compares `old` and `new`.
    pub compare_url: Option<String>,
    /// The changed files; none unless the option `files` is on, or a route asks for them.
    pub files: Option<Files>,
    /// The paths of the changed files, at most 10,000.
    pub paths: Vec<String>,
    /// Whether nothing is known of the commits, since they could not be read, or there were too many branches.
    pub incomplete: bool,
}

/// All tags of one push.
#[derive(Debug, Clone, Serialize)]
pub struct Tags<Push, Tag> {
    /// What every event says.
    #[serde(flatten)]
    pub push: Push,
    /// The tags, at most 100. In a route: `"tags.name" = "v*"`.
    pub tags: Vec<Tag>,
    /// How many were made, moved or deleted.
    pub count: usize,
    /// How many of them are not in `tags`.
    pub more: usize,
}

impl<Push, Tag> Tags<Push, Tag> {
    /// Tells of these tags, the first of `count`.
    pub(crate) fn new(push: Push, tags: Vec<Tag>, count: usize) -> Self {
        Self {
            push,
            count,
            more: count - tags.len(),
            tags,
        }
    }
}

/// What happened to a tag, a bookmark or another name of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Created,
    /// It names another commit than before.
    Moved,
    /// It is gone.
    Deleted,
}

impl Action {
    /// Tells by the commits that it named before and names now.
    pub(crate) fn of<T>(old: Option<T>, new: Option<T>) -> Self {
        match (old, new) {
            (_, None) => Self::Deleted,
            (None, Some(_)) => Self::Created,
            (Some(_), Some(_)) => Self::Moved,
        }
    }
}

/// Lists the names of facts, those of the structs of this module by a word for each.
macro_rules! fact_names {
    ($($word:ident)* $(; $($own:literal),* $(,)?)?) => {
        crate::vcs::fact_names!(@[$($($own),*)?] $($word)*)
    };
    (@[$($name:literal),*]) => { &[$($name),*] };
    (@[$($name:literal),*] Place $($word:ident)*) => {
        crate::vcs::fact_names!(@["repo", "repo_path", "repo_url", "pusher" $(, $name)*] $($word)*)
    };
    (@[$($name:literal),*] Ends $($word:ident)*) => {
        crate::vcs::fact_names!(
            @["old", "old_short", "old_url", "new", "new_short", "new_url" $(, $name)*] $($word)*
        )
    };
    (@[$($name:literal),*] Removed $($word:ident)*) => {
        crate::vcs::fact_names!(@["removed", "removed_count", "removed_more" $(, $name)*] $($word)*)
    };
    (@[$($name:literal),*] Update $($word:ident)*) => {
        crate::vcs::fact_names!(
            @["branch", "branch_url", "commits", "count", "more", "merges", "authors", "compare_url", "files", "paths",
              "incomplete" $(, $name)*] Ends $($word)*
        )
    };
    (@[$($name:literal),*] Tags $($word:ident)*) => {
        crate::vcs::fact_names!(@["tags", "count", "more" $(, $name)*] $($word)*)
    };
}
pub(crate) use fact_names;

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
            files.take(path, change, limit, &url);
        }
        files
    }

    /// Counts one more, and lists it with its page while the list has room.
    pub(crate) fn take(
        &mut self,
        path: &str,
        change: Change,
        limit: usize,
        url: impl Fn(&str) -> Option<String>,
    ) {
        *match change {
            Change::Added => &mut self.added,
            Change::Modified => &mut self.modified,
            Change::Deleted => &mut self.deleted,
        } += 1;
        if self.list.len() < limit {
            self.list.push(File {
                path: path.to_owned(),
                change,
                url: url(path).filter(|_| change != Change::Deleted),
            });
        }
    }
}
