//! From what Mercurial says in variables to events.

use jiff::Timestamp;
use serde::Serialize;
use zulipkit_diag::Diagnostic;

use super::changeset::{both, is_null, short};
use super::facts::{Action, Bookmark, Branch, Ends, Files, Push, Tag, Tags, Update};
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
                self.tell("push", &self.unread(&last));
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
        let options = &self.settings.hg;
        let side = group.gathering.finish(options.merges);
        if side.says(&options.skip) {
            self.collected.skipped.push(group.branch);
            return;
        }
        let links = &self.links;
        let files = || {
            let url = |path: &str| links.file(&group.new, path);
            Files::of(group.changes.iter(), options.commits, url)
        };
        let old = group.old.as_deref();
        let update = Update {
            branch_url: links.branch(&group.branch),
            branch: group.branch,
            ends: Ends::of(old.map(both), Some(both(&group.new)), links),
            added: side.linked(links).added(),
            compare_url: old.and_then(|old| links.compare(old, &group.new)),
            files: self.settings.want_files().then(files),
            paths: group.changes.into_paths(),
            incomplete: false,
        };
        let facts = Branch {
            push: self.push.clone(),
            bookmark: group.bookmark,
            bookmarks: group.bookmarks.into_iter().collect(),
            created: group.created,
            closed: group.closed,
            phase: group.phase,
            update,
        };
        let kind = match (facts.closed, facts.created) {
            (true, _) => "close",
            (false, true) => "create",
            (false, false) => "push",
        };
        self.tell(kind, &facts);
    }

    /// Returns what is known of changesets that could not be read.
    fn unread(&self, new: &str) -> Branch {
        Branch {
            push: self.push.clone(),
            bookmark: None,
            bookmarks: Vec::new(),
            created: false,
            closed: false,
            phase: String::new(),
            update: Update {
                ends: Ends::of(None, Some(both(new)), &self.links),
                incomplete: true,
                ..Update::default()
            },
        }
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
        let facts = Tags::new(self.push.clone(), tags, count);
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
            action: Action::of(old.as_ref(), new.as_ref()),
            branch: None,
            ends: Ends::of(
                old.as_deref().map(both),
                new.as_deref().map(both),
                &self.links,
            ),
            subject: None,
        };
        if let Some(new) = new {
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
