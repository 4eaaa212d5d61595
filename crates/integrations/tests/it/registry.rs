use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use zulipkit_integrations::{Integration, all, find};
use zulipkit_notify::{Event, Kind, Vocabulary};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn names_in(path: &Path, suffix: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(path).unwrap_or_else(|_| panic!("there is no {path:?}"));
    entries
        .filter_map(|entry| {
            Some(
                entry
                    .ok()?
                    .file_name()
                    .to_str()?
                    .strip_suffix(suffix)?
                    .to_owned(),
            )
        })
        .collect()
}

fn kinds(integration: &Integration) -> &'static [Kind] {
    match integration.product.vocabulary {
        Vocabulary::Closed(kinds) => kinds,
        Vocabulary::Open => panic!("{} has no kinds", integration.name),
    }
}

/// Each folder is an integration, and an integration is more than a folder.
#[test]
fn every_folder_has_its_line_in_the_registry() {
    let folders: BTreeSet<String> = names_in(&folder("src"), "")
        .into_iter()
        .filter(|name| {
            folder("src").join(name).is_dir() && !["install", "vcs"].contains(&name.as_str())
        })
        .collect();
    let registered = all()
        .iter()
        .map(|integration| integration.name.to_owned())
        .collect();
    assert_eq!(
        folders, registered,
        "src/registry.rs lists the folders of src"
    );
    assert!(find("git").is_some() && find("gti").is_none());
}

#[test]
fn every_integration_ships_settings_that_parse() {
    for integration in all() {
        let own = folder("src").join(integration.name).join("settings.toml");
        assert_eq!(integration.defaults, std::fs::read_to_string(own).unwrap());
        let parsed = toml::from_str::<toml::Table>(integration.defaults).unwrap();
        for table in ["zulip", "templates", "delivery"] {
            assert!(
                parsed.contains_key(table),
                "{} has no [{table}]",
                integration.name
            );
        }
    }
}

#[test]
fn every_kind_of_event_has_a_template() {
    for integration in all() {
        let own = folder("src")
            .join(integration.name)
            .join("templates/default");
        let files = names_in(&own, ".md");
        let shipped = |name: &str| {
            let mut texts = integration.product.texts.iter();
            texts.any(|text| text.style == "default" && text.name == name)
        };
        for name in kinds(integration)
            .iter()
            .map(|kind| kind.name)
            .chain(["topic"])
        {
            assert!(files.contains(name), "{own:?} has no {name}.md");
            assert!(
                shipped(name),
                "{name}.md is not in the texts of {}",
                integration.name
            );
        }
        for file in files {
            assert!(
                shipped(&file),
                "{file}.md is not in the texts of {}",
                integration.name
            );
        }
    }
}

/// The snapshots are made from events in files, one kind of event in at least one of them.
#[test]
fn every_kind_of_event_has_a_snapshot_with_all_its_facts() {
    for integration in all() {
        let tests = folder("tests/it").join(integration.name);
        let snapshots = std::fs::read_to_string(tests.join("messages.rs")).unwrap();
        let fixtures: Vec<(String, Event)> = names_in(&tests.join("fixtures"), ".json")
            .into_iter()
            .map(|name| {
                let path = tests.join("fixtures").join(format!("{name}.json"));
                let event = serde_json::from_str(&std::fs::read_to_string(path).unwrap());
                (name, event.unwrap())
            })
            .collect();
        for (name, event) in &fixtures {
            assert!(
                snapshots.contains(&format!("{name:?}")),
                "no snapshot of {name}.json"
            );
            let kind = kinds(integration)
                .iter()
                .find(|kind| kind.name == event.kind);
            let known: BTreeSet<&str> = kind.unwrap().facts.iter().copied().collect();
            let given: BTreeSet<&str> = event.facts.keys().map(String::as_str).collect();
            assert_eq!(given, known, "{name}.json");
        }
        for kind in kinds(integration) {
            let mut events = fixtures.iter();
            assert!(
                events.any(|(_, event)| event.kind == kind.name),
                "no fixture of {}",
                kind.name
            );
        }
    }
}

#[test]
fn every_integration_has_a_page() {
    for integration in all() {
        let page = folder("../../docs/src/integrations").join(format!("{}.md", integration.name));
        assert_eq!(integration.docs, std::fs::read_to_string(page).unwrap());
        assert!(
            integration
                .docs
                .starts_with(&format!("# {}\n", integration.title))
        );
        for heading in ["Install", "Settings", "Messages", "When something is wrong"] {
            assert!(
                integration.docs.contains(&format!("\n## {heading}\n")),
                "no {heading:?}"
            );
        }
        for fact in kinds(integration).iter().flat_map(|kind| kind.facts) {
            let named = integration.docs.contains(&format!("`{fact}`"));
            assert!(named, "the page does not say what `{fact}` is");
        }
    }
}
