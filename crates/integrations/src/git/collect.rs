//! From the hook's input to events.

use globset::GlobBuilder;
use jiff::Timestamp;
use serde::Serialize;
use zulipkit_diag::Diagnostic;

use super::facts::{Action, Branch, OtherRef, Push, Removed, Tags, Update};
use super::files;
use super::input::{self, ObjectId, RefUpdate};
use super::log::{Log, Range};
use super::options::Settings;
use super::pusher;
use super::refs::{BranchChange, Changes, Known};
use super::repository::Repository;
use super::tags;
use crate::vcs::{Collected, Ends, Links, Listing};

/// For how many branches of one push the commits are listed. Each takes a call of Git, and the pusher waits.
const MOST_LOGS: usize = 50;

/// Reads the hook's standard input and the repository.
///
/// One call of Git serves an ordinary push; others are made only for tags, changed files and further branches.
pub fn collect(
    input: &[u8],
    repository: &Repository,
    settings: &Settings,
    now: Timestamp,
) -> Collected {
    let (updates, garbage) = input::parse(input);
    let mut collector = Collector::new(repository, settings, now);
    collector.collected.warnings.extend(garbage);
    let changes = Changes::of(&updates);
    let mut known = Known::before(&updates);
    for change in &changes.branches {
        collector.branch(*change, &known);
        if let BranchChange::Created(update) = change {
            known.ids.push(&update.new);
        }
    }
    if !changes.tags.is_empty() {
        collector.tags(&changes.tags);
    }
    collector.other_refs(&changes.others);
    collector.warn_of_unlisted();
    collector.collected
}

struct Collector<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
    now: Timestamp,
    push: Push,
    links: Links,
    /// How many branches had commits to list so far.
    logs: usize,
    collected: Collected,
}

impl<'a> Collector<'a> {
    fn new(repository: &'a Repository, settings: &'a Settings, now: Timestamp) -> Self {
        let (push, links) = pusher::describe(repository, settings);
        Self {
            repository,
            settings,
            now,
            push,
            links,
            logs: 0,
            collected: Collected::default(),
        }
    }

    fn branch(&mut self, change: BranchChange<'_>, known: &Known<'_>) {
        match change {
            BranchChange::Moved(update) => {
                let range = Range::Moved {
                    old: &update.old,
                    new: &update.new,
                };
                self.branch_with_commits(update, &range);
            }
            BranchChange::Created(update) => {
                let range = Range::New {
                    new: &update.new,
                    known,
                };
                self.branch_with_commits(update, &range);
            }
            BranchChange::Deleted(update) => {
                let facts = self.branch_facts(update);
                self.tell("delete", &facts);
            }
            BranchChange::Renamed { from, to } => {
                let mut facts = self.branch_facts(to);
                facts.old_branch = from.name.strip_prefix("refs/heads/");
                facts.created = false;
                self.tell("rename", &facts);
            }
        }
    }

    fn branch_with_commits(&mut self, update: &RefUpdate, range: &Range<'_>) {
        let mut facts = self.branch_facts(update);
        self.logs += 1;
        let log =
            (self.logs <= MOST_LOGS).then(|| Log::read(self.repository, range, self.listing()));
        match log {
            Some(Ok(log)) if log.added.says(&self.settings.git.skip) => {
                self.collected.skipped.push(facts.update.branch);
                return;
            }
            Some(Ok(log)) => self.add_commits(&mut facts, update, log),
            Some(Err(error)) => {
                facts.update.incomplete = true;
                self.warn(
                    format!("cannot list the commits of `{}`", facts.update.branch),
                    &error,
                );
            }
            None => facts.update.incomplete = true,
        }
        let kind = match (facts.created, facts.forced) {
            (true, _) => "create",
            (false, true) => "rewrite",
            (false, false) => "push",
        };
        self.tell(kind, &facts);
    }

    fn warn_of_unlisted(&mut self) {
        let unlisted = self.logs.saturating_sub(MOST_LOGS);
        if unlisted > 0 {
            self.collected.warnings.push(
                Diagnostic::failed(format!("the commits of {unlisted} branches are not listed"))
                    .cause(format!("this push changed more than {MOST_LOGS} branches")),
            );
        }
    }

    fn listing(&self) -> Listing<'a> {
        Listing {
            limit: self.settings.git.commits,
            merges: self.settings.git.merges,
            people: &self.settings.people,
        }
    }

    /// Returns what the push itself says about a branch.
    fn branch_facts(&self, update: &RefUpdate) -> Branch {
        let branch = update.name.strip_prefix("refs/heads/").unwrap_or_default();
        let [old, new] = [&update.old, &update.new]
            .map(|id| (!id.is_null()).then(|| (id.as_str(), id.short().to_owned())));
        Branch {
            push: self.push.clone(),
            ref_name: update.name.to_string(),
            old_branch: None,
            created: update.old.is_null(),
            deleted: update.new.is_null(),
            forced: false,
            removed: Removed::default(),
            update: Update {
                branch_url: new.as_ref().and_then(|_| self.links.branch(&branch)),
                branch,
                ends: Ends::of(old, new, &self.links),
                ..Update::default()
            },
        }
    }

    fn add_commits(&mut self, facts: &mut Branch, update: &RefUpdate, log: Log) {
        let before = match update.old.is_null() {
            true => log.fork.as_ref(),
            false => Some(&update.old),
        };
        facts.forced = log.removed.count > 0;
        facts.update.compare_url = before
            .filter(|old| **old != update.new)
            .and_then(|old| self.links.compare(old.as_str(), update.new.as_str()));
        if self.settings.want_files() && before != Some(&update.new) {
            self.add_files(&mut facts.update, before, &update.new);
        }
        facts.update.added = log.added.linked(&self.links).added();
        facts.removed = log.removed.linked(&self.links).removed();
    }

    fn add_files(&mut self, facts: &mut Update, old: Option<&ObjectId>, new: &ObjectId) {
        let limit = self.settings.git.commits;
        match files::changed(self.repository, old, new, &self.links, limit) {
            Ok((files, paths)) => {
                facts.files = Some(files);
                facts.paths = paths;
            }
            Err(error) => self.warn(
                format!("cannot list the changed files of `{}`", facts.branch),
                &error,
            ),
        }
    }

    fn tags(&mut self, updates: &[&RefUpdate]) {
        let people = &self.settings.people;
        let tags = match tags::describe(self.repository, updates, &self.links, people) {
            Ok(tags) => tags,
            Err(error) => {
                self.warn("cannot read the tags of this push".to_owned(), &error);
                tags::undescribed(updates, &self.links, people)
            }
        };
        let facts = Tags::new(self.push.clone(), tags, updates.len());
        self.tell("tag", &facts);
    }

    fn other_refs(&mut self, updates: &[&RefUpdate]) {
        let wanted = |name: &str| {
            let globs = self.settings.git.refs.iter();
            globs
                .map(|glob| GlobBuilder::new(glob).build())
                .any(|glob| glob.is_ok_and(|glob| glob.compile_matcher().is_match(name)))
        };
        for update in updates
            .iter()
            .filter(|update| wanted(&update.name.to_string()))
        {
            let [old, new] =
                [&update.old, &update.new].map(|id| Some(id).filter(|id| !id.is_null()));
            let facts = OtherRef {
                push: self.push.clone(),
                ref_name: update.name.to_string(),
                action: Action::of(old, new),
                old: old.map(ObjectId::to_string),
                old_short: old.map(|id| id.short().to_owned()),
                new: new.map(ObjectId::to_string),
                new_short: new.map(|id| id.short().to_owned()),
            };
            self.tell("ref", &facts);
        }
    }

    fn tell(&mut self, kind: &str, facts: &impl Serialize) {
        self.collected.tell(super::NAME, kind, facts, self.now);
    }

    fn warn(&mut self, message: String, error: &(dyn std::error::Error + 'static)) {
        self.collected.warn(message, error);
    }
}
