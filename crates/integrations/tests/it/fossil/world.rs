use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use zulipkit_integrations::driver::Call;
use zulipkit_integrations::fossil::{self, DEFAULTS, Repository, Settings};
use zulipkit_integrations::vcs::Collected;
use zulipkit_settings::Environment;

/// A repository, and a check-out of a clone from which people push to it.
///
/// The hook of the repository writes down what Fossil says, so that the tests see what a hook really sees.
pub(crate) struct World {
    folder: tempfile::TempDir,
    name: String,
    settings: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::called("website.fossil")
    }

    /// Makes a repository whose file has this name.
    pub(crate) fn called(name: &str) -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            name: name.to_owned(),
            settings: String::new(),
        };
        world.fossil(".", &["init", name]);
        let said = world.path("said");
        let command = format!("cat >>'{}'", said.display());
        world.fossil(
            ".",
            &[
                "hook",
                "add",
                "--type",
                "after-receive",
                "--command",
                &command,
                "-R",
                name,
            ],
        );
        world.fossil(".", &["clone", name, "clone.fossil"]);
        std::fs::create_dir(world.path("clone")).unwrap();
        world.fossil("clone", &["open", "../clone.fossil"]);
        world.fossil("clone", &["settings", "autosync", "off"]);
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

    pub(crate) fn environment(&self) -> Environment {
        Environment::of([("HOME", self.folder.path().to_str().unwrap())])
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::at(&self.repository(), &self.environment()).unwrap()
    }

    /// Runs `fossil` in a folder with none of the tester's own settings.
    pub(crate) fn fossil(&self, folder: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("fossil");
        command.current_dir(self.path(folder)).args(arguments);
        command.env("HOME", self.folder.path()).env("USER", "ada");
        good(command.output().unwrap())
    }

    /// Commits a file in the check-out; returns the hash of the check-in.
    pub(crate) fn commit(&self, file: &str, message: &[u8], arguments: &[&str]) -> String {
        let path = self.path("clone").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut text = std::fs::read(&path).unwrap_or_default();
        text.extend(message);
        text.push(b'\n');
        std::fs::write(&path, text).unwrap();
        std::fs::write(self.path("message"), message).unwrap();
        self.fossil("clone", &["addremove"]);
        let commit = ["commit", "--no-warnings", "-M", "../message", "--no-prompt"];
        let said = self.fossil("clone", &[&commit[..], arguments].concat());
        let id = said.split("New_Version: ").nth(1).unwrap();
        id.lines().next().unwrap().to_owned()
    }

    /// Puts a post into the forum of the repository, which else only people at a browser can; returns its hash.
    pub(crate) fn post(&self, cards: &str) -> String {
        let own = self.repository();
        let own = own.to_str().unwrap();
        if !self.path("server").exists() {
            std::fs::create_dir(self.path("server")).unwrap();
            self.fossil("server", &["open", own]);
        }
        let file = self.path("post");
        std::fs::write(&file, cards).unwrap();
        let sum = good(Command::new("md5sum").arg(&file).output().unwrap());
        std::fs::write(&file, format!("{cards}Z {}\n", &sum[..32])).unwrap();
        self.fossil("server", &["test-content-put", file.to_str().unwrap()]);
        self.fossil("server", &["rebuild", "--quiet"]);
        let newest = "SELECT uuid FROM blob ORDER BY rid DESC LIMIT 1;";
        let id = self.fossil(".", &["sql", "-R", own, ".mode list", newest]);
        id.trim().to_owned()
    }

    /// Pushes from the clone; returns what Fossil says to its hook then.
    pub(crate) fn push(&self) -> Call {
        let repository = self.repository();
        let repository = repository.to_str().unwrap();
        self.fossil("clone", &["push", repository, "--once"]);
        // A server does this a moment after something came in, but not twice in a minute.
        let forget = "DELETE FROM config WHERE name = 'backoffice';";
        self.fossil(".", &["sql", "-R", repository, forget]);
        self.fossil(".", &["backoffice", repository]);
        let said = std::fs::read(self.path("said")).unwrap_or_default();
        let _ = std::fs::remove_file(self.path("said"));
        self.call(&said)
    }

    pub(crate) fn call(&self, input: &[u8]) -> Call {
        Call {
            hook: "after-receive".to_owned(),
            arguments: vec![self.repository().into()],
            input: input.to_vec(),
            ..Call::default()
        }
    }

    pub(crate) fn collect(&self, call: &Call) -> Collected {
        self.collect_in(&self.open(), call)
    }

    pub(crate) fn collect_in(&self, repository: &Repository, call: &Call) -> Collected {
        let path = Path::new("fossil.toml");
        let settings =
            zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &self.settings).unwrap();
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        fossil::collect(call, repository, &settings.value, now)
    }

    /// Pushes, and returns the kinds and facts of what is told.
    pub(crate) fn told(&self) -> Vec<(String, Value)> {
        let collected = self.collect(&self.push());
        assert!(collected.warnings.is_empty(), "{:?}", collected.warnings);
        events(collected)
    }
}

pub(crate) fn events(collected: Collected) -> Vec<(String, Value)> {
    let events = collected.events.into_iter();
    events
        .map(|event| (event.kind, Value::Object(event.facts)))
        .collect()
}

fn good(output: Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
