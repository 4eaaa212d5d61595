use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use zulipkit_integrations::driver::{Call, Instance as _};
use zulipkit_integrations::hg::{self, DEFAULTS, Repository, Settings};
use zulipkit_integrations::vcs::Collected;
use zulipkit_notify::Event;
use zulipkit_settings::Environment;

pub(crate) const NOW: &str = "2026-03-01T12:00:00Z";

/// A repository `website`, and a clone from which people push to it.
///
/// The hook of the repository writes down what Mercurial says, so that the tests see what a hook really sees.
pub(crate) struct World {
    folder: tempfile::TempDir,
    name: String,
    settings: String,
}

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
        let ui = "[ui]\nusername = Ada Lovelace <ada@example.com>\n";
        std::fs::write(world.path("hgrc"), ui).unwrap();
        world.hg(".", &["init", name]);
        world.hg(".", &["clone", "--quiet", name, "clone"]);
        let calls = world.path("calls");
        std::fs::create_dir(&calls).unwrap();
        let hook = |name: &str| {
            // Each call is a file, its name in the order of the calls.
            let calls = calls.display();
            format!("{name}.test = env -0 >{calls}/$(ls {calls} | wc -l)\n")
        };
        let hooks = ["changegroup", "txnclose-bookmark", "incoming"].map(hook);
        let text = format!("[hooks]\n{}", hooks.concat());
        std::fs::write(world.repository().join(".hg/hgrc"), text).unwrap();
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

    pub(crate) fn open(&self) -> Repository {
        Repository::at(&self.repository(), &environment()).unwrap()
    }

    /// Runs `hg` in a folder with none of the tester's own settings.
    pub(crate) fn hg(&self, folder: &str, arguments: &[&str]) -> String {
        good(self.command(folder).args(arguments).output().unwrap())
    }

    pub(crate) fn command(&self, folder: &str) -> Command {
        let mut command = Command::new("hg");
        command
            .current_dir(self.path(folder))
            .env("HGRCPATH", self.path("hgrc"))
            .env("HGENCODING", "UTF-8");
        command
    }

    /// Commits a file in the clone; returns the changeset's id.
    pub(crate) fn commit(&self, file: &str, message: &str) -> String {
        let path = self.path("clone").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let lines = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(&path, format!("{lines}{message}\n")).unwrap();
        let text = self.path("message");
        std::fs::write(&text, message).unwrap();
        let text = text.to_str().unwrap();
        self.hg(
            "clone",
            &["commit", "--quiet", "--addremove", "--logfile", text],
        );
        self.id("clone", ".")
    }

    pub(crate) fn id(&self, folder: &str, revision: &str) -> String {
        self.hg(folder, &["log", "--rev", revision, "--template", "{node}"])
    }

    /// Pushes from the clone; returns what Mercurial said to its hooks.
    pub(crate) fn push(&self, arguments: &[&str]) -> Vec<Call> {
        let push = ["push", "--quiet", "--new-branch"];
        let output = self.command("clone").args(push).args(arguments).output();
        let output = output.unwrap();
        // Mercurial ends with 1 where there is nothing to push but a bookmark.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        self.calls()
    }

    /// Takes what Mercurial said since the last time.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let folder = self.path("calls");
        let mut calls = Vec::new();
        while let Ok(said) = std::fs::read_to_string(folder.join(calls.len().to_string())) {
            let variables: BTreeMap<&str, &str> = said
                .split('\0')
                .filter_map(|line| line.split_once('='))
                .collect();
            let hook = variables["HG_HOOKTYPE"];
            calls.push(self.call(hook, variables));
        }
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::create_dir(&folder).unwrap();
        calls
    }

    /// Builds a call of a hook that says this, as the program builds it from its environment.
    pub(crate) fn call<'a>(
        &self,
        hook: &str,
        said: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Call {
        let mut call = Call {
            hook: hook.to_owned(),
            ..Call::default()
        };
        self.open().complete(&mut call, &Environment::of(said));
        call
    }

    pub(crate) fn collect(&self, call: &Call) -> Collected {
        let path = Path::new("hg.toml");
        let settings =
            zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &self.settings).unwrap();
        hg::collect(call, &self.open(), &settings.value, NOW.parse().unwrap())
    }

    /// Pushes, and returns what is told of it by the usual hooks.
    pub(crate) fn told(&self, arguments: &[&str]) -> Vec<Event> {
        self.push(arguments)
            .iter()
            .filter(|call| call.hook != "incoming")
            .flat_map(|call| self.collect_well(call))
            .collect()
    }

    pub(crate) fn collect_well(&self, call: &Call) -> Vec<Event> {
        let collected = self.collect(call);
        assert!(collected.warnings.is_empty(), "{:?}", collected.warnings);
        collected.events
    }
}

/// The environment in which the tests open repositories: somebody pushes.
pub(crate) fn environment() -> Environment {
    Environment::of([("USER", "ada")])
}

fn good(output: Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
