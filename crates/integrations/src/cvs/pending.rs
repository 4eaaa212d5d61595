//! The parts of commits that are not complete yet, kept in files: one for each process of CVS.
//!
//! CVS first calls `commitinfo` in each folder of a commit, and then `loginfo`. Both run in the same working folder, by whose path
//! the last call is recognised.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, test_kill_process};
use serde::{Deserialize, Serialize};

use super::part::Part;

/// The beginning of a file's name; the rest is the process's number.
const NAME: &str = "commit-";

/// One line of a file.
#[derive(Debug, Serialize, Deserialize)]
enum Line {
    /// `commitinfo` was called in this working folder.
    Folder(String),
    /// `loginfo` was called.
    Part(Box<Part>),
}

/// The files of one repository.
#[derive(Debug)]
pub(super) struct Pending {
    folder: PathBuf,
    /// The process that runs the commit.
    process: i32,
}

impl Pending {
    pub(super) fn new(folder: PathBuf, process: i32) -> Self {
        Self { folder, process }
    }

    /// Notes that this working folder has a part in the commit. The last one that is noted ends it.
    pub(super) fn expect(&self, here: &Path) -> io::Result<()> {
        self.append(&Line::Folder(here.to_string_lossy().into_owned()))
    }

    /// Takes a part, and returns all parts once this is the last of them.
    ///
    /// Parts of commits that broke off come with it: CVS has made these changes, but will say no more.
    pub(super) fn take(&self, part: Part, here: &Path) -> io::Result<Vec<Part>> {
        self.append(&Line::Part(Box::new(part)))?;
        let file = self.file(self.process);
        let last = read(&file)?.into_iter().rev().find_map(|line| match line {
            Line::Folder(folder) => Some(folder),
            Line::Part(_) => None,
        });
        if last.is_some_and(|last| last != here.to_string_lossy()) {
            return Ok(Vec::new());
        }
        let mut parts = Vec::new();
        for process in self.broken_off()? {
            parts.extend(self.remove(&self.file(process))?);
        }
        parts.extend(self.remove(&file)?);
        Ok(parts)
    }

    /// Returns the processes with a file that do not run any more.
    fn broken_off(&self) -> io::Result<Vec<i32>> {
        let mut processes = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(NAME));
            let number = number.and_then(|number| number.parse().ok());
            processes.extend(number.filter(|&number| number != self.process && !runs(number)));
        }
        Ok(processes)
    }

    /// Takes the parts out of a file. It gets another name first, so that nobody else takes them too.
    fn remove(&self, file: &Path) -> io::Result<Vec<Part>> {
        let taken = self.folder.join(format!("taken-{}", std::process::id()));
        match fs::rename(file, &taken) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            renamed => renamed?,
        }
        let lines = read(&taken)?;
        fs::remove_file(&taken)?;
        let parts = lines.into_iter().filter_map(|line| match line {
            Line::Part(part) => Some(*part),
            Line::Folder(_) => None,
        });
        Ok(parts.collect())
    }

    fn append(&self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(self.file(self.process))?;
        file.write_all(&text)
    }

    fn file(&self, process: i32) -> PathBuf {
        self.folder.join(format!("{NAME}{process}"))
    }
}

/// Reads the lines of a file; what a full disk has cut off is left out.
fn read(file: &Path) -> io::Result<Vec<Line>> {
    let text = fs::read_to_string(file)?;
    let lines = text.lines();
    Ok(lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect())
}

fn runs(process: i32) -> bool {
    let Some(process) = Pid::from_raw(process) else {
        return false;
    };
    // Somebody else's process may not be asked, but is there.
    !matches!(test_kill_process(process), Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than any process's number.
    const DEAD: i32 = i32::MAX;

    fn part(id: &str, folder: &str) -> Part {
        Part {
            id: id.to_owned(),
            user: "ada".to_owned(),
            folder: folder.to_owned(),
            message: "Fix".to_owned(),
            branches: Vec::new(),
            files: Vec::new(),
            import: None,
        }
    }

    fn folders(parts: io::Result<Vec<Part>>) -> Vec<String> {
        let parts = parts.unwrap().into_iter();
        parts
            .map(|part| format!("{} {}", part.id, part.folder))
            .collect()
    }

    fn pending(folder: &tempfile::TempDir, process: i32) -> Pending {
        Pending::new(folder.path().to_owned(), process)
    }

    #[test]
    fn the_last_folder_brings_the_others_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let commit = pending(&folder, 1);
        for here in ["/work", "/work/src"] {
            commit.expect(here.as_ref()).unwrap();
        }
        assert_eq!(
            folders(commit.take(part("1", "a"), "/work".as_ref())),
            [""; 0]
        );
        assert_eq!(
            folders(commit.take(part("1", "a/src"), "/work/src".as_ref())),
            ["1 a", "1 a/src"]
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn without_commitinfo_each_folder_is_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let commit = pending(&folder, 1);
        assert_eq!(
            folders(commit.take(part("1", "a"), "/work".as_ref())),
            ["1 a"]
        );
        assert_eq!(
            folders(commit.take(part("1", "b"), "/work/b".as_ref())),
            ["1 b"]
        );
    }

    #[test]
    fn a_commit_that_broke_off_is_told_with_the_next_and_one_that_runs_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let running = i32::try_from(std::process::id()).unwrap();
        for process in [DEAD, running] {
            let commit = pending(&folder, process);
            commit.expect("/work".as_ref()).unwrap();
            commit.expect("/work/src".as_ref()).unwrap();
            let id = process.to_string();
            assert_eq!(
                folders(commit.take(part(&id, "a"), "/work".as_ref())),
                [""; 0]
            );
        }
        let next = pending(&folder, 1);
        next.expect("/work".as_ref()).unwrap();
        assert_eq!(
            folders(next.take(part("2", "b"), "/work".as_ref())),
            [format!("{DEAD} a"), "2 b".to_owned()]
        );
        assert!(folder.path().join(format!("{NAME}{running}")).exists());
    }
}
