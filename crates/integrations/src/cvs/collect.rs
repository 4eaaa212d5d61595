//! From the parts of a commit to an event.

use jiff::Timestamp;
use zulipkit_diag::Diagnostic;

use super::facts::{Change, Commit, File, Files, Import, Source};
use super::options::Settings;
use super::part::{self, Part};
use super::repository::{Repository, parts_of};
use super::{COMMITINFO, NAME};
use crate::driver::Call;
use crate::vcs::{Collected, Links, MOST_PATHS, fold, subject_or_placeholder};

/// Makes an event of each commit whose parts a call brings. CVS itself is not asked.
pub fn collect(
    call: &Call,
    repository: &Repository,
    settings: &Settings,
    now: Timestamp,
) -> Collected {
    let options = &settings.cvs;
    let repo = options.repo.clone().unwrap_or_else(|| repository.name());
    let preset = options.links.map(super::Preset::templates);
    let collector = Collector {
        settings,
        links: Links::new(preset, &options.urls, options.url.as_ref(), &repo, &repo),
        repo,
    };
    let mut collected = Collected::default();
    if call.hook == COMMITINFO {
        return collected;
    }
    if call.arguments.len() < part::FIXED {
        let warning = Diagnostic::failed("cannot read what CVS says of a commit")
            .cause("arguments are missing")
            .hint("run `zulipkit cvs install` again, which repairs the line in `CVSROOT/loginfo`");
        collected.warnings.push(warning);
    }
    for parts in commits(parts_of(call)) {
        let (first, message) = (&parts[0], &parts[0].message);
        if !options.skip.is_empty() && message.contains(&options.skip) {
            collected.skipped.push(first.folder.clone());
            continue;
        }
        match &first.import {
            Some(import) => {
                collected.tell(NAME, "import", &collector.import(first, import), now);
            }
            None => collected.tell(NAME, "commit", &collector.commit(&parts), now),
        }
    }
    collected
}

/// Sorts parts by commit, in the order of their first parts.
fn commits(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut commits: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        match commits.iter_mut().find(|parts| parts[0].id == part.id) {
            Some(parts) => parts.push(part),
            None => commits.push(vec![part]),
        }
    }
    commits
}

struct Collector<'a> {
    settings: &'a Settings,
    links: Links,
    repo: String,
}

impl Collector<'_> {
    fn commit(&self, parts: &[Part]) -> Commit {
        let options = &self.settings.cvs;
        let mut files = Files::default();
        let mut paths = Vec::new();
        for part in parts {
            for revision in &part.files {
                let path = part.path(&revision.name);
                let change = revision.change();
                *match change {
                    Change::Added => &mut files.added,
                    Change::Modified => &mut files.modified,
                    Change::Deleted => &mut files.deleted,
                } += 1;
                if files.list.len() < options.files {
                    let page = |new: &String| self.links.file(new, &path);
                    files.list.push(File {
                        path: path.clone(),
                        change,
                        old: revision.old.clone(),
                        new: revision.new.clone(),
                        url: revision.new.as_ref().and_then(page),
                    });
                } else {
                    files.more += 1;
                }
                paths.push(path);
            }
        }
        let mut branches: Vec<String> = Vec::new();
        for branch in parts.iter().flat_map(|part| &part.branches) {
            if !branches.contains(branch) {
                branches.push(branch.clone());
            }
        }
        let folders = fold(paths.iter().map(String::as_str), options.folders);
        paths.truncate(MOST_PATHS);
        Commit {
            source: Source {
                paths,
                ..self.source(parts)
            },
            branch: match branches.as_slice() {
                [branch] => Some(branch.clone()),
                _ => None,
            },
            branches,
            files,
            folders,
        }
    }

    fn import(&self, part: &Part, import: &part::Import) -> Import {
        let lists = [&import.added, &import.updated, &import.conflicts];
        let paths = lists.into_iter().flatten().take(MOST_PATHS).cloned();
        Import {
            source: Source {
                paths: paths.collect(),
                ..self.source(std::slice::from_ref(part))
            },
            vendor: import.vendor.clone(),
            releases: import.releases.clone(),
            added: import.added.len(),
            updated: import.updated.len(),
            conflict_count: import.conflicts.len(),
            conflicts: import
                .conflicts
                .iter()
                .take(self.settings.cvs.files)
                .cloned()
                .collect(),
        }
    }

    /// Returns what all kinds say, but for the paths.
    fn source(&self, parts: &[Part]) -> Source {
        let first = &parts[0];
        let folder = common(parts.iter().map(|part| part.folder.as_str()));
        let module = folder.split('/').next().unwrap_or_default();
        Source {
            repo: self.repo.clone(),
            repo_url: self.links.repository.clone(),
            author: self.settings.people.login(&first.user),
            id: first.id.clone(),
            url: self.links.commit(&first.id),
            module: (!module.is_empty()).then(|| module.to_owned()),
            folder,
            subject: subject_or_placeholder(first.message.lines().next().unwrap_or_default()),
            message: first.message.clone(),
            paths: Vec::new(),
        }
    }
}

/// Returns the folder that holds all these; empty for the top of the repository.
fn common<'a>(folders: impl Iterator<Item = &'a str>) -> String {
    let both = |one: Vec<&'a str>, other: Vec<&'a str>| {
        let pairs = one.into_iter().zip(other);
        let same = pairs.take_while(|(one, other)| one == other);
        same.map(|(name, _)| name).collect()
    };
    let names = folders.map(|folder| folder.split('/').collect::<Vec<_>>());
    names.reduce(both).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_folder_is_made_of_whole_names() {
        let common = |folders: &[&str]| common(folders.iter().copied());
        assert_eq!(common(&["tools/src", "tools/src/deep"]), "tools/src");
        assert_eq!(common(&["tools/src", "tools/srv"]), "tools");
        assert_eq!(common(&["tools", "website"]), "");
    }
}
