//! A repository on this machine, and how the `hg` program is called for it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zulipkit_settings::Environment;

use super::changeset::{self, Changeset};
use crate::vcs::{Program, ProgramError};

/// The variable in which Mercurial tells its hooks by which program they were called. It may lie in a virtual
/// environment that is not in the path.
const HG: &str = "HG";

/// How many changesets the example for `preview` has.
const EXAMPLE: &str = "last(all(), 3)";

/// A repository: a folder with `.hg`.
#[derive(Debug, Clone)]
pub struct Repository {
    root: PathBuf,
    environment: Environment,
}

impl Repository {
    /// Opens the repository in a folder; none if it holds no repository.
    pub fn at(folder: &Path, environment: &Environment) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let root = match folder.file_name() {
            Some(name) if name == ".hg" => folder.parent()?.to_owned(),
            _ => folder,
        };
        root.join(".hg").is_dir().then(|| Self {
            root,
            environment: environment.clone(),
        })
    }

    /// Returns the folder that holds `.hg`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder `.hg`.
    pub fn folder(&self) -> PathBuf {
        self.root.join(".hg")
    }

    /// Returns the repository's own configuration of Mercurial.
    pub fn hgrc(&self) -> PathBuf {
        self.folder().join("hgrc")
    }

    /// Returns what people call the repository: the last component of its path.
    pub fn name(&self) -> String {
        let name = self.root.file_name().unwrap_or("repository".as_ref());
        name.to_string_lossy().into_owned()
    }

    /// Returns the environment that it was opened with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Reads a range of changesets by their order in this repository, and lets `take` have them newest first.
    pub(super) fn changesets(
        &self,
        first: &str,
        last: &str,
        with_files: bool,
        take: impl FnMut(Changeset),
    ) -> Result<(), ProgramError> {
        let range = format!("reverse({first}:{last})");
        self.log(&range, &changeset::template(with_files), |stdout| {
            changeset::read(stdout, take)
        })
    }

    /// Returns the ids of the oldest and the newest changeset of a set that the user names; none if it is empty.
    pub(super) fn ends(&self, set: &str) -> Result<Option<[String; 2]>, ProgramError> {
        let ids = |revision: String| {
            self.log(&revision, "{node}\n", |stdout| {
                let mut text = String::new();
                std::io::Read::read_to_string(stdout, &mut text)?;
                Ok(text.lines().map(str::to_owned).collect::<Vec<_>>())
            })
        };
        let found = ids(format!("sort(({set}), rev)"))?;
        Ok(found
            .first()
            .cloned()
            .zip(found.last().cloned())
            .map(|(first, last)| [first, last]))
    }

    /// Returns the ends of the newest changesets.
    pub(super) fn newest(&self) -> Result<Option<[String; 2]>, ProgramError> {
        self.ends(EXAMPLE)
    }

    /// Returns the hooks that are in force, as `hooks.NAME=COMMAND` lines.
    pub(super) fn configured_hooks(&self) -> Result<String, ProgramError> {
        let mut hg = self.hg("config");
        hg.process.arg("hooks");
        Ok(String::from_utf8_lossy(&hg.output_for(b"")?).into_owned())
    }

    fn log<T>(
        &self,
        set: &str,
        template: &str,
        read: impl FnOnce(&mut std::process::ChildStdout) -> std::io::Result<T>,
    ) -> Result<T, ProgramError> {
        let mut hg = self.hg("log");
        // Another push may have made a changeset obsolete meanwhile, which hides it.
        hg.process
            .arg("--hidden")
            .arg(format!("--rev={set}"))
            .arg(format!("--template={template}"));
        hg.read(read)
    }

    /// Builds a call of Mercurial that depends on no user's habits, and that prints UTF-8 whatever the locale.
    fn hg(&self, command: &'static str) -> Program {
        let program = self.environment.path(HG);
        // Where Python runs Mercurial as a module, this is no program's path.
        let program = program.filter(|path| path.is_absolute() && path.is_file());
        let mut process =
            Command::new(program.map_or(OsString::from("hg"), PathBuf::into_os_string));
        process
            .env("HGPLAIN", "1")
            .env_remove("HGPLAINEXCEPT")
            .env("HGENCODING", "UTF-8")
            .arg("--repository")
            .arg(&self.root)
            .args(["--noninteractive", command])
            .stdin(Stdio::null());
        Program {
            name: "hg",
            command,
            process,
        }
    }
}
