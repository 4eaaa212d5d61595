//! From what Mercurial says in variables to events.

use jiff::Timestamp;
use serde::Serialize;
use zulipkit_diag::Diagnostic;

use super::changeset::{is_null, short};
use super::facts::{Action, Bookmark, Branch, Files, Push, Tag, Tags};
use super::groups::{Group, Groups};
use super::options::Settings;
use super::pusher;
use super::repository::Repository;
use crate::driver::Call;
use crate::vcs::{Collected, Links, Listing, ProgramError, subject_or_placeholder};

/// What Mercurial says when a changeset is not there (any more).
const UNKNOWN_REVISION: &str = "unknown revision";

/// Under this name Mercurial puts its own changesets back after it has rewritten history.
const STRIP: &str = "strip";

/// Reads what Mercurial said, and the repository, with at most one call of it.
pub fn collect(
    call: &Call,
    repository: &Repository,
    settings: &Settings,
    now: Timestamp,
) -> Collected {
    let (push, links) = pusher::describe(call, repository, settings);
    let mut collector = Collector {
        repository,
        settings,
        now,
        push,
        links,
        collected: Collected::default(),
    };
    if collector.push.source != STRIP {
        match call.hook.as_str() {
            "txnclose-bookmark" => collector.bookmark(call),
            _ => collector.changesets(call),
        }
    }
    collector.collected
}

struct Collector<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
    now: Timestamp,
    push: Push,
    links: Links,
    collected: Collected,
}

impl Collector<'_> {
    fn changesets(&mut self, call: &Call) {
        let Some(first) = self.id(call, "HG_NODE") else {
            let wrong = Diagnostic::failed("cannot tell which changesets came")
                .cause("the variable `HG_NODE` holds no id")
                .hint("let Mercurial call this, as a hook in its `hgrc`");
            self.collected.warnings.push(wrong);
            return;
        };
        let last = self
            .id(call, "HG_NODE_LAST")
            .unwrap_or_else(|| first.clone());
        let listing = Listing {
            limit: self.settings.hg.commits,
            merges: self.settings.hg.merges,
            people: &self.settings.people,
        };
        let mut groups = Groups::default();
        let with_files = self.settings.want_files();
        let read = self
            .repository
            .changesets(&first, &last, with_files, |changeset| {
                groups.take(changeset, listing);
            });
        let groups = groups.finish();
        if let Err(error) = read {
            self.warn(
                format!("cannot read the changesets up to {}", short(&last)),
                &error,
            );
            let absent = matches!(&error, ProgramError::Failed { words, .. }
                if words.contains(UNKNOWN_REVISION));
            if groups.groups.is_empty() && !absent {
                self.tell("push", &self.unread(last));
            }
        }
        for group in groups.groups.into_iter().rev() {
            self.branch(group);
        }
        if groups.tag_count > 0 {
            self.tags(groups.tags, groups.tag_count);
        }
    }

    fn branch(&mut self, group: Group) {
        let listed = self.settings.hg.commits;
        let mut facts = Branch {
            bookmark: group.bookmark.clone(),
            bookmarks: group.bookmarks.iter().cloned().collect(),
            old_short: group.old.as_deref().map(short),
            old_url: group.old.as_deref().and_then(|id| self.links.commit(id)),
            compare_url: group
                .old
                .as_deref()
                .and_then(|old| self.links.compare(old, &group.new)),
            old: group.old.clone(),
            branch_url: self.links.branch(&group.branch),
            branch: group.branch.clone(),
            created: group.created,
            closed: group.closed,
            phase: group.phase.clone(),
            files: self
                .settings
                .want_files()
                .then(|| self.files(&group, listed)),
            incomplete: false,
            ..self.unread(group.new)
        };
        facts.paths = group.changes.into_paths();
        let side = group.gathering.finish(self.settings.hg.merges);
        if side.says(&self.settings.hg.skip) {
            self.collected.skipped.push(facts.branch);
            return;
        }
        facts.more = side.unlisted();
        facts.count = side.count;
        facts.merges = side.merges;
        facts.authors = side.authors;
        facts.commits = side.commits;
        for commit in &mut facts.commits {
            commit.url = self.links.commit(&commit.id);
        }
        let kind = match (facts.closed, facts.created) {
            (true, _) => "close",
            (false, true) => "create",
            (false, false) => "push",
        };
        self.tell(kind, &facts);
    }

    /// Returns what is known of changesets that could not be read.
    fn unread(&self, new: String) -> Branch {
        Branch {
            push: self.push.clone(),
            branch: String::new(),
            branch_url: None,
            bookmark: None,
            bookmarks: Vec::new(),
            old: None,
            old_short: None,
            old_url: None,
            new_short: short(&new),
            new_url: self.links.commit(&new),
            new,
            created: false,
            closed: false,
            phase: String::new(),
            commits: Vec::new(),
            count: 0,
            more: 0,
            merges: 0,
            authors: Vec::new(),
            compare_url: None,
            files: None,
            paths: Vec::new(),
            incomplete: true,
        }
    }

    fn files(&self, group: &Group, limit: usize) -> Files {
        let url = |path: &str| self.links.file(&group.new, path);
        Files::of(group.changes.iter(), limit, url)
    }

    fn tags(&mut self, mut tags: Vec<Tag>, count: usize) {
        tags.reverse();
        for tag in &mut tags {
            tag.url = self
                .links
                .tag(&tag.name)
                .filter(|_| tag.action != Action::Deleted);
            tag.target_url = self.links.commit(&tag.target);
        }
        let facts = Tags {
            push: self.push.clone(),
            count,
            more: count - tags.len(),
            tags,
        };
        self.tell("tag", &facts);
    }

    fn bookmark(&mut self, call: &Call) {
        let (old, new) = (self.id(call, "HG_OLDNODE"), self.id(call, "HG_NODE"));
        // With this variable changesets came in the same push, and the bookmark is told with them.
        let with_changesets = call.variable("HG_NODE_LAST").is_some();
        // A bookmark that follows a commit in a working copy is no news.
        let follows = call.variable("HG_SOURCE").is_none()
            && call.variable("HG_TXNNAME").as_deref() == Some("commit");
        if follows || (with_changesets && new.is_some()) {
            return;
        }
        let mut facts = Bookmark {
            push: self.push.clone(),
            bookmark: call.variable("HG_BOOKMARK").unwrap_or_default(),
            action: match (&old, &new) {
                (_, None) => Action::Deleted,
                (None, Some(_)) => Action::Created,
                (Some(_), Some(_)) => Action::Moved,
            },
            branch: None,
            old_short: old.as_deref().map(short),
            old_url: old.as_deref().and_then(|id| self.links.commit(id)),
            new_short: new.as_deref().map(short),
            new_url: new.as_deref().and_then(|id| self.links.commit(id)),
            old,
            new,
            subject: None,
        };
        if let Some(new) = facts.new.clone() {
            let read = self.repository.changesets(&new, &new, false, |changeset| {
                let subject = changeset.desc.lines().next().unwrap_or_default();
                facts.subject = Some(subject_or_placeholder(subject));
                facts.branch = Some(changeset.branch);
            });
            if let Err(error) = read {
                self.warn(format!("cannot read the changeset {}", short(&new)), &error);
            }
        }
        self.tell("bookmark", &facts);
    }

    /// Returns the id in a variable; nothing for the null id and for what is no id.
    fn id(&self, call: &Call, name: &str) -> Option<String> {
        let id = call.variable(name)?;
        let hexadecimal = id.bytes().all(|byte| byte.is_ascii_hexdigit());
        (hexadecimal && !is_null(&id)).then_some(id)
    }

    fn tell(&mut self, kind: &str, facts: &impl Serialize) {
        self.collected.tell(super::NAME, kind, facts, self.now);
    }

    fn warn(&mut self, message: String, error: &(dyn std::error::Error + 'static)) {
        self.collected.warn(message, error);
    }
}
