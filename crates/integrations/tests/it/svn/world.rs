use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use zulipkit_integrations::driver::Call;
use zulipkit_integrations::svn::{self, DEFAULTS, Repository, Settings};
use zulipkit_integrations::vcs::Collected;
use zulipkit_notify::Event;

/// A repository with the usual layout in revision 1, and a way to commit to it.
pub(crate) struct World {
    folder: tempfile::TempDir,
    name: String,
    settings: String,
}

pub(crate) const NOW: &str = "2026-03-01T12:00:00Z";

impl World {
    pub(crate) fn new() -> Self {
        Self::called("website")
    }

    /// Makes a repository whose folder has this name.
    pub(crate) fn called(name: &str) -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            name: name.to_owned(),
            settings: String::new(),
        };
        world.run("svnadmin", &["create", name]);
        let address = |folder: &str| world.address(folder);
        let folders = ["trunk", "branches", "tags"].map(address);
        let [trunk, branches, tags] = &folders;
        world.svn(&["mkdir", "-q", "-m", "Layout", trunk, branches, tags]);
        world
    }

    pub(crate) fn settings(mut self, text: &str) -> Self {
        text.clone_into(&mut self.settings);
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.path(&self.name)
    }

    /// Returns the address of a path in the repository.
    pub(crate) fn address(&self, path: &str) -> String {
        let folder = self.repository();
        let folder = folder.to_str().unwrap().replace(' ', "%20");
        format!("file://{folder}/{path}@")
    }

    /// Runs `svn` as the user `ada` with none of the tester's own settings.
    pub(crate) fn svn(&self, arguments: &[&str]) -> String {
        let habits = [
            "--non-interactive",
            "--config-dir",
            "config",
            "--username",
            "ada",
        ];
        self.run("svn", &[arguments, &habits].concat())
    }

    /// Writes a file and commits it.
    pub(crate) fn commit(&self, path: &str, message: &str) {
        let file = self.path("file");
        std::fs::write(&file, message).unwrap();
        // This program knows no revisions at the end of an address.
        let address = self.address(path);
        let address = address.trim_end_matches('@');
        let file = file.to_str().unwrap();
        // A message in a file, since an argument may be no longer than the system allows.
        let text = self.path("message");
        std::fs::write(&text, message).unwrap();
        let text = text.to_str().unwrap();
        let mut put = self.command("svnmucc");
        put.args(["--config-dir", "config", "-u", "ada", "-F", text])
            .args(["put", file, address]);
        good(put.output().unwrap());
    }

    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = self.command(program);
        good(command.args(arguments).output().unwrap())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("LC_ALL", "C.UTF-8");
        command
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::at(&self.repository()).unwrap()
    }

    pub(crate) fn collect(&self, hook: &str, arguments: &[&str], input: &str) -> Collected {
        let path = Path::new("svn.toml");
        let settings =
            zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &self.settings).unwrap();
        let mut call = Call {
            hook: hook.to_owned(),
            arguments: vec![self.repository().into()],
            input: input.as_bytes().to_vec(),
            ..Call::default()
        };
        call.arguments.extend(arguments.iter().map(Into::into));
        svn::collect(&call, &self.open(), &settings.value, NOW.parse().unwrap())
    }

    /// Returns the event of a revision.
    pub(crate) fn revision(&self, revision: &str) -> Event {
        let collected = self.collect("post-commit", &[revision, "1-1"], "");
        assert!(collected.warnings.is_empty(), "{:?}", collected.warnings);
        collected.events.into_iter().next().unwrap()
    }
}

fn good(output: Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
