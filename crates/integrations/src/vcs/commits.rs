//! Gathers commits while they come, newest first.
//!
//! However long the history, no more is held in memory than the commits that a message lists, and the counts.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zulipkit_notify::Text;

use super::{Added, Links, MOST_AUTHORS, People, Person, Removed};

/// The pieces that the templates of all systems with commits share.
pub(crate) const COMMITS: Text = Text {
    style: "default",
    name: "commits",
    text: include_str!("templates/default/commits.md"),
};

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// The full id.
    pub id: String,
    /// The first 10 digits of the id.
    pub short: String,
    /// The first paragraph of its message as one line, or `(no subject)`.
    pub subject: String,
    /// The rest of its message, at most 10,000 bytes.
    pub body: String,
    /// Who wrote it.
    pub author: Person,
    /// Who committed it.
    pub committer: Person,
    /// When it was written, as ISO 8601 with the author's zone.
    pub date: Option<String>,
    /// Whether it has more than one parent.
    pub merge: bool,
    /// Its web page.
    pub url: Option<String>,
}

/// What becomes of merge commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Merges {
    /// They are counted, but listed only where there is nothing else.
    Fold,
    /// They are listed as other commits are.
    Show,
}

/// How commits are listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listing<'a> {
    /// At most so many, the newest.
    pub(crate) limit: usize,
    pub(crate) merges: Merges,
    pub(crate) people: &'a People,
}

/// The commits that were added to a branch, or those that were removed.
#[derive(Debug, Default)]
pub(crate) struct Side {
    /// The newest ones, the oldest of them first.
    pub(crate) commits: Vec<Commit>,
    pub(crate) count: usize,
    pub(crate) merges: usize,
    pub(crate) authors: Vec<Person>,
    /// The newest one's subject and body.
    pub(crate) newest: Option<String>,
    /// How many merges are left out of the list because they are folded.
    folded: usize,
}

impl Side {
    /// Gives each listed commit its page.
    pub(crate) fn linked(mut self, links: &Links) -> Self {
        for commit in &mut self.commits {
            commit.url = links.commit(&commit.id);
        }
        self
    }

    /// Returns what is told of them as added ones.
    pub(crate) fn added(self) -> Added {
        Added {
            more: self.unlisted(),
            commits: self.commits,
            count: self.count,
            merges: self.merges,
            authors: self.authors,
        }
    }

    /// Returns what is told of them as removed ones.
    pub(crate) fn removed(self) -> Removed {
        Removed {
            removed_more: self.unlisted(),
            removed: self.commits,
            removed_count: self.count,
        }
    }

    /// How many commits the list lacks for want of room.
    fn unlisted(&self) -> usize {
        self.count - self.commits.len() - self.folded
    }

    /// Says whether the newest commit's message has a mark in it by which it asks not to be told.
    pub(crate) fn says(&self, mark: &str) -> bool {
        let newest = self.newest.as_deref().unwrap_or_default();
        !mark.is_empty() && newest.contains(mark)
    }
}

/// A commit as it comes, before anything of it is copied.
pub(crate) struct Arriving<'a, F> {
    pub(crate) merge: bool,
    /// The name and the address of who wrote it.
    pub(crate) author: (&'a str, &'a str),
    /// The whole message.
    pub(crate) message: &'a dyn Fn() -> String,
    /// Writes the commit down, if it is to be listed.
    pub(crate) commit: F,
}

/// Gathers one side while the commits come, newest first.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    side: Side,
    /// Merges that are not listed, for the case that there is nothing else to list.
    folded: Vec<Commit>,
    seen_authors: BTreeSet<(String, String)>,
}

impl Gathering {
    pub(crate) fn take(
        &mut self,
        listing: Listing<'_>,
        arriving: Arriving<'_, impl FnOnce() -> Commit>,
    ) {
        let (name, email) = arriving.author;
        self.side.count += 1;
        self.side.merges += usize::from(arriving.merge);
        if self.side.count == 1 {
            self.side.newest = Some((arriving.message)());
        }
        let author = (name.to_owned(), email.to_owned());
        if self.side.authors.len() < MOST_AUTHORS && self.seen_authors.insert(author) {
            self.side.authors.push(listing.people.person(name, email));
        }
        let list = if arriving.merge && listing.merges == Merges::Fold {
            &mut self.folded
        } else {
            &mut self.side.commits
        };
        if list.len() < listing.limit {
            list.push((arriving.commit)());
        }
    }

    pub(crate) fn finish(mut self, merges: Merges) -> Side {
        if self.side.commits.is_empty() {
            self.side.commits = self.folded;
        } else if merges == Merges::Fold {
            self.side.folded = self.side.merges;
        }
        self.side.commits.reverse();
        self.side
    }
}
