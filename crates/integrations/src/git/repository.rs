//! A repository on this machine, and how the Git program is called for it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use zulipkit_settings::Environment;

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
    /// The program could not be started.
    #[error("cannot run the `git` program")]
    Start(#[source] std::io::Error),
    /// Its output broke off.
    #[error("cannot read what `git {0}` prints")]
    Read(&'static str, #[source] std::io::Error),
    /// It ended with an error.
    #[error("`git {command}` failed: {words}")]
    Failed {
        /// The Git command.
        command: &'static str,
        /// The last line that it wrote to standard error.
        words: String,
    },
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
            Ok::<_, Error>(String::from_utf8_lossy(&output).trim().to_owned())
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
    pub(super) fn git(&self, command: &'static str) -> Git {
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
        Git {
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

/// A call of the Git program.
#[derive(Debug)]
pub(super) struct Git {
    command: &'static str,
    /// The call, to which arguments are added.
    pub(super) process: Command,
}

impl Git {
    /// Runs it and lets `read` take its output while it comes.
    ///
    /// Standard error is thrown away, since reading two pipes at once would take a thread on a path that has none. If
    /// Git fails, it is run once more for its words alone.
    pub(super) fn read<T>(
        mut self,
        read: impl FnOnce(&mut ChildStdout) -> std::io::Result<T>,
    ) -> Result<T, Error> {
        let mut child = self
            .process
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Error::Start)?;
        let mut stdout = child.stdout.take().expect("standard output is a pipe");
        let result = read(&mut stdout);
        drop(stdout);
        let status = child.wait().map_err(Error::Start)?;
        match result {
            _ if !status.success() => Err(self.failure(status)),
            Err(error) => Err(Error::Read(self.command, error)),
            Ok(value) => Ok(value),
        }
    }

    /// Runs it with `input` as its standard input, which must fit into a pipe, and returns its output.
    pub(super) fn output_for(mut self, input: &[u8]) -> Result<Vec<u8>, Error> {
        use std::io::Write as _;
        let (reader, mut writer) = std::io::pipe().map_err(Error::Start)?;
        self.process.stdin(reader);
        let _ = writer.write_all(input);
        drop(writer);
        self.read(|stdout| {
            let mut output = Vec::new();
            stdout.read_to_end(&mut output)?;
            Ok(output)
        })
    }

    fn failure(mut self, status: std::process::ExitStatus) -> Error {
        let words = self
            .process
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .ok()
            .and_then(|output| {
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                text.trim().lines().last().map(str::to_owned)
            });
        Error::Failed {
            command: self.command,
            words: words.unwrap_or_else(|| status.to_string()),
        }
    }
}
