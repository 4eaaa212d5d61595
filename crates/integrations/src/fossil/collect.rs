//! From the artifacts that Fossil lists to events.

use std::path::Path;

use jiff::Timestamp;
use zulipkit_diag::Diagnostic;

use super::artifact::{Artifact, Kind};
use super::branches::{Branches, Group, both, short};
use super::cards::Cards;
use super::facts::{Action, Branch, Field, Files, Item, Person, Place, Tags, Update};
use super::options::{Options, Settings};
use super::repository::Repository;
use crate::driver::Call;
use crate::vcs::{Collected, Ends, Links, Listing, beginning, text};

/// How Fossil describes what is no news of its own: the content of files, and what only helps to synchronise.
const NO_NEWS: &[&str] = &["file", "attachment", "cluster"];

/// Fields of a ticket that say nothing to a reader, or are said elsewhere.
const UNTOLD_FIELDS: &[&str] = &[
    "title",
    "comment",
    "icomment",
    "login",
    "mimetype",
    "private_contact",
];

/// Reads what Fossil wrote to its hook, and asks it about those artifacts.
pub fn collect(
    call: &Call,
    repository: &Repository,
    settings: &Settings,
    now: Timestamp,
) -> Collected {
    let options = &settings.fossil;
    let repo = options.repo.clone().unwrap_or_else(|| repository.name());
    let (place, links) = Place::of(
        repo,
        None,
        Some(Options::pages()),
        &options.urls,
        options.url.as_ref(),
    );
    let mut collector = Collector {
        settings,
        now,
        place,
        links,
        collected: Collected::default(),
    };
    collector.artifacts(&text(&call.input), repository);
    collector.collected
}

/// Returns the repository that a call is about. Several lie in one folder, and may be told together.
pub(super) fn repository_of(call: &Call, asked: &Repository) -> Repository {
    let named = call.arguments.first().map(Path::new);
    let own = named.and_then(|path| asked.sibling(path));
    own.unwrap_or_else(|| asked.clone())
        .asking(call.arguments.get(1))
}

struct Collector<'a> {
    settings: &'a Settings,
    now: Timestamp,
    place: Place,
    links: Links,
    collected: Collected,
}

impl Collector<'_> {
    fn artifacts(&mut self, input: &str, repository: &Repository) {
        let lines: Vec<(&str, &str)> = input
            .lines()
            .map(|line| line.split_once(' ').unwrap_or((line, "")))
            .filter(|(id, what)| {
                !id.is_empty() && !NO_NEWS.contains(&what.split(' ').next().unwrap_or_default())
            })
            .collect();
        let ids: Vec<&str> = lines.iter().map(|(id, _)| *id).collect();
        if ids.is_empty() {
            return;
        }
        let mut branches = Branches::default();
        let mut items = Vec::new();
        let mut pushers = Vec::new();
        let listing = Listing {
            limit: self.settings.fossil.commits,
            merges: self.settings.fossil.merges,
            people: &self.settings.people,
        };
        let read = repository.artifacts(&ids, |artifact| {
            if !pushers.contains(&artifact.pusher) {
                pushers.push(artifact.pusher.clone());
            }
            match artifact.kind {
                Kind::CheckIn => branches.check_in(artifact, listing),
                Kind::Tag => branches.marks(&artifact, listing.people),
                _ => items.push(artifact),
            }
        });
        if let [Some(login)] = &pushers[..] {
            let shared = self.settings.fossil.shared_users.contains(login);
            self.place.pusher = (!shared).then(|| self.settings.people.login(login));
        }
        match read {
            Err(error) => {
                self.collected
                    .warn("cannot read what came in".to_owned(), &error);
                if pushers.is_empty() {
                    self.unread(&lines);
                }
            }
            Ok(()) if pushers.is_empty() => {
                let unknown = format!("cannot find the artifact {}", short(ids[0]));
                let cause = "the repository has nothing of what the hook was called for";
                self.collected
                    .warnings
                    .push(Diagnostic::failed(unknown).cause(cause));
            }
            Ok(()) => {}
        }
        for group in std::mem::take(&mut branches.groups).into_iter().rev() {
            self.branch(group);
        }
        self.tags(branches);
        for artifact in items.iter().rev() {
            self.item(artifact);
        }
    }

    fn branch(&mut self, group: Group) {
        let options = &self.settings.fossil;
        let side = group.gathering.finish(options.merges);
        if side.says(&options.skip) {
            self.collected.skipped.push(group.branch);
            return;
        }
        let links = &self.links;
        let url = |path: &str| links.file(&group.new, path);
        let old = group.old.as_deref();
        let update = Update {
            branch_url: links.branch(&group.branch),
            branch: group.branch,
            ends: Ends::of(old.map(both), Some(both(&group.new)), links),
            added: side.linked(links).added(),
            compare_url: old.and_then(|old| links.compare(old, &group.new)),
            files: Some(Files::of(group.changes.iter(), options.commits, url)),
            paths: group.changes.into_paths(),
            incomplete: false,
        };
        let facts = Branch {
            place: self.place.clone(),
            created: group.created,
            closed: group.closed,
            update,
        };
        let kind = match (facts.closed, facts.created) {
            (true, _) => "close",
            (false, true) => "create",
            (false, false) => "push",
        };
        self.tell(kind, &facts);
    }

    /// Tells of check-ins what the hook's own lines say: `check-in to trunk by ada on 2026-03-01 12:00`.
    fn unread(&mut self, lines: &[(&str, &str)]) {
        let mut updates: Vec<Update> = Vec::new();
        for (id, what) in lines {
            let Some((branch, user)) = what
                .strip_prefix("check-in to ")
                .and_then(|rest| rest.rsplit_once(" on "))
                .and_then(|(rest, _)| rest.rsplit_once(" by "))
            else {
                continue;
            };
            let at = updates.iter().position(|update| update.branch == branch);
            let at = at.unwrap_or_else(|| {
                updates.push(self.unknown(branch));
                updates.len() - 1
            });
            let update = &mut updates[at];
            update.ends = Ends::of(None, Some(both(id)), &self.links);
            update.added.count += 1;
            let author = self.settings.people.login(user);
            if !update.added.authors.contains(&author) {
                update.added.authors.push(author);
            }
        }
        for update in updates {
            let facts = Branch {
                place: self.place.clone(),
                created: false,
                closed: false,
                update,
            };
            self.tell("push", &facts);
        }
    }

    /// Returns what is known of check-ins that could not be read.
    fn unknown(&self, branch: &str) -> Update {
        Update {
            branch: branch.to_owned(),
            branch_url: self.links.branch(branch),
            files: Some(Files::default()),
            incomplete: true,
            ..Update::default()
        }
    }

    fn tags(&mut self, branches: Branches) {
        let mut tags = branches.tags;
        if tags.is_empty() {
            return;
        }
        tags.reverse();
        for tag in &mut tags {
            tag.url = self
                .links
                .tag(&tag.name)
                .filter(|_| tag.action != Action::Deleted);
            tag.target_url = self.links.commit(&tag.target);
        }
        let facts = Tags::new(self.place.clone(), tags, branches.tag_count);
        self.tell("tag", &facts);
    }

    fn item(&mut self, artifact: &Artifact) {
        let cards = Cards::of(artifact.content.as_deref().unwrap_or_default());
        let mut item = Item {
            place: self.place.clone(),
            author: self.person(&artifact.user),
            url: self.links.commit(&artifact.id),
            id: artifact.id.clone(),
            date: artifact.date.clone(),
            action: match cards.word("P", 0) {
                Some(_) => Action::Changed,
                None => Action::Created,
            },
            title: String::new(),
            of: None,
            message: String::new(),
            fields: Vec::new(),
        };
        let kind = match (artifact.kind, cards.word("A", 0)) {
            (_, Some(file)) => {
                item.title = file.to_owned();
                item.of = cards.word("A", 1).map(str::to_owned);
                item.action = match cards.word("A", 2) {
                    Some(_) => Action::Created,
                    None => Action::Deleted,
                };
                item.message = cards.word("C", 0).unwrap_or_default().to_owned();
                "attachment"
            }
            (Kind::Wiki, None) => {
                item.title = cards.word("L", 0).unwrap_or_default().to_owned();
                item.message = cards.word("C", 0).unwrap_or_default().to_owned();
                if cards.text.is_empty() {
                    item.action = Action::Deleted;
                }
                "wiki"
            }
            (Kind::TechNote, None) => {
                item.title = cards.word("C", 0).unwrap_or_default().to_owned();
                item.of = cards.word("E", 1).map(str::to_owned);
                "technote"
            }
            (Kind::Ticket, None) => {
                ticket(&mut item, &cards, &artifact.comment);
                item.url = item.of.as_deref().and_then(|id| self.links.commit(id));
                "ticket"
            }
            (Kind::Forum, None) => {
                post(&mut item, &cards, &artifact.comment);
                "forum"
            }
            // What a later Fossil puts into its timeline has no words here.
            _ => return,
        };
        item.message = beginning(item.message.trim().as_bytes());
        self.tell(kind, &item);
    }

    fn person(&self, user: &str) -> Person {
        self.settings.people.login(user)
    }

    fn tell(&mut self, kind: &str, facts: &impl serde::Serialize) {
        self.collected.tell(super::NAME, kind, facts, self.now);
    }
}

/// Reads a change of a ticket. Only the timeline says its title where that did not change.
fn ticket(item: &mut Item, cards: &Cards<'_>, timeline: &str) {
    item.of = cards.word("K", 0).map(str::to_owned);
    item.action = match timeline.starts_with("New ticket") {
        true => Action::Created,
        false => Action::Changed,
    };
    let in_timeline = timeline
        .split_once("<i>")
        .and_then(|(_, rest)| rest.split_once("</i>"));
    item.title = in_timeline.map_or_else(String::new, |(title, _)| unescaped(title));
    for words in cards.all("J") {
        let (Some(name), value) = (words.first(), words.get(1)) else {
            continue;
        };
        let name = name.trim_start_matches('+');
        let value = value.cloned().unwrap_or_default();
        match name {
            "title" => item.title = value,
            "comment" | "icomment" => item.message = value,
            _ if UNTOLD_FIELDS.contains(&name) || value.is_empty() => {}
            _ => item.fields.push(Field {
                name: name.to_owned(),
                value: beginning(value.as_bytes()),
            }),
        }
    }
}

/// Reads a post. Only the timeline says the title of the thread that a post answers.
fn post(item: &mut Item, cards: &Cards<'_>, timeline: &str) {
    let title = timeline.split_once(": ").map(|(_, title)| title.to_owned());
    item.title = match cards.word("H", 0) {
        Some(title) => title.to_owned(),
        None => title.unwrap_or_default(),
    };
    cards.text.clone_into(&mut item.message);
    item.of = cards.word("G", 0).map(str::to_owned);
    if cards.text.is_empty() {
        item.action = Action::Deleted;
    } else if item.action == Action::Created && cards.word("I", 0).is_some() {
        item.action = Action::Replied;
    }
}

/// Reads text in which Fossil has escaped what HTML would read.
fn unescaped(html: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let replace = |text: String, (from, to): (&str, &str)| text.replace(from, to);
    pairs.into_iter().fold(html.to_owned(), replace)
}
