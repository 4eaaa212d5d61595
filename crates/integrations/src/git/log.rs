//! Runs `git log` once for a moved or new branch, and takes its output commit by commit.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};

use super::facts::Commit;
use super::input::ObjectId;
use super::refs::Known;
use super::repository::Repository;
use crate::vcs::{
    Arriving, Gathering, Listing, ProgramError, Side, beginning, subject_or_placeholder, text,
};

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

/// What the log said.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) added: Side,
    pub(super) removed: Side,
    /// Where the branch left what was there before, along first parents; none for a history of its own.
    pub(super) fork: Option<ObjectId>,
}

impl Log {
    pub(super) fn read(
        repository: &Repository,
        range: &Range<'_>,
        listing: Listing<'_>,
    ) -> Result<Self, ProgramError> {
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
            take(&mut self.removed, &id, fields, merge, self.listing);
        } else {
            take(&mut self.added, &id, fields, merge, self.listing);
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

fn take(
    side: &mut Gathering,
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
    let (author, author_email) = (text(author), text(author_email));
    let commit = || Commit {
        id: id.to_string(),
        short: id.short().to_owned(),
        subject: subject_or_placeholder(&beginning(subject)),
        body: beginning(body).trim_end().to_owned(),
        author: listing.people.person(&author, &author_email),
        committer: listing
            .people
            .person(&text(committer), &text(committer_email)),
        date: Some(text(date)).filter(|date| !date.is_empty()),
        merge,
        url: None,
    };
    side.take(
        listing,
        Arriving {
            merge,
            author: (&author, &author_email),
            message: &|| format!("{}\n\n{}", text(subject), text(body)),
            commit,
        },
    );
}
