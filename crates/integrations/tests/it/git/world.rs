use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use zulipkit_integrations::git::{self, Collected, Repository, Settings};
use zulipkit_settings::{Environment, Loaded};

/// A bare repository `website.git` with a hook that records what Git tells it, and a clone to push from.
///
/// Nothing depends on the user's own configuration, and each commit is a second younger than the one before.
pub(crate) struct World {
    folder: tempfile::TempDir,
    clock: Cell<u64>,
    settings: String,
    variables: Vec<(String, String)>,
}

pub(crate) const NOW: &str = "2026-03-01T12:00:00Z";

impl World {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// Makes the server's repository with further arguments for `git init`.
    pub(crate) fn with(init: &[&str]) -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Cell::new(1_772_000_000),
            settings: String::new(),
            variables: vec![("LOGNAME".to_owned(), "ada".to_owned())],
        };
        let init = |bare: &[&str], name: &str| {
            let arguments = [&["init", "-q", "-b", "main"], bare, init, &[name]].concat();
            world.git_in(world.folder.path(), &arguments, b"");
        };
        init(&["--bare"], "website.git");
        init(&[], "clone");
        world.git(&["remote", "add", "origin", "../website.git"]);
        world.record_hook(&world.server().join("hooks"));
        world
    }

    /// Makes a hook that writes its standard input to the file `input`.
    pub(crate) fn record_hook(&self, hooks: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        let hook = hooks.join("post-receive");
        let recorded = self.path("input");
        std::fs::create_dir_all(hooks).unwrap();
        std::fs::write(&hook, format!("#!/bin/sh\ncat >{}\n", recorded.display())).unwrap();
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn settings(mut self, text: &str) -> Self {
        text.clone_into(&mut self.settings);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn server(&self) -> PathBuf {
        self.path("website.git")
    }

    /// Runs Git in the clone and returns its output.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.path("clone"), arguments, b"")
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str], input: &[u8]) -> String {
        let output = self.try_git_in(folder, arguments, input);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {words}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn try_git_in(&self, folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
        use std::io::Write as _;
        let date = format!("{} +0000", self.clock.get());
        self.clock.set(self.clock.get() + 1);
        let mut child = Command::new("git")
            .current_dir(folder)
            .args(["-c", "core.autocrlf=false", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .env_remove("GIT_DIR")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada Lovelace")
            .env("GIT_AUTHOR_EMAIL", "ada@example.com")
            .env("GIT_COMMITTER_NAME", "Ada Lovelace")
            .env("GIT_COMMITTER_EMAIL", "ada@example.com")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Makes an empty commit in the clone.
    pub(crate) fn commit(&self, message: &str) -> String {
        let arguments = [
            "commit",
            "-q",
            "--allow-empty",
            "--allow-empty-message",
            "--cleanup=verbatim",
            "-m",
            message,
        ];
        self.git(&arguments);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Makes a commit object by hand, of any bytes, and lets a branch of the clone point to it.
    pub(crate) fn raw_commit(&self, branch: &str, headers: &[u8], message: &[u8]) -> String {
        let tree = self.git_in(&self.path("clone"), &["mktree"], b"");
        let mut object = format!("tree {tree}\n").into_bytes();
        object.extend_from_slice(headers);
        object.push(b'\n');
        object.extend_from_slice(message);
        let hash = [
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--stdin",
            "--literally",
        ];
        let id = self.git_in(&self.path("clone"), &hash, &object);
        self.git(&["update-ref", &format!("refs/heads/{branch}"), &id]);
        id
    }

    /// Makes the first commit and pushes it to `main`.
    pub(crate) fn push_first(&self) -> String {
        let id = self.commit("first");
        self.push(&["main"]);
        id
    }

    /// Pushes and returns what the hook was told.
    pub(crate) fn push(&self, arguments: &[&str]) -> Vec<u8> {
        let arguments = [&["push", "-q", "origin"], arguments].concat();
        self.git(&arguments);
        std::fs::read(self.path("input")).unwrap()
    }

    /// Pushes and collects the events.
    pub(crate) fn collect(&self, arguments: &[&str]) -> Collected {
        let input = self.push(arguments);
        self.collect_from(&input)
    }

    pub(crate) fn collect_from(&self, input: &[u8]) -> Collected {
        self.collect_in(&self.server(), input)
    }

    pub(crate) fn collect_in(&self, repository: &Path, input: &[u8]) -> Collected {
        let repository = Repository::open(repository, &self.environment()).unwrap();
        git::collect(
            input,
            &repository,
            &self.read_settings(),
            NOW.parse().unwrap(),
        )
    }

    /// Pushes and returns the one event's kind and facts.
    pub(crate) fn event(&self, arguments: &[&str]) -> (String, Value) {
        one(self.collect(arguments))
    }

    pub(crate) fn environment(&self) -> Environment {
        let own = [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
        ];
        let others = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        Environment::of(own.into_iter().chain(others))
    }

    pub(crate) fn read_settings(&self) -> Settings {
        let read = zulipkit_settings::read(git::DEFAULTS, Some(&self.settings_file()));
        let loaded: Loaded<Settings> =
            read.unwrap_or_else(|error| panic!("{}", error.render(false)));
        loaded.value
    }

    pub(crate) fn settings_file(&self) -> PathBuf {
        let path = self.path("git.toml");
        std::fs::write(&path, &self.settings).unwrap();
        path
    }
}

/// Returns the kind and the facts of the only event.
pub(crate) fn one(collected: Collected) -> (String, Value) {
    assert_eq!(collected.events.len(), 1, "{collected:?}");
    assert!(collected.warnings.is_empty(), "{:?}", collected.warnings);
    let event = collected.events.into_iter().next().unwrap();
    (event.kind, Value::Object(event.facts))
}

/// Returns one field of each element of a list.
pub(crate) fn each<'a>(list: &'a Value, pointer: &str) -> Vec<&'a str> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|element| element.pointer(pointer).unwrap().as_str().unwrap())
        .collect()
}
