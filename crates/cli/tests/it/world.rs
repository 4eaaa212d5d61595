//! A folder with a bare repository, a clone, a home, and a simulated server.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zulipkit_sim::{Message, Sim};

/// How long to wait for what should happen. Most of it happens at once, but after an unclear answer the server is asked
/// again a minute later.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) struct World {
    folder: TempDir,
    pub(crate) zulip: Sim,
    commits: std::cell::Cell<u32>,
}

impl World {
    /// A world with an installed hook that writes to `commits`; its test message is left out.
    pub(crate) fn new() -> Self {
        let world = Self::bare();
        world
            .zulipkit(&[
                "git",
                "install",
                "website.git",
                "--zuliprc",
                "zuliprc",
                "--channel",
                "commits",
                "--no-test",
            ])
            .good();
        world
    }

    /// A world without a hook.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let zulip = Sim::builder().channel("commits").start().unwrap();
        let world = Self {
            folder,
            zulip,
            commits: std::cell::Cell::new(0),
        };
        world.zulip.zuliprc(world.path("zuliprc")).unwrap();
        world
            .git_in(".", &["init", "-q", "--bare", "-b", "main", "website.git"])
            .good();
        world
            .git_in(".", &["clone", "-q", "website.git", "website"])
            .good();
        world.git(&["switch", "-q", "-c", "main"]).good();
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.path("website.git/hooks/zulip_git.toml")
    }

    pub(crate) fn commit(&self, subject: &str) {
        let number = self.commits.get() + 1;
        self.commits.set(number);
        fs_err::write(self.path("website/file"), number.to_string()).unwrap();
        self.git(&["add", "."]).good();
        self.git(&["commit", "-q", "--allow-empty-message", "-m", subject])
            .good();
    }

    /// Puts another account's zuliprc in the place of the first.
    pub(crate) fn zuliprc_of(&self, account: &zulipkit_sim::Credentials) {
        let path = self.path("zuliprc");
        fs_err::remove_file(&path).unwrap();
        self.zulip.zuliprc_of(account, path).unwrap();
    }

    /// Commits and pushes to `main`; returns what the pusher sees.
    pub(crate) fn push(&self, subject: &str) -> Run {
        self.commit(subject);
        self.git(&["push", "-q", "origin", "main"])
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> Run {
        self.git_in("website", arguments)
    }

    pub(crate) fn git_in(&self, folder: &str, arguments: &[&str]) -> Run {
        let mut command = self.command("git", arguments);
        command.current_dir(self.path(folder));
        self.finish(command, b"")
    }

    pub(crate) fn zulipkit(&self, arguments: &[&str]) -> Run {
        self.finish(self.command(env!("CARGO_BIN_EXE_zulipkit"), arguments), b"")
    }

    /// Runs the hook as Git does, with lines of one's own.
    pub(crate) fn hook(&self, input: &[u8], variables: &[(&str, &str)]) -> Run {
        let mut command = self.command("hooks/post-receive", &[]);
        command
            .current_dir(self.path("website.git"))
            .env("GIT_DIR", ".");
        command.envs(variables.iter().copied());
        self.finish(command, input)
    }

    /// The line that Git would say for the last commit of `main`.
    pub(crate) fn last_commit(&self) -> String {
        let id = |revision: &str| {
            self.git(&["rev-parse", revision])
                .good()
                .out
                .trim()
                .to_owned()
        };
        format!("{} {} refs/heads/main\n", id("main~1"), id("main"))
    }

    /// A command in the world's folder with nothing of the user's own settings.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("NO_PROXY", "*");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada Lovelace");
            command.env(format!("GIT_{role}_EMAIL"), "ada@example.com");
        }
        command
    }

    pub(crate) fn finish(&self, mut command: Command, input: &[u8]) -> Run {
        use std::io::Write as _;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that ends without reading all of it is right to do so.
        let _ = child.stdin.take().unwrap().write_all(input);
        Run::of(&child.wait_with_output().unwrap(), self.folder.path())
    }

    /// Waits until Zulip has so many messages, and returns them all.
    pub(crate) fn messages(&self, count: usize) -> Vec<Message> {
        let messages = self.zulip.wait_for(count, PATIENCE);
        assert_eq!(messages.len(), count, "{messages:#?}");
        messages
    }

    /// Waits until the outbox lists nothing but what the condition allows; returns the list.
    pub(crate) fn outbox_until(
        &self,
        condition: impl Fn(&[serde_json::Value]) -> bool,
    ) -> Vec<serde_json::Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let run = self.zulipkit(&["outbox", "list", "--all", "--json"]).good();
            let rows: Vec<serde_json::Value> = serde_json::from_str(&run.out).unwrap();
            if condition(&rows) {
                return rows;
            }
            assert!(Instant::now() < end, "{rows:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What a program said and how it ended; the world's folder is written `…`.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    fn of(output: &Output, folder: &Path) -> Self {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(folder.to_str().unwrap(), "…");
            // Git pads what comes from the other side with blanks, to overwrite its own progress.
            text.lines()
                .map(|line| format!("{}\n", line.trim_end()))
                .collect()
        };
        Self {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Asserts that it went well, and returns it.
    #[track_caller]
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Asserts that it went well and printed one line of complaint alone, and returns that.
    #[track_caller]
    pub(crate) fn one_complaint(self) -> String {
        let run = self.good();
        assert_eq!(
            (run.out.as_str(), run.err.lines().count()),
            ("", 1),
            "{run:?}"
        );
        run.err
    }

    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}
