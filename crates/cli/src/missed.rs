//! What a product said while nothing could be accepted: kept in the repository, and told with the next call.
//!
//! Settings that cannot be read, or an outbox that cannot be written, say nothing about the push itself. So what was said
//! is appended to a file in the repository, where whoever pushes may write. The next call that works takes the file away
//! first (by renaming it, so that two calls never take the same), tells of all that is in it, and removes it once that
//! is accepted.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zulipkit_integrations::driver::Call;

/// The file's name in the folder of the repository.
const NAME: &str = "zulipkit-missed";

/// Beyond this many bytes nothing more is kept: somebody has not read what the hook said for a long time.
const MOST_BYTES: u64 = 1 << 20;

/// One call that could not be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Missed {
    /// When it was.
    pub(crate) at: Timestamp,
    /// What the product said.
    pub(crate) call: Call,
}

/// The calls that were taken out of the file.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) calls: Vec<Missed>,
    file: Option<PathBuf>,
}

/// Keeps calls for later.
///
/// # Errors
///
/// The file cannot be written, is full, or is a link that somebody put there.
pub(crate) fn keep(folder: &Path, calls: &[Missed]) -> io::Result<()> {
    let mut lines = Vec::new();
    for call in calls {
        serde_json::to_writer(&mut lines, call)?;
        lines.push(b'\n');
    }
    let mut file = no_link(OpenOptions::new().append(true).create(true).mode(0o640))
        .open(folder.join(NAME))?;
    if file.metadata()?.len() > MOST_BYTES {
        return Err(io::Error::other("too much is kept there already"));
    }
    file.write_all(&lines)?;
    file.sync_data()
}

/// Takes all calls that were kept. Where there are none, which is nearly always, this costs one look.
pub(crate) fn take(folder: &Path) -> Taken {
    let path = folder.join(NAME);
    // Another user's file may not be readable; then it waits for that user's next call.
    let Ok(file) = no_link(OpenOptions::new().read(true)).open(&path) else {
        return Taken::default();
    };
    let mine = folder.join(format!("{NAME}.{}", std::process::id()));
    if std::fs::rename(&path, &mine).is_err() {
        return Taken::default();
    }
    Taken {
        calls: read(file),
        file: Some(mine),
    }
}

/// A line that was cut short by a full disk is left out.
fn read(file: File) -> Vec<Missed> {
    let lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
    lines
        .filter_map(|line| serde_json::from_slice(&line).ok())
        .collect()
}

impl Taken {
    /// Forgets the calls: they are accepted.
    pub(crate) fn done(self) {
        if let Some(file) = self.file {
            // If it stays, nobody takes it again: only the file of the first name is looked for.
            let _ = std::fs::remove_file(file);
        }
    }
}

fn no_link(options: &mut OpenOptions) -> &mut OpenOptions {
    options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(input: &[u8]) -> Missed {
        Missed {
            at: "2026-03-01T12:00:00Z".parse().unwrap(),
            call: Call {
                input: input.to_vec(),
                ..Call::default()
            },
        }
    }

    #[test]
    fn what_is_kept_is_taken_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        assert!(take(folder.path()).calls.is_empty());
        keep(folder.path(), &[call(b"one\xff\n")]).unwrap();
        keep(folder.path(), &[call(b"two"), call(b"three")]).unwrap();
        let taken = take(folder.path());
        assert_eq!(
            taken.calls,
            [call(b"one\xff\n"), call(b"two"), call(b"three")]
        );
        assert!(
            take(folder.path()).calls.is_empty(),
            "another call gets nothing of it"
        );
        taken.done();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_line_that_was_cut_short_keeps_no_other_back() {
        let folder = tempfile::tempdir().unwrap();
        keep(folder.path(), &[call(b"one")]).unwrap();
        let mut file = OpenOptions::new()
            .append(true)
            .open(folder.path().join(NAME))
            .unwrap();
        file.write_all(b"{\"at\": \n").unwrap();
        keep(folder.path(), &[call(b"two")]).unwrap();
        assert_eq!(take(folder.path()).calls, [call(b"one"), call(b"two")]);
    }

    #[test]
    fn a_link_that_somebody_put_there_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        std::fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, folder.path().join(NAME)).unwrap();
        assert!(keep(folder.path(), &[call(b"one")]).is_err());
        assert_eq!(std::fs::read(&target).unwrap(), b"");
    }
}
