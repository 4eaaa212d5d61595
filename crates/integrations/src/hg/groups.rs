//! Sorts the changesets of a push by named branch and bookmark.

use std::collections::{BTreeMap, BTreeSet};

use super::changeset::{Changeset, short};
use super::facts::{Action, Commit, Tag};
use super::tags;
use crate::vcs::{Arriving, Change, Changes, Gathering, Listing, People, subject_and_body};

/// How many tags of one push are listed.
pub(super) const MOST_TAGS: usize = 100;

/// What came to one named branch, or to one bookmark of it.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) branch: String,
    /// The bookmark that the changesets lead to.
    pub(super) bookmark: Option<String>,
    pub(super) bookmarks: BTreeSet<String>,
    pub(super) gathering: Gathering,
    /// The newest changeset.
    pub(super) new: String,
    pub(super) phase: String,
    /// Whether the newest changeset closes the branch.
    pub(super) closed: bool,
    /// Whether the branch begins in this push, and in this group.
    pub(super) created: bool,
    /// The first parent of the oldest changeset so far.
    pub(super) old: Option<String>,
    /// What happened to the files; without having been asked for, all count as modified.
    pub(super) changes: Changes,
}

/// Everything that came with a push.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The one with the oldest changeset last.
    pub(super) groups: Vec<Group>,
    /// The newest first.
    pub(super) tags: Vec<Tag>,
    /// How many tags there are.
    pub(super) tag_count: usize,
    /// The bookmark that children of a changeset lead to.
    leads_to: BTreeMap<String, String>,
    /// Parents that are yet to come, each with its branch, which is that of the child.
    expected: BTreeSet<(String, String)>,
}

impl Groups {
    /// Takes the next changeset; they come newest first, so that children come before their parents.
    pub(super) fn take(&mut self, changeset: Changeset, listing: Listing<'_>) {
        let bookmark = self.bookmark_of(&changeset);
        self.expected
            .remove(&(changeset.node.clone(), changeset.branch.clone()));
        for (parent, branch) in changeset.parents() {
            if branch == changeset.branch {
                let key = (parent.to_owned(), branch.to_owned());
                self.expected.insert(key);
                if let Some(bookmark) = &bookmark {
                    self.leads_to
                        .entry(parent.to_owned())
                        .or_insert_with(|| bookmark.clone());
                }
            }
        }
        if self.take_tags(&changeset, listing.people) && changeset.files == [".hgtags"] {
            return;
        }
        self.group(&changeset, bookmark).take(changeset, listing);
    }

    /// Says which branches begin in this push, when all changesets are there: those none of whose changesets stands on an
    /// older one of the same branch.
    pub(super) fn finish(mut self) -> Self {
        let mut seen = BTreeSet::from(["default".to_owned()]);
        seen.extend(self.expected.iter().map(|(_, branch)| branch.clone()));
        for group in self.groups.iter_mut().rev() {
            group.created = seen.insert(group.branch.clone());
        }
        self
    }

    /// Returns the bookmark that a changeset leads to: its own, or that of its newest child on the same branch.
    fn bookmark_of(&mut self, changeset: &Changeset) -> Option<String> {
        let inherited = self.leads_to.remove(&changeset.node);
        changeset.bookmarks.first().cloned().or(inherited)
    }

    fn group(&mut self, changeset: &Changeset, bookmark: Option<String>) -> &mut Group {
        let here = |group: &Group| group.branch == changeset.branch && group.bookmark == bookmark;
        let at = match self.groups.iter().rposition(here) {
            Some(at) => at,
            None => {
                self.groups.push(Group::new(changeset, bookmark));
                self.groups.len() - 1
            }
        };
        // The order is that of the oldest changesets.
        let group = self.groups.remove(at);
        self.groups.push(group);
        self.groups.last_mut().expect("one was pushed just now")
    }

    /// Takes the tags that a changeset gives, and says whether there were any. A merge only brings together what others
    /// have given.
    fn take_tags(&mut self, changeset: &Changeset, people: &People) -> bool {
        let diff = changeset.tags.as_deref().filter(|_| !changeset.is_merge());
        let changes = diff.map(tags::changes).unwrap_or_default();
        let subject = changeset.desc.lines().next().unwrap_or_default();
        let automatic = subject.starts_with("Added tag ") || subject.starts_with("Removed tag ");
        self.tag_count += changes.len();
        let any = !changes.is_empty();
        for change in changes.into_iter().rev().take(MOST_TAGS) {
            self.tags.push(Tag {
                short: short(&change.target),
                old_short: change.old_target.as_deref().map(short),
                name: change.name,
                action: change.action,
                target: change.target,
                old_target: change.old_target,
                tagger: author(&changeset.user, people),
                branch: changeset.branch.clone(),
                subject: (!automatic && change.action != Action::Deleted)
                    .then(|| subject.to_owned()),
                url: None,
                target_url: None,
            });
        }
        // The oldest come last, and are the first to be told.
        let surplus = self.tags.len().saturating_sub(MOST_TAGS);
        self.tags.drain(..surplus);
        any
    }
}

impl Group {
    fn new(newest: &Changeset, bookmark: Option<String>) -> Self {
        Self {
            branch: newest.branch.clone(),
            bookmark,
            bookmarks: BTreeSet::new(),
            gathering: Gathering::default(),
            new: newest.node.clone(),
            phase: newest.phase.clone(),
            closed: newest.close.is_some(),
            created: false,
            old: None,
            changes: Changes::default(),
        }
    }

    fn take(&mut self, changeset: Changeset, listing: Listing<'_>) {
        self.gathering.take(
            listing,
            Arriving {
                merge: changeset.is_merge(),
                author: split_user(&changeset.user),
                message: &|| changeset.desc.clone(),
                commit: || commit(&changeset, listing.people),
            },
        );
        self.old = changeset.parents().next().map(|(node, _)| node.to_owned());
        self.bookmarks.extend(changeset.bookmarks);
        let added = changeset
            .added
            .into_iter()
            .map(|path| (path, Change::Added));
        let deleted = changeset
            .deleted
            .into_iter()
            .map(|path| (path, Change::Deleted));
        let all = changeset
            .files
            .into_iter()
            .map(|path| (path, Change::Modified));
        for (path, change) in all.chain(added).chain(deleted) {
            self.changes.take(path, change);
        }
    }
}

fn commit(changeset: &Changeset, people: &People) -> Commit {
    let (subject, body) = subject_and_body(&changeset.desc);
    let author = author(&changeset.user, people);
    Commit {
        short: short(&changeset.node),
        id: changeset.node.clone(),
        subject,
        body,
        committer: author.clone(),
        author,
        date: Some(changeset.date.clone()).filter(|date| !date.is_empty()),
        merge: changeset.is_merge(),
        url: None,
    }
}

/// Returns the person of a user as Mercurial keeps it: `Ada Lovelace <ada@example.com>`, or any other text.
fn author(user: &str, people: &People) -> super::facts::Person {
    let (name, email) = split_user(user);
    people.person(name, email)
}

fn split_user(user: &str) -> (&str, &str) {
    let user = user.trim();
    let Some((name, rest)) = user.split_once('<') else {
        return match user.contains('@') && !user.contains(' ') {
            true => ("", user),
            false => (user, ""),
        };
    };
    let email = rest.split('>').next().unwrap_or_default().trim();
    (name.trim().trim_matches('"'), email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_taken_apart() {
        assert_eq!(
            split_user("Ada L. <ada@example.com>"),
            ("Ada L.", "ada@example.com")
        );
        assert_eq!(
            split_user("\"L., Ada\" <ada@example.com>"),
            ("L., Ada", "ada@example.com")
        );
        assert_eq!(split_user("ada@example.com"), ("", "ada@example.com"));
        assert_eq!(split_user("ada"), ("ada", ""));
        assert_eq!(split_user("<ada@example.com>"), ("", "ada@example.com"));
    }
}
