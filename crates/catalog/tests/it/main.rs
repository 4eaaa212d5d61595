//! The catalogue is whole, and its bots say what their dialogs say.

use std::path::{Path, PathBuf};

use zulipkit_bots::testkit::{Dialog, run};
use zulipkit_bots::{Config, Kind, Settings};
use zulipkit_catalog::{all, find};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the names, without ending, of what lies in a folder, sorted.
fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs_err::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_bot_is_listed_by_its_name() {
    let listed: Vec<&str> = all().iter().map(|kind| kind.name).collect();
    let mut there = names(&folder("src"));
    there.retain(|name| name != "lib");
    assert_eq!(listed, there);
    assert_eq!(find("todo").unwrap().name, "todo");
    assert!(find("none").is_none());
}

#[test]
fn every_bot_has_settings_words_and_a_page() {
    let summary = fs_err::read_to_string(folder("../../docs/src/SUMMARY.md")).unwrap();
    for kind in all() {
        let name = kind.name;
        let bot = kind.make(&Config::none()).unwrap();
        assert!(!bot.usage().text.is_empty(), "{name}");
        let defaults = toml::from_str::<toml::Table>(kind.defaults);
        assert!(defaults.is_ok(), "{name}: {defaults:?}");
        assert!(!kind.about.is_empty(), "{name}");
        assert!(kind.docs.starts_with("# "), "{name}");
        assert!(kind.docs.lines().count() > 10, "{name}");
        let link = format!("(bots/catalog/{name}.md)");
        assert!(summary.contains(&link), "SUMMARY.md lacks {link}");
        // Tables have longer names in the file of all bots.
        let mut values = kind.defaults.lines().filter(|line| !line.starts_with('['));
        let missing = values.find(|line| !kind.docs.contains(line));
        assert_eq!(missing, None, "the page of {name}");
    }
}

/// Returns the settings that a page shows.
fn settings(page: &str) -> Vec<&str> {
    let blocks = page.split("```toml\n").skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn settings_on_the_pages_are_settings() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bots.toml");
    for kind in all() {
        let shown = settings(kind.docs);
        assert!(!shown.is_empty(), "{}", kind.name);
        for text in shown {
            fs_err::write(&path, text).unwrap();
            let file = Settings::read(&path).unwrap();
            for (name, bot) in &file.value.bot {
                bot.get_ref().make_native(name, all(), &file).unwrap();
            }
        }
    }
}

#[test]
fn every_dialog_is_listed() {
    for kind in all() {
        let prefix = format!("{}/", kind.name);
        let mut listed: Vec<&str> = kind
            .dialogs
            .iter()
            .map(|(path, _)| path.strip_prefix(&prefix).unwrap())
            .map(|path| path.strip_suffix(".toml").unwrap())
            .collect();
        listed.sort_unstable();
        assert_eq!(
            listed,
            names(&folder("dialogs").join(kind.name)),
            "{}",
            kind.name
        );
    }
}

/// Plays a bot's dialogs and returns what is otherwise than they say.
async fn failures(kind: &Kind) -> String {
    let mut failures = String::new();
    for (path, text) in kind.dialogs {
        let dialog = Dialog::read(&folder("dialogs").join(path), text).unwrap();
        let report = run(&dialog, &|config| kind.make(config)).await;
        if let Some(failure) = report.failure {
            failures.push_str(&failure.to_string());
        }
    }
    failures
}

#[tokio::test]
async fn every_bot_says_what_its_dialogs_say() {
    let mut all_failures = String::new();
    for kind in all() {
        all_failures.push_str(&failures(kind).await);
    }
    assert!(all_failures.is_empty(), "{all_failures}");
}
