//! Runs `git log` once for a moved or new branch, and takes its output commit by commit.
//!
//! However long the history, no more is held in memory than the commits that a message lists, and the counts.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};

use super::facts::{Commit, Person};
use super::input::ObjectId;
use super::options::Merges;
use super::refs::Known;
use super::repository::{Error, Repository};
use crate::vcs::{MOST_AUTHORS, People, beginning, subject_or_placeholder, text};

/// The fields of a commit, each followed by NUL: side, id, parents, author, committer, dates, subject, body.
///
/// The names go through the repository's `.mailmap`, by which people say what they want to be called.
const FORMAT: &str = "--format=%m%x00%H%x00%P%x00%aN%x00%aE%x00%aI%x00%cN%x00%cE%x00%s%x00%b";
const FIELDS: usize = 10;

/// What to ask the log for.
#[derive(Debug)]
pub(super) enum Range<'a> {
    /// What a branch gained and lost.
    Moved {
        old: &'a ObjectId,
        new: &'a ObjectId,
    },
    /// What a branch brought that was nowhere in the repository.
    New {
        new: &'a ObjectId,
        known: &'a Known<'a>,
    },
}

/// How commits are listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listing<'a> {
    /// At most so many on each side, the newest.
    pub(super) limit: usize,
    pub(super) merges: Merges,
    pub(super) people: &'a People,
}

/// What the log said.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) added: Side,
    pub(super) removed: Side,
    /// Where the branch left what was there before, along first parents; none for a history of its own.
    pub(super) fork: Option<ObjectId>,
}

/// The commits that were added, or those that were removed.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// The newest ones, the oldest of them first.
    pub(super) commits: Vec<Commit>,
    pub(super) count: usize,
    pub(super) merges: usize,
    pub(super) authors: Vec<Person>,
    /// The newest one's subject and body.
    pub(super) newest: Option<String>,
    /// How many merges are left out of the list because they are folded.
    folded: usize,
}

impl Side {
    /// How many commits the list lacks for want of room.
    pub(super) fn unlisted(&self) -> usize {
        self.count - self.commits.len() - self.folded
    }
}

impl Log {
    pub(super) fn read(
        repository: &Repository,
        range: &Range<'_>,
        listing: Listing<'_>,
    ) -> Result<Self, Error> {
        let mut git = repository.git("log");
        git.process.args([
            "-z",
            "--encoding=UTF-8",
            "--topo-order",
            "--left-right",
            "--no-color",
            "--no-decorate",
            "--no-notes",
            "--no-show-signature",
            FORMAT,
        ]);
        git.process.args(range.arguments()).arg("--");
        git.read(|stdout| {
            let mut reader = Reader::new(listing, range.new_id());
            let mut records = Records::new(BufReader::with_capacity(1 << 16, stdout));
            while records.advance()? {
                reader.take(&records.fields)?;
            }
            Ok(reader.finish())
        })
    }
}

impl Range<'_> {
    fn new_id(&self) -> &ObjectId {
        match self {
            Self::Moved { new, .. } | Self::New { new, .. } => new,
        }
    }

    fn arguments(&self) -> Vec<OsString> {
        match self {
            Self::Moved { old, new } => vec![format!("{old}...{new}").into()],
            Self::New { new, known } => {
                // An old commit may be gone from a shallow or a damaged repository; that must not hide the new ones.
                let mut arguments: Vec<OsString> =
                    vec!["--ignore-missing".into(), new.to_string().into()];
                arguments.extend(known.ids.iter().map(|id| format!("^{id}").into()));
                arguments.push("--not".into());
                for update in known.pushed {
                    let mut exclude = OsString::from("--exclude=");
                    exclude.push(update.name.as_os_str());
                    arguments.push(exclude);
                }
                // Not `--all`, which means HEAD too, and HEAD may be the very branch that was pushed.
                arguments.push("--glob=refs/*".into());
                arguments
            }
        }
    }
}

/// Cuts Git's output into records of [`FIELDS`] fields, in buffers that are used again.
struct Records<R> {
    input: R,
    fields: [Vec<u8>; FIELDS],
}

impl<R: BufRead> Records<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            fields: Default::default(),
        }
    }

    fn advance(&mut self) -> io::Result<bool> {
        for (at, field) in self.fields.iter_mut().enumerate() {
            field.clear();
            self.input.read_until(0, field)?;
            if field.pop() != Some(0) {
                return match at {
                    0 if field.is_empty() => Ok(false),
                    _ => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
        }
        Ok(true)
    }
}

/// Gathers both sides while the commits come, newest first.
struct Reader<'a> {
    listing: Listing<'a>,
    added: Gathering,
    removed: Gathering,
    /// The next commit on the line of first parents.
    fork: Option<ObjectId>,
}

#[derive(Default)]
struct Gathering {
    side: Side,
    /// Merges that are not listed, for the case that there is nothing else to list.
    folded: Vec<Commit>,
    seen_authors: BTreeSet<(String, String)>,
}

impl<'a> Reader<'a> {
    fn new(listing: Listing<'a>, new: &ObjectId) -> Self {
        Self {
            listing,
            added: Gathering::default(),
            removed: Gathering::default(),
            fork: Some(new.clone()),
        }
    }

    fn take(&mut self, fields: &[Vec<u8>; FIELDS]) -> io::Result<()> {
        let [side, id, parents, ..] = fields;
        let id = ObjectId::parse(id).ok_or(io::ErrorKind::InvalidData)?;
        let mut parents = parents.split(|byte| *byte == b' ');
        let first_parent = parents.next().and_then(ObjectId::parse);
        let merge = parents.next().is_some();
        if side == b"<" {
            self.removed.take(&id, fields, merge, self.listing);
        } else {
            self.added.take(&id, fields, merge, self.listing);
            if self.fork.as_ref() == Some(&id) {
                self.fork = first_parent;
            }
        }
        Ok(())
    }

    fn finish(self) -> Log {
        Log {
            added: self.added.finish(self.listing.merges),
            removed: self.removed.finish(self.listing.merges),
            fork: self.fork,
        }
    }
}

impl Gathering {
    fn take(
        &mut self,
        id: &ObjectId,
        fields: &[Vec<u8>; FIELDS],
        merge: bool,
        listing: Listing<'_>,
    ) {
        let [
            _,
            _,
            _,
            author,
            author_email,
            date,
            committer,
            committer_email,
            subject,
            body,
        ] = fields;
        let person = |name: &[u8], email: &[u8]| listing.people.person(&text(name), &text(email));
        self.side.count += 1;
        self.side.merges += usize::from(merge);
        if self.side.count == 1 {
            self.side.newest = Some(format!("{}\n\n{}", text(subject), text(body)));
        }
        if self.side.authors.len() < MOST_AUTHORS
            && self.seen_authors.insert((text(author), text(author_email)))
        {
            self.side.authors.push(person(author, author_email));
        }
        let list = if merge && listing.merges == Merges::Fold {
            &mut self.folded
        } else {
            &mut self.side.commits
        };
        if list.len() < listing.limit {
            list.push(Commit {
                id: id.to_string(),
                short: id.short().to_owned(),
                subject: subject_or_placeholder(&beginning(subject)),
                body: beginning(body).trim_end().to_owned(),
                author: person(author, author_email),
                committer: person(committer, committer_email),
                date: Some(text(date)).filter(|date| !date.is_empty()),
                merge,
                url: None,
            });
        }
    }

    fn finish(mut self, merges: Merges) -> Side {
        if self.side.commits.is_empty() {
            self.side.commits = self.folded;
        } else if merges == Merges::Fold {
            self.side.folded = self.side.merges;
        }
        self.side.commits.reverse();
        self.side
    }
}
