//! A repository on this machine.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use std::os::unix::ffi::OsStrExt as _;
use zulipkit_settings::Environment;

use super::COMMITINFO;
use super::part::Part;
use super::pending::Pending;
use crate::driver::Call;
use crate::vcs::Program;

/// The variables in which CVS says in which process it calls, and who has logged in where a password
/// server has users of its own.
const VARIABLES: &[&str] = &["CVS_PID", "CVS_USER"];

/// The variable of a call that holds the parts of a commit, as JSON; an empty list while some are still to come.
const PARTS: &str = "parts";

/// A repository: a folder with `CVSROOT`.
#[derive(Debug, Clone)]
pub struct Repository {
    root: PathBuf,
    environment: Environment,
}

impl Repository {
    /// Opens the repository in a folder; none if it holds no repository.
    pub fn at(root: &Path, environment: &Environment) -> Option<Self> {
        let root = root.canonicalize().ok()?;
        root.join("CVSROOT/loginfo").is_file().then(|| Self {
            root,
            environment: environment.clone(),
        })
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder with the repository's own settings.
    pub fn administration(&self) -> PathBuf {
        self.root.join("CVSROOT")
    }

    /// Returns what people call the repository: the last component of its path.
    pub fn name(&self) -> String {
        let name = self.root.file_name().unwrap_or("repository".as_ref());
        name.to_string_lossy().into_owned()
    }

    /// Returns the folder beside this user's outbox in which what is not told yet is kept, since those who commit need not
    /// be able to write into `CVSROOT`.
    pub(super) fn state(&self) -> Option<PathBuf> {
        let state = zulipkit_settings::dirs::state(&self.environment).ok()?;
        let name = percent_encode(self.root.as_os_str().as_bytes(), NON_ALPHANUMERIC);
        Some(state.join("cvs").join(name.to_string()))
    }

    /// Adds the parts of the commit to a call, if it is the last one of the commit.
    ///
    /// Where nothing can be kept, the call stays as it is, and each folder is told by itself.
    pub(super) fn complete(&self, call: &mut Call, environment: &Environment) {
        call.take_variables(VARIABLES, environment);
        let parts = self.parts(call).unwrap_or_default();
        if let Some(parts) = parts.and_then(|parts| serde_json::to_string(&parts).ok()) {
            call.variables.insert(PARTS.to_owned(), parts.into());
            call.input.clear();
        }
    }

    fn parts(&self, call: &Call) -> io::Result<Option<Vec<Part>>> {
        let process = call.variable("CVS_PID");
        let process = process.and_then(|number| number.parse().ok());
        let (Some(process), Some(state)) = (process, self.state()) else {
            return Ok(None);
        };
        for folder in state
            .ancestors()
            .take(3)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            zulipkit_outbox::prepare_folder(folder).map_err(io::Error::other)?;
        }
        let pending = Pending::new(state, process);
        let here = Path::new(".").canonicalize()?;
        if call.hook == COMMITINFO {
            pending.expect(&here)?;
            return Ok(None);
        }
        match Part::of(call) {
            // An import is a single call.
            Some(part) if part.import.is_none() => Ok(Some(pending.take(part, &here)?)),
            _ => Ok(None),
        }
    }

    /// Builds a call of CVS that depends on no user's habits.
    pub(super) fn cvs(&self, command: &'static str) -> Program {
        let mut process = Command::new("cvs");
        process
            .args(["-f", "-Q", "-d"])
            .arg(&self.root)
            .arg(command)
            .stdin(Stdio::null());
        Program {
            name: "cvs",
            command,
            process,
        }
    }
}

/// Returns the parts that a call tells of.
pub(super) fn parts_of(call: &Call) -> Vec<Part> {
    match call.variable(PARTS) {
        Some(parts) => serde_json::from_str(&parts).unwrap_or_default(),
        None => Part::of(call).into_iter().collect(),
    }
}
