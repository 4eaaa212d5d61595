//! From the trigger's arguments to events.

use jiff::Timestamp;
use serde::Serialize;
use zulipkit_diag::Diagnostic;

use super::describe::{Description, describe};
use super::facts::{Changelist, Form};
use super::options::Settings;
use crate::driver::Call;
use crate::vcs::{Collected, Files, Links, MOST_PATHS, Person, fold, subject_or_placeholder};

/// Reads what Perforce gave to the trigger, and asks `p4` about it.
pub fn collect(call: &Call, settings: &Settings, now: Timestamp) -> Collected {
    let mut collector = Collector {
        settings,
        now,
        collected: Collected::default(),
    };
    let argument = |at: usize| {
        let argument = call.arguments.get(at).map(|text| text.to_string_lossy());
        argument.unwrap_or_default().into_owned()
    };
    match call.hook.as_str() {
        "form-commit" => collector.form(argument(0), argument(1), &argument(2)),
        "shelve-commit" => collector.changelist("shelve", &argument(0), ""),
        "shelve-delete" => collector.changelist("unshelve", &argument(0), ""),
        _ => collector.changelist("commit", &argument(0), &argument(1)),
    }
    collector.collected
}

struct Collector<'a> {
    settings: &'a Settings,
    now: Timestamp,
    collected: Collected,
}

impl Collector<'_> {
    /// Tells of a changelist. The server may say in `root` under which path its files lie.
    fn changelist(&mut self, kind: &str, change: &str, root: &str) {
        if change.is_empty() || !change.bytes().all(|byte| byte.is_ascii_digit()) {
            let wrong = format!("`{change}` is no changelist's number");
            self.collected.warnings.push(
                Diagnostic::failed(wrong)
                    .hint("the trigger's line has `%change%` as the first argument"),
            );
            return;
        }
        let options = &self.settings.perforce;
        let described = describe(options, change, kind != "commit");
        let incomplete = described.is_err();
        let description = described.unwrap_or_else(|error| {
            self.warn(format!("cannot read the changelist {change}"), &error);
            Description {
                change: change.to_owned(),
                ..Description::default()
            }
        });
        let skip = options.skip.as_str();
        if !skip.is_empty() && description.message.contains(skip) {
            let skipped = &mut self.collected.skipped_revisions;
            skipped.push(format!("@{change}"));
            return;
        }
        let mut facts = self.facts(description, root);
        facts.incomplete = incomplete;
        self.tell(kind, &facts);
    }

    fn facts(&self, description: Description, root: &str) -> Changelist {
        let options = &self.settings.perforce;
        let paths = || description.files.iter().map(|(path, _)| path.as_str());
        let depot = one(paths().map(|path| component(path, 1)));
        let repo = options.repo.clone().or(depot).unwrap_or_default();
        let preset = options.links.map(super::Preset::templates);
        let links = Links::new(preset, &options.urls, options.url.as_ref(), &repo, &repo);
        let stream = one(paths().map(|path| stream_of(path, &options.streams)))
            .filter(|stream| !stream.is_empty());
        let id = description.change;
        let message = description.message.trim_end();
        let kept: Vec<String> = paths().take(MOST_PATHS).map(str::to_owned).collect();
        Changelist {
            author: self.person(&description.user),
            client: description.client,
            short: format!("@{id}"),
            old_id: description.old_change.filter(|old| *old != id),
            url: links.commit(&id),
            date: description
                .time
                .and_then(|time| Timestamp::from_second(time).ok())
                .map(|time| time.to_string()),
            subject: subject_or_placeholder(message.lines().next().unwrap_or_default()),
            message: message.to_owned(),
            branch: stream
                .as_deref()
                .and_then(|stream| stream.rsplit('/').next())
                .map(str::to_owned),
            branch_url: stream
                .as_deref()
                .and_then(|stream| links.branch(stream.trim_start_matches('/'))),
            stream,
            root: match root {
                "" => common_root(paths()),
                root => root.to_owned(),
            },
            more: description.files.len().saturating_sub(options.files),
            files: Files::of(
                description
                    .files
                    .iter()
                    .map(|(path, change)| (path.as_str(), *change)),
                options.files,
                |path| links.file(&id, path.trim_start_matches('/')),
            ),
            folders: fold(kept.iter().map(String::as_str), options.folders.max(1)),
            paths: kept,
            repo_url: links.repository.clone(),
            incomplete: false,
            repo,
            id,
        }
    }

    fn form(&mut self, form: String, name: String, user: &str) {
        let facts = Form {
            repo: self.settings.perforce.repo.clone().unwrap_or_default(),
            author: self.person(user),
            form,
            name,
        };
        self.tell("form", &facts);
    }

    fn person(&self, user: &str) -> Person {
        self.settings.people.login(user)
    }

    fn tell(&mut self, kind: &str, facts: &impl Serialize) {
        self.collected.tell(super::NAME, kind, facts, self.now);
    }

    fn warn(&mut self, message: String, error: &(dyn std::error::Error + 'static)) {
        self.collected.warn(message, error);
    }
}

/// Returns the value that all have; nothing if they differ, or there are none.
fn one<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// Returns a part of a depot path: of `//depot/main/a.c` the first is `depot`.
fn component(path: &str, number: usize) -> String {
    let mut parts = path.trim_start_matches('/').split('/');
    parts.nth(number - 1).unwrap_or_default().to_owned()
}

/// Returns the stream in which a file lies, by patterns whose `*` stands for one name; empty if none fits.
fn stream_of(path: &str, patterns: &[String]) -> String {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let fits = |pattern: &&String| {
        let wanted: Vec<&str> = pattern.trim_matches('/').split('/').collect();
        // The file's own name is no part of a stream.
        wanted.len() < parts.len()
            && wanted
                .iter()
                .zip(&parts)
                .all(|(wanted, part)| *wanted == "*" || wanted == part)
    };
    match patterns.iter().find(fits) {
        Some(pattern) => {
            let depth = pattern.trim_matches('/').split('/').count();
            format!("//{}", parts[..depth].join("/"))
        }
        None => String::new(),
    }
}

/// Returns the path under which all files lie, as Perforce writes it: `//depot/main/...`.
fn common_root<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let folder = |path: &'a str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let common = paths.map(folder).reduce(|a, b| {
        let same = a
            .split('/')
            .zip(b.split('/'))
            .take_while(|(one, other)| one == other)
            .map(|(part, _)| part.len() + 1)
            .sum::<usize>();
        &a[..same.saturating_sub(1).min(a.len())]
    });
    match common {
        Some(folder) if folder.len() > 1 => format!("{folder}/..."),
        Some(_) => "//...".to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_what_all_have() {
        let root = |paths: &[&str]| common_root(paths.iter().copied());
        assert_eq!(
            root(&["//depot/main/a.c", "//depot/main/src/b.c"]),
            "//depot/main/..."
        );
        assert_eq!(root(&["//depot/main/a.c"]), "//depot/main/...");
        assert_eq!(
            root(&["//depot/main/a.c", "//depot/maintenance/b.c"]),
            "//depot/..."
        );
        assert_eq!(root(&["//depot/a.c", "//web/b.c"]), "//...");
        assert_eq!(root(&[]), "");
    }

    #[test]
    fn a_stream_is_found_by_its_pattern() {
        let patterns = ["//streams/*".to_owned(), "//depot/releases/*".to_owned()];
        assert_eq!(stream_of("//streams/main/a.c", &patterns), "//streams/main");
        assert_eq!(
            stream_of("//depot/releases/1.0/src/a.c", &patterns),
            "//depot/releases/1.0"
        );
        assert_eq!(stream_of("//streams/README", &patterns), "");
        assert_eq!(stream_of("//depot/other/a.c", &patterns), "");
    }
}
