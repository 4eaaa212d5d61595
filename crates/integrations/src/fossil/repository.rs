//! A repository on this machine, and how the `fossil` program is called for it.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use zulipkit_settings::Environment;

use super::artifact::{self, Artifact};
use crate::vcs::{Program, ProgramError};

/// How the file of a database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// How many artifacts are asked for at once: more would be too long for one argument.
const AT_ONCE: usize = 500;

/// How many check-ins the example for `preview` has.
const EXAMPLE: usize = 3;

/// A repository: one file, which is a database.
#[derive(Debug, Clone)]
pub struct Repository {
    file: PathBuf,
    /// The program to ask, if the hook named one.
    program: OsString,
    environment: Environment,
}

/// A hook as it stands in the repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Line {
    #[serde(rename = "cmd")]
    pub(super) command: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

impl Repository {
    /// Opens the repository in a file; none if it holds no repository.
    pub fn at(file: &Path, environment: &Environment) -> Option<Self> {
        let file = file.canonicalize().ok()?;
        let mut start = [0; MAGIC.len()];
        std::fs::File::open(&file)
            .and_then(|mut file| file.read_exact(&mut start))
            .ok()?;
        (start == MAGIC).then(|| Self {
            file,
            program: "fossil".into(),
            environment: environment.clone(),
        })
    }

    /// Names the program that is asked. Fossil may lie where no program is looked for.
    pub(super) fn asking(mut self, program: Option<&OsString>) -> Self {
        self.program = program.cloned().unwrap_or(self.program);
        self
    }

    /// Opens another repository in the same environment; none if there is none.
    pub(super) fn sibling(&self, file: &Path) -> Option<Self> {
        Self::at(file, &self.environment)
    }

    /// Returns the file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the folder of the file, where everybody may write who may change the repository.
    pub fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("/"))
    }

    /// Returns what people call the repository: the name of its file.
    pub fn name(&self) -> String {
        let name = self.file.file_stem().unwrap_or("repository".as_ref());
        name.to_string_lossy().into_owned()
    }

    /// Reads artifacts, and lets `take` have each that stands in the timeline, newest first.
    pub(super) fn artifacts(
        &self,
        ids: &[&str],
        mut take: impl FnMut(Artifact),
    ) -> Result<(), ProgramError> {
        // The newest come last.
        for ids in ids.rchunks(AT_ONCE) {
            let query = artifact::query(ids.iter().copied());
            let sql = self.sql(&query);
            sql.read(|stdout| artifact::read(stdout, &mut take))?;
        }
        Ok(())
    }

    /// Returns the newest check-ins, as lines that Fossil would say of them.
    pub(super) fn newest(&self) -> Result<Vec<u8>, ProgramError> {
        self.sql(&format!(
            "SELECT uuid FROM (SELECT uuid, event.mtime FROM event JOIN blob ON rid = objid WHERE type = 'ci' \
             ORDER BY event.mtime DESC LIMIT {EXAMPLE}) ORDER BY mtime;"
        ))
        .output_for(b"")
    }

    /// Returns the artifacts whose hashes begin so.
    pub(super) fn beginning_with(&self, hash: &str) -> Result<Vec<u8>, ProgramError> {
        self.sql(&format!(
            "SELECT uuid FROM blob WHERE uuid GLOB '{}*' LIMIT 2;",
            hash.to_lowercase()
        ))
        .output_for(b"")
    }

    /// Returns the hooks; their order is the number by which Fossil knows them.
    pub(super) fn hooks(&self) -> Result<Vec<Line>, ProgramError> {
        let sql = self.sql("SELECT value FROM config WHERE name = 'hooks';");
        sql.read(|stdout| {
            let mut text = String::new();
            stdout.read_to_string(&mut text)?;
            match text.trim() {
                "" => Ok(Vec::new()),
                text => Ok(serde_json::from_str(text)?),
            }
        })
    }

    /// Adds a hook, or gives the one with a number another command.
    pub(super) fn put_hook(
        &self,
        number: Option<usize>,
        kind: &str,
        command: &str,
    ) -> Result<(), ProgramError> {
        let mut fossil = self.fossil("hook");
        let what = if number.is_some() { "edit" } else { "add" };
        fossil
            .process
            .args([what, "--type", kind, "--command", command]);
        fossil.process.args(number.map(|number| number.to_string()));
        fossil.run()
    }

    fn sql(&self, query: &str) -> Program {
        let mut fossil = self.fossil("sql");
        let habits = ["--readonly", ".mode list"];
        fossil.process.args(habits).arg(query);
        fossil
    }

    fn fossil(&self, command: &'static str) -> Program {
        let mut process = Command::new(&self.program);
        process
            .arg(command)
            .arg("-R")
            .arg(&self.file)
            .stdin(Stdio::null());
        // Fossil wants a folder for its own settings, also where the server that called the hook has none.
        if let Some(home) = self.environment.home() {
            process.env("HOME", home);
        }
        Program {
            name: "fossil",
            command,
            process,
        }
    }
}
