//! Sorts check-ins by branch, and gathers the tags.

use super::artifact::{Artifact, Kind};
use super::cards::Cards;
use super::facts::{Action, Commit, Tag};
use crate::vcs::{
    Arriving, Changes, Gathering, LONGEST, Listing, People, beginning, subject_or_placeholder,
};

/// How many tags are listed.
pub(super) const MOST_TAGS: usize = 100;

/// What begins the names of tags that people give; Fossil has tags of its own besides.
const SYMBOLIC: &str = "sym-";

/// What came to one branch.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) branch: String,
    pub(super) gathering: Gathering,
    /// The newest check-in.
    pub(super) new: String,
    /// The primary parent of the oldest check-in so far.
    pub(super) old: Option<String>,
    pub(super) created: bool,
    pub(super) closed: bool,
    pub(super) changes: Changes,
}

/// All check-ins and tags that came.
#[derive(Debug, Default)]
pub(super) struct Branches {
    /// The one with the oldest check-in last.
    pub(super) groups: Vec<Group>,
    /// The newest first.
    pub(super) tags: Vec<Tag>,
    /// How many tags there are.
    pub(super) tag_count: usize,
}

impl Branches {
    /// Takes the next check-in; they come newest first.
    pub(super) fn check_in(&mut self, artifact: Artifact, listing: Listing<'_>) {
        let branch = artifact.branch.clone().unwrap_or_default();
        let given = |name: &str| {
            artifact
                .marks
                .iter()
                .any(|mark| mark.name == name && mark.kind > 0)
        };
        let (begins, closes) = (given("branch"), given("closed"));
        for mark in artifact.marks.iter().rev().filter(|mark| mark.kind == 1) {
            if let Some(name) = mark.name.strip_prefix(SYMBOLIC) {
                self.tag(
                    name,
                    Action::Created,
                    &artifact.id,
                    &artifact,
                    listing.people,
                );
            }
        }
        let group = self.group(&branch, &artifact.id);
        group.created |= begins && branch != "trunk";
        group.closed |= closes;
        group.old = artifact.parents.first().cloned();
        for (path, change) in artifact.files() {
            group.changes.take(path.to_owned(), change);
        }
        let arriving = Arriving {
            merge: artifact.parents.len() > 1,
            author: (&artifact.user, ""),
            message: &|| artifact.comment.clone(),
            commit: || commit(&artifact, listing.people),
        };
        group.gathering.take(listing, arriving);
    }

    /// Takes an artifact that gives tags or takes them away. A branch is closed by a tag too.
    pub(super) fn marks(&mut self, artifact: &Artifact, people: &People) {
        let cards = Cards::of(artifact.content.as_deref().unwrap_or_default());
        // A check-in that is moved to another branch has its old name taken away by a tag.
        let moves = cards
            .all("T")
            .any(|words| words.first().is_some_and(|name| name == "*branch"));
        for words in cards.all("T") {
            let [name, target, ..] = words else { continue };
            match (name.get(..1), name.get(1..)) {
                (Some("+"), Some("closed")) => {
                    let mut marks = artifact.marks.iter();
                    let branch = marks
                        .find_map(|mark| mark.branch.clone().filter(|_| mark.target == *target));
                    let group = self.group(&branch.unwrap_or_default(), target);
                    group.closed = true;
                }
                (Some(sign), Some(rest)) if !moves && sign != "*" => {
                    let action = match sign {
                        "-" => Action::Deleted,
                        _ => Action::Created,
                    };
                    if let Some(name) = rest.strip_prefix(SYMBOLIC) {
                        self.tag(name, action, target, artifact, people);
                    }
                }
                _ => {}
            }
        }
    }

    fn group(&mut self, branch: &str, newest: &str) -> &mut Group {
        let at = self.groups.iter().position(|group| group.branch == branch);
        // The order is that of the oldest check-ins.
        let group = match at {
            Some(at) => self.groups.remove(at),
            None => Group {
                branch: branch.to_owned(),
                new: newest.to_owned(),
                ..Group::default()
            },
        };
        self.groups.push(group);
        self.groups.last_mut().expect("one was pushed just now")
    }

    fn tag(
        &mut self,
        name: &str,
        action: Action,
        target: &str,
        artifact: &Artifact,
        people: &People,
    ) {
        let mut marks = artifact.marks.iter().filter(|mark| mark.target == target);
        self.tag_count += 1;
        self.tags.push(Tag {
            name: name.to_owned(),
            action,
            short: short(target),
            target: target.to_owned(),
            target_url: None,
            tagger: people.login(&artifact.user),
            branch: match artifact.kind {
                Kind::CheckIn => artifact.branch.clone(),
                _ => marks.find_map(|mark| mark.branch.clone()),
            },
            url: None,
        });
        // The oldest come last, and are the first to be told.
        let surplus = self.tags.len().saturating_sub(MOST_TAGS);
        self.tags.drain(..surplus);
    }
}

fn commit(artifact: &Artifact, people: &People) -> Commit {
    let message = artifact.comment.trim();
    let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
    let author = people.login(&artifact.user);
    Commit {
        short: short(&artifact.id),
        id: artifact.id.clone(),
        subject: subject_or_placeholder(&subject[..subject.floor_char_boundary(LONGEST)]),
        body: beginning(body.trim().as_bytes()),
        committer: author.clone(),
        author,
        date: Some(artifact.date.clone()),
        merge: artifact.parents.len() > 1,
        url: None,
    }
}

/// Returns a hash as Fossil shows it.
pub(super) fn short(id: &str) -> String {
    id[..id.floor_char_boundary(10)].to_owned()
}

/// Returns a hash with its short form.
pub(super) fn both(id: &str) -> (&str, String) {
    (id, short(id))
}
