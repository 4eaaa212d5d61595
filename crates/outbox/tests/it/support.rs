//! A world in a temporary folder.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use zulipkit_outbox::{Account, Destination, NewRow};

/// A temporary folder with room for an outbox and a settings file.
pub(crate) struct World {
    pub(crate) temp: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        // These tests need no durable disk, and are many times faster in memory.
        let memory = Path::new("/dev/shm");
        let temp = tempfile::tempdir_in(memory)
            .or_else(|_| tempfile::tempdir())
            .unwrap();
        fs_err::write(temp.path().join("git.toml"), "").unwrap();
        Self { temp }
    }

    /// Writes the settings file; its text is the key.
    pub(crate) fn write_key(&self, key: &str) {
        fs_err::write(self.temp.path().join("git.toml"), key).unwrap();
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.temp.path().join("outbox")
    }
}

pub(crate) fn account(world: &Path, site: &str) -> Account {
    Account {
        settings: world.join("git.toml"),
        site: site.parse().unwrap(),
        email: "git-bot@example.com".to_owned(),
    }
}

/// A message to a topic of the channel `commits`.
pub(crate) fn message(account: &Account, topic: &str, content: &str) -> NewRow {
    let body =
        object(json!({"type": "channel", "to": "commits", "topic": topic, "content": content}));
    let destination = Destination::channel("commits", topic);
    NewRow::new(
        account.clone(),
        "ZulipGit",
        "POST /messages",
        body,
        destination,
        0,
    )
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}
