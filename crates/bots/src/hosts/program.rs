//! A program as a process: its start, its end, and nothing left behind.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::environment;

/// How long a program may take to end once its standard input is closed, and again once it was told to end by a signal.
const GRACE: Duration = Duration::from_secs(3);

/// A program that is a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program and its arguments; no shell reads them.
    command: Vec<String>,
    /// The folder in which it runs, and where a program is that is named by a relative path.
    folder: PathBuf,
}

/// A program that runs.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    group: Group,
}

/// The pipes of a program.
pub(super) struct Pipes {
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

impl Program {
    /// Describes a program. `folder` is the one of the settings file.
    ///
    /// # Errors
    /// The command is empty.
    pub fn new(command: &[String], folder: impl Into<PathBuf>) -> Result<Self> {
        if command.first().is_none_or(String::is_empty) {
            return Err(Diagnostic::settings("`command` names no program")
                .hint("`command = [\"./bot.py\", \"--option\"]`"));
        }
        let mut folder: PathBuf = folder.into();
        if folder.as_os_str().is_empty() {
            // What lies beside a file that is named without a folder.
            folder.push(".");
        }
        Ok(Self {
            command: command.to_vec(),
            folder: std::path::absolute(&folder).unwrap_or(folder),
        })
    }

    /// Returns how people call it.
    pub(super) fn name(&self) -> &str {
        &self.command[0]
    }

    /// Starts it, in a process group of its own.
    pub(super) fn spawn(&self) -> Result<(Running, Pipes)> {
        let program = match self.command[0].contains('/') {
            true => self.folder.join(&self.command[0]),
            false => PathBuf::from(&self.command[0]),
        };
        let mut command = Command::new(&program);
        command
            .args(&self.command[1..])
            .current_dir(&self.folder)
            .env_clear()
            .envs(environment::for_programs())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command
            .spawn()
            .map_err(|error| self.cannot_start(&program, &error))?;
        let group = Group::of(&child);
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            unreachable!("all three were asked for");
        };
        let pipes = Pipes {
            stdin,
            stdout,
            stderr,
        };
        Ok((Running { child, group }, pipes))
    }

    fn cannot_start(&self, program: &Path, error: &std::io::Error) -> Diagnostic {
        let cannot =
            Diagnostic::settings(format!("cannot start `{}`", program.display())).source(error);
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => {
                cannot.hint(format!("`chmod +x {}`", program.display()))
            }
            std::io::ErrorKind::NotFound if !self.command[0].contains('/') => cannot.hint(
                "a program in the folder of the settings file is named with its path: `./NAME`",
            ),
            _ => cannot,
        }
    }
}

impl Running {
    /// Completes when the program itself has ended.
    pub(super) async fn ended(&mut self) -> Option<ExitStatus> {
        self.child.wait().await.ok()
    }

    /// Ends it, its standard input being closed: gently, then not so.
    pub(super) async fn end(mut self) -> Option<ExitStatus> {
        for signal in [None, Some(Signal::TERM)] {
            if let Some(signal) = signal {
                self.group.kill(signal);
            }
            if let Ok(status) = timeout(GRACE, self.child.wait()).await {
                return status.ok();
            }
        }
        self.group.kill(Signal::KILL);
        self.child.wait().await.ok()
    }
}

/// The processes that a program consists of. When this goes, they are ended.
#[derive(Debug)]
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    fn kill(&self, signal: Signal) {
        if let Some(group) = self.0 {
            // It may be gone already.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill(Signal::KILL);
    }
}
