//! A repository on this machine, and how Subversion's programs are called for it.

use std::ffi::OsStr;
use std::io::BufReader;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use percent_encoding::percent_encode;

use super::log::{self, Entry};
use crate::vcs::{LONGEST, Program, ProgramError, RESERVED, TextReader, beginning};

/// A folder that nobody can make. `svn` would else write its own settings into the home of whoever runs the server.
const NO_CONFIGURATION: &str = "/dev/null";

/// A repository as `svnadmin create` makes it.
#[derive(Debug, Clone)]
pub struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// Opens the repository in a folder; none if it holds no repository.
    pub fn at(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let whole = folder.join("format").is_file() && folder.join("db").is_dir();
        whole.then_some(Self { folder })
    }

    /// Returns its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns what people call the repository: the last component of its path.
    pub fn name(&self) -> String {
        let name = self.folder.file_name();
        let name = name.unwrap_or("repository".as_ref()).to_string_lossy();
        name.into_owned()
    }

    /// Reads exactly one revision, whatever newer ones there are.
    pub(super) fn revision(&self, revision: &str) -> Result<Option<Entry>, ProgramError> {
        let mut svn = program("svn", "log");
        svn.process
            .args([
                "--xml",
                "--verbose",
                "--non-interactive",
                "--config-dir",
                NO_CONFIGURATION,
                "--revision",
                revision,
                "--",
            ])
            .arg(self.url());
        svn.read(|stdout| log::read(BufReader::with_capacity(1 << 16, TextReader::new(stdout))))
    }

    /// Reads the beginning of a property of a revision.
    pub(super) fn revision_property(
        &self,
        revision: &str,
        name: &OsStr,
    ) -> Result<String, ProgramError> {
        let mut look = program("svnlook", "propget");
        look.process
            .args(["--revprop", "-r", revision, "--"])
            .arg(&self.folder)
            .arg(name);
        let output = look.output_for(b"")?;
        Ok(beginning(&output[..output.len().min(LONGEST)]))
    }

    /// Returns the number of the newest revision.
    pub(super) fn youngest(&self) -> Result<String, ProgramError> {
        let mut look = program("svnlook", "youngest");
        look.process.arg("--").arg(&self.folder);
        Ok(beginning(&look.output_for(b"")?).trim().to_owned())
    }

    /// Returns its address. The at sign at its end says that one in the path begins no revision.
    fn url(&self) -> String {
        let path = percent_encode(self.folder.as_os_str().as_bytes(), RESERVED);
        format!("file://{path}@")
    }
}

/// Builds a call of one of Subversion's programs. The hook's environment is empty, and in it they would print no UTF-8.
fn program(name: &'static str, command: &'static str) -> Program {
    let mut process = Command::new(name);
    process
        .env("LC_ALL", "C.UTF-8")
        .arg(command)
        .stdin(Stdio::null());
    Program {
        name,
        command,
        process,
    }
}
