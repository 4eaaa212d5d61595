//! From the hook's arguments to events.

use std::ffi::OsStr;

use jiff::Timestamp;
use serde::Serialize;
use zulipkit_diag::Diagnostic;

use super::facts::{Action, Change, File, Files, Locks, Place, Revision, RevisionProperty};
use super::layout::{Kind, Line};
use super::log::{ChangedPath, Entry};
use super::options::Settings;
use super::repository::Repository;
use crate::driver::Call;
use crate::vcs::{
    Collected, Links, MOST_PATHS, Person, ProgramError, beginning, fold, subject_or_placeholder,
};

/// What Subversion says when a revision does not exist.
const NO_SUCH_REVISION: &str = "E160006";

/// Reads what Subversion gave to the hook, and the repository.
pub fn collect(
    call: &Call,
    repository: &Repository,
    settings: &Settings,
    now: Timestamp,
) -> Collected {
    let mut collector = Collector::new(repository, settings, now);
    // The first argument is the repository.
    let argument = |at: usize| call.arguments.get(at).map_or(OsStr::new(""), |text| text);
    let text = |at: usize| argument(at).to_string_lossy();
    match call.hook.as_str() {
        "post-revprop-change" => {
            let action = text(4);
            collector.revision_property(&text(1), &text(2), argument(3), &action, &call.input);
        }
        "post-lock" => collector.locks("lock", &text(1), &call.input),
        "post-unlock" => collector.locks("unlock", &text(1), &call.input),
        _ => collector.revision(&text(1)),
    }
    collector.collected
}

struct Collector<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
    now: Timestamp,
    repo: String,
    links: Links,
    collected: Collected,
}

impl<'a> Collector<'a> {
    fn new(repository: &'a Repository, settings: &'a Settings, now: Timestamp) -> Self {
        let options = &settings.svn;
        let repo = options.repo.clone().unwrap_or_else(|| repository.name());
        let preset = options.links.map(super::Preset::templates);
        let links = Links::new(preset, &options.urls, options.url.as_ref(), &repo, &repo);
        Self {
            repository,
            settings,
            now,
            repo,
            links,
            collected: Collected::default(),
        }
    }

    fn revision(&mut self, revision: &str) {
        if revision.is_empty() || !revision.bytes().all(|byte| byte.is_ascii_digit()) {
            let wrong = format!("`{revision}` is no revision's number");
            self.collected.warnings.push(Diagnostic::failed(wrong));
            return;
        }
        let entry = match self.repository.revision(revision) {
            Ok(entry) => entry,
            Err(error) => {
                let absent = matches!(&error, ProgramError::Failed { words, .. }
                    if words.contains(NO_SUCH_REVISION));
                self.warn(format!("cannot read revision {revision}"), &error);
                if absent {
                    return;
                }
                None
            }
        };
        let incomplete = entry.is_none();
        let entry = entry.unwrap_or_default();
        let skip = self.settings.svn.skip.as_str();
        if !skip.is_empty() && entry.message.contains(skip) {
            let skipped = &mut self.collected.skipped_revisions;
            skipped.push(format!("r{revision}"));
            return;
        }
        let mut facts = self.facts(revision, entry);
        facts.incomplete = incomplete;
        let kind = match (facts.action, facts.branches.is_empty()) {
            (None, _) => "commit",
            (Some(_), true) => "tag",
            (Some(_), false) => "branch",
        };
        self.tell(kind, &facts);
    }

    fn facts(&self, revision: &str, entry: Entry) -> Revision {
        let layout = &self.settings.svn.layout;
        let lines: Vec<Option<Line>> = entry
            .paths
            .iter()
            .map(|changed| layout.line(&changed.path))
            .collect();
        let made = made(&entry.paths, &lines);
        let one = |names: Vec<String>| <[String; 1]>::try_from(names).ok().map(|[name]| name);
        let every = |of: fn(&Line) -> &String| {
            let mut names: Vec<String> = lines.iter().flatten().map(of).cloned().collect();
            names.sort();
            names.dedup();
            one(names).filter(|_| lines.iter().all(Option::is_some))
        };
        let branches = names(&lines, Kind::Branch);
        let message = entry.message.trim_end();
        let paths = entry.paths.iter().map(shown_path);
        let paths: Vec<String> = paths.take(MOST_PATHS).collect();
        Revision {
            place: self.place(entry.author.as_deref().unwrap_or_default()),
            id: revision.to_owned(),
            short: format!("r{revision}"),
            url: self.links.commit(revision),
            date: entry.date,
            subject: subject_or_placeholder(message.lines().next().unwrap_or_default()),
            message: message.to_owned(),
            branch: every(|line| &line.name).filter(|name| branches.contains(name)),
            branch_url: every(|line| &line.root)
                .filter(|_| !branches.is_empty())
                .and_then(|root| self.links.branch(&root)),
            tags: names(&lines, Kind::Tag),
            branches,
            project: every(|line| &line.project).filter(|project| !project.is_empty()),
            action: made.as_ref().map(|(action, _)| *action),
            copied_from: made.and_then(|(_, from)| from),
            files: self.files(revision, &entry.paths),
            folders: fold(
                paths.iter().map(String::as_str),
                self.settings.svn.folders.max(1),
            ),
            paths,
            incomplete: false,
        }
    }

    fn files(&self, revision: &str, paths: &[ChangedPath]) -> Files {
        let limit = self.settings.svn.files;
        let mut files = Files {
            more: paths.len().saturating_sub(limit),
            ..Files::default()
        };
        for changed in paths {
            let change = change(changed);
            *match change {
                Change::Added => &mut files.added,
                Change::Modified => &mut files.modified,
                Change::Deleted => &mut files.deleted,
            } += 1;
            files.copied += usize::from(changed.copied_from.is_some());
            files.properties += usize::from(changed.properties);
        }
        let file = |changed: &ChangedPath| {
            let path = shown_path(changed);
            let url = self.links.file(revision, &path);
            File {
                change: change(changed),
                copied_from: changed.copied_from.as_ref().map(shown_source),
                properties: changed.properties,
                // A browser shows folders on pages of another kind.
                url: url.filter(|_| change(changed) != Change::Deleted && !changed.folder),
                path,
            }
        };
        files.list = paths.iter().take(limit).map(file).collect();
        files
    }

    fn revision_property(
        &mut self,
        revision: &str,
        user: &str,
        property: &OsStr,
        action: &str,
        old: &[u8],
    ) {
        let value = match action {
            "D" => None,
            _ => match self.repository.revision_property(revision, property) {
                Ok(value) => Some(value),
                Err(error) => {
                    self.warn(format!("cannot read a property of r{revision}"), &error);
                    None
                }
            },
        };
        let facts = RevisionProperty {
            place: self.place(user),
            id: revision.to_owned(),
            short: format!("r{revision}"),
            url: self.links.commit(revision),
            property: property.to_string_lossy().into_owned(),
            action: match action {
                "A" => Action::Created,
                "D" => Action::Deleted,
                _ => Action::Changed,
            },
            value,
            old_value: (action != "A").then(|| beginning(old)),
        };
        self.tell("revprop", &facts);
    }

    fn locks(&mut self, kind: &str, user: &str, input: &[u8]) {
        let text = String::from_utf8_lossy(input);
        let paths = text.lines().filter(|line| !line.is_empty());
        let facts = Locks {
            place: self.place(user),
            count: paths.clone().count(),
            paths: paths
                .take(MOST_PATHS)
                .map(|path| path.trim_start_matches('/').to_owned())
                .collect(),
        };
        self.tell(kind, &facts);
    }

    fn place(&self, user: &str) -> Place {
        let person = match user {
            "" => Person {
                name: "(no author)".to_owned(),
                email: String::new(),
                user_id: None,
            },
            user => self.settings.people.login(user),
        };
        Place {
            repo: self.repo.clone(),
            repo_url: self.links.repository.clone(),
            author: person,
            anonymous: user.is_empty(),
        }
    }

    fn tell(&mut self, kind: &str, facts: &impl Serialize) {
        self.collected.tell(super::NAME, kind, facts, self.now);
    }

    fn warn(&mut self, message: String, error: &(dyn std::error::Error + 'static)) {
        self.collected.warn(message, error);
    }
}

/// Says what a revision did if it did nothing but make, replace or delete branches, or tags: what, and copied from where.
fn made(paths: &[ChangedPath], lines: &[Option<Line>]) -> Option<(Action, Option<String>)> {
    let first = lines.first()?.as_ref()?;
    let whole = lines.iter().zip(paths).all(|(line, changed)| {
        line.as_ref()
            .is_some_and(|line| line.is_root && line.kind == first.kind && changed.folder)
            && changed.action != "M"
    });
    if !whole {
        return None;
    }
    let action = |changed: &ChangedPath| match changed.action.as_str() {
        "A" => Action::Created,
        "D" => Action::Deleted,
        _ => Action::Changed,
    };
    let all = action(&paths[0]);
    let same = paths.iter().all(|changed| action(changed) == all);
    let sources: Vec<String> = paths
        .iter()
        .filter_map(|changed| changed.copied_from.as_ref().map(shown_source))
        .collect();
    // A trunk that is made or taken away as an empty folder is no news about branches.
    if sources.is_empty() && all != Action::Deleted {
        return None;
    }
    let source = <[String; 1]>::try_from(sources).ok().map(|[source]| source);
    Some((if same { all } else { Action::Changed }, source))
}

fn names(lines: &[Option<Line>], kind: Kind) -> Vec<String> {
    let lines = lines.iter().flatten().filter(|line| line.kind == kind);
    let mut names: Vec<String> = lines.map(|line| line.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn change(changed: &ChangedPath) -> Change {
    match changed.action.as_str() {
        "A" => Change::Added,
        "D" => Change::Deleted,
        _ => Change::Modified,
    }
}

fn shown_path(changed: &ChangedPath) -> String {
    let slash = if changed.folder { "/" } else { "" };
    format!("{}{slash}", changed.path.trim_start_matches('/'))
}

fn shown_source((path, revision): &(String, String)) -> String {
    format!("{}@{revision}", path.trim_start_matches('/'))
}
