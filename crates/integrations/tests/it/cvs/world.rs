use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use zulipkit_integrations::cvs::{self, DEFAULTS, Repository, Settings};
use zulipkit_integrations::driver::Call;
use zulipkit_integrations::vcs::Collected;
use zulipkit_notify::Event;
use zulipkit_settings::Environment;

pub(crate) const NOW: &str = "2026-03-01T12:00:00Z";

/// A repository and a working copy of its module `tools`.
///
/// The hook of the repository writes down what CVS says, so that the tests see what a hook really sees.
pub(crate) struct World {
    folder: tempfile::TempDir,
    name: String,
    settings: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::called("cvsroot")
    }

    /// Makes a repository whose folder has this name.
    pub(crate) fn called(name: &str) -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            name: name.to_owned(),
            settings: String::new(),
        };
        world.cvs(".", &["init"]);
        std::fs::create_dir(world.repository().join("tools")).unwrap();
        world.cvs(".", &["checkout", "tools"]);
        world
    }

    /// Lets `loginfo` write down what it is given.
    pub(crate) fn recorded(self) -> Self {
        let script = self.path("record");
        let calls = self.path("calls");
        std::fs::create_dir(&calls).unwrap();
        // Each call is a file, its name in the order of the calls; the arguments end with an empty one.
        let text = format!(
            "#!/bin/sh\nexec >{0}/$(ls {0} | wc -l)\nprintf '%s\\0' \"$@\" ''\ncat\n",
            calls.display()
        );
        std::fs::write(&script, text).unwrap();
        self.run(".", "chmod", &["+x", "record"]);
        let line = format!("ALL {} %r %p %c %I $USER %{{sVv}}\n", script.display());
        let loginfo = self.repository().join("CVSROOT/loginfo");
        std::fs::remove_file(&loginfo).unwrap();
        std::fs::write(loginfo, line).unwrap();
        self
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
        Repository::at(&self.repository(), &self.environment()).unwrap()
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::of([("HOME", self.folder.path().to_str().unwrap())])
    }

    /// Writes a file of the module, and tells CVS if it is new.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let mut folder = String::from("tools");
        let names: Vec<&str> = path.split('/').collect();
        let (file, folders) = names.split_last().unwrap();
        for name in folders {
            let made = std::fs::create_dir(self.path(&folder).join(name)).is_ok();
            if made {
                self.cvs(&folder, &["add", name]);
            }
            folder = format!("{folder}/{name}");
        }
        let place = self.path(&folder).join(file);
        let new = !place.exists();
        std::fs::write(place, text).unwrap();
        if new {
            self.cvs(&folder, &["add", file]);
        }
    }

    /// Commits all of the module; returns what CVS said to its hook.
    pub(crate) fn commit(&self, message: &[u8]) -> Vec<Call> {
        std::fs::write(self.path("message"), message).unwrap();
        let before = self.calls().len();
        self.cvs("tools", &["commit", "-F", "../message"]);
        self.calls().split_off(before)
    }

    /// Runs `cvs` with none of the tester's own settings, as `ada`.
    pub(crate) fn cvs(&self, folder: &str, arguments: &[&str]) -> String {
        let root = self.repository();
        let root = root.to_str().unwrap();
        self.run(
            folder,
            "cvs",
            &[&["-f", "-Q", "-d", root], arguments].concat(),
        )
    }

    fn run(&self, folder: &str, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command
            .current_dir(self.path(folder))
            .args(arguments)
            .env("HOME", self.folder.path())
            .env("LC_ALL", "C")
            .env("USER", "ada")
            .env("LOGNAME", "ada");
        good(command.output().unwrap())
    }

    /// Returns all that CVS has said.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        while let Ok(said) = std::fs::read(self.path("calls").join(calls.len().to_string())) {
            let mut rest = said.as_slice();
            let mut arguments = Vec::new();
            loop {
                let end = rest.iter().position(|&byte| byte == 0).unwrap();
                let word = &rest[..end];
                rest = &rest[end + 1..];
                if word.is_empty() {
                    break;
                }
                arguments.push(OsString::from_vec(word.to_owned()));
            }
            calls.push(Call {
                hook: "loginfo".to_owned(),
                arguments,
                input: rest.to_owned(),
                ..Call::default()
            });
        }
        calls
    }

    pub(crate) fn collect(&self, call: &Call) -> Collected {
        let path = Path::new("cvs.toml");
        let settings =
            zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &self.settings).unwrap();
        cvs::collect(call, &self.open(), &settings.value, NOW.parse().unwrap())
    }

    /// Returns the event of a call.
    pub(crate) fn event(&self, call: &Call) -> Event {
        let collected = self.collect(call);
        assert!(collected.warnings.is_empty(), "{:?}", collected.warnings);
        assert_eq!(collected.events.len(), 1);
        collected.events.into_iter().next().unwrap()
    }
}

fn good(output: Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
