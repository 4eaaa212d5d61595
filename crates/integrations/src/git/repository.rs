//! A repository on this machine, and how the Git program is called for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zulipkit_settings::Environment;

use crate::vcs::{Program, ProgramError};

/// Variables by which Git tells its hooks which repository they work for. They are taken from the call, never from the
/// environment, so that no other repository is read by mistake.
const WHICH_REPOSITORY: &[&str] = &[
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
];

/// Variables by which Git shows a `pre-receive` hook the objects that it has not taken in yet (quarantine).
const WHICH_OBJECTS: &[&str] = &[
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
];

/// Why facts could not be read from a repository.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder holds no repository.
    #[error("`{}` is not a Git repository", .0.display())]
    NotARepository(PathBuf),
    /// Git could not be asked.
    #[error(transparent)]
    Program(#[from] ProgramError),
}

/// A repository in any layout: bare, with a `.git` folder, a linked worktree or a submodule.
#[derive(Debug, Clone)]
pub struct Repository {
    git_dir: PathBuf,
    environment: Environment,
    /// Variables that Git must not be given.
    hidden: Vec<&'static str>,
}

impl Repository {
    /// Opens the repository at a path: its Git folder, or the folder that holds `.git`.
    ///
    /// # Errors
    /// [`Error::NotARepository`].
    pub fn open(path: &Path, environment: &Environment) -> Result<Self, Error> {
        Self::at(
            path,
            environment,
            &[WHICH_REPOSITORY, WHICH_OBJECTS].concat(),
        )
    }

    /// Opens the repository that a hook was called for: `GIT_DIR`, which Git sets, or else the working folder.
    ///
    /// # Errors
    /// [`Error::NotARepository`].
    pub fn of_hook(folder: &Path, environment: &Environment) -> Result<Self, Error> {
        let git_dir = environment.path("GIT_DIR").unwrap_or_default();
        Self::at(&folder.join(git_dir), environment, WHICH_REPOSITORY)
    }

    fn at(path: &Path, environment: &Environment, hidden: &[&'static str]) -> Result<Self, Error> {
        let not_one = || Error::NotARepository(path.to_owned());
        let path = path.canonicalize().map_err(|_| not_one())?;
        let git_dir = [path.clone(), path.join(".git")]
            .into_iter()
            .filter_map(follow_git_file)
            .find(|folder| is_git_dir(folder))
            .ok_or_else(not_one)?;
        Ok(Self {
            git_dir,
            environment: environment.clone(),
            hidden: hidden.to_vec(),
        })
    }

    /// Returns the folder that Git calls `GIT_DIR`.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Returns the folder that all linked worktrees share; it holds the hooks and the configuration.
    pub fn common_dir(&self) -> PathBuf {
        std::fs::read_to_string(self.git_dir.join("commondir")).map_or_else(
            |_| self.git_dir.clone(),
            |relative| {
                let path = self.git_dir.join(relative.trim_end());
                path.canonicalize().unwrap_or(path)
            },
        )
    }

    /// Returns the folder of the hooks, with regard to `core.hooksPath`.
    ///
    /// # Errors
    /// If Git cannot be asked.
    pub fn hooks_folder(&self) -> Result<PathBuf, Error> {
        let mut git = self.git("rev-parse");
        git.process.args(["--git-path", "hooks"]);
        git.process.current_dir(self.git_dir());
        let output = git.output_for(b"")?;
        let text = String::from_utf8_lossy(&output);
        // A relative path counts from where hooks run, and that is the Git folder.
        Ok(self.git_dir().join(text.trim_end_matches('\n')))
    }

    /// Returns what people call the repository: the last component of its path without `.git`.
    pub fn name(&self) -> String {
        let common = self.common_dir();
        let folder = if common.ends_with(".git") {
            common.parent().unwrap_or(&common)
        } else {
            &common
        };
        let name = folder
            .file_name()
            .unwrap_or("repository".as_ref())
            .to_string_lossy();
        name.strip_suffix(".git").unwrap_or(&name).to_owned()
    }

    /// Returns the environment that it was opened with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the line that a push of the newest commits of the current branch would give the hook.
    pub(super) fn recent_push(&self, commits: usize) -> Result<Vec<u8>, Error> {
        let ask = |command, arguments: &[&str]| {
            let mut git = self.git(command);
            git.process.args(arguments);
            let output = git.output_for(b"")?;
            Ok::<_, ProgramError>(String::from_utf8_lossy(&output).trim().to_owned())
        };
        let new = ask("rev-parse", &["--verify", "--quiet", "HEAD^{commit}"])?;
        let branch = ask("symbolic-ref", &["--quiet", "HEAD"])
            .unwrap_or_else(|_| "refs/heads/HEAD".to_owned());
        let count = format!("--max-count={}", commits + 1);
        let chain = ask("rev-list", &["--first-parent", &count, &new, "--"])?;
        let old = match chain.lines().last() {
            Some(old) if old != new => old.to_owned(),
            _ => "0".repeat(new.len()),
        };
        Ok(format!("{old} {new} {branch}\n").into_bytes())
    }

    /// Builds a call of Git that depends on no user's habits.
    pub(super) fn git(&self, command: &'static str) -> Program {
        let mut git = Command::new("git");
        // The process's own PATH is inherited: a child with another one would have to be forked, which takes longer.
        git.envs(self.environment.texts().filter(|(name, _)| *name != "PATH"));
        for name in &self.hidden {
            git.env_remove(name);
        }
        git
            // Reading must never lock, ask for a password, or fetch from elsewhere.
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .arg("--git-dir")
            .arg(&self.git_dir)
            .args(["--no-pager", "--no-replace-objects", command])
            .stdin(Stdio::null());
        Program {
            name: "git",
            command,
            process: git,
        }
    }
}

/// Returns the folder that a `.git` file (of a worktree or a submodule) names, or the path itself.
fn follow_git_file(path: PathBuf) -> Option<PathBuf> {
    if !path.is_file() {
        return Some(path);
    }
    let text = std::fs::read_to_string(&path).ok()?;
    let target = text.strip_prefix("gitdir:")?.trim();
    path.parent()?.join(target).canonicalize().ok()
}

fn is_git_dir(folder: &Path) -> bool {
    folder.join("commondir").is_file()
        || (folder.join("objects").is_dir() && folder.join("refs").is_dir())
}
