use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zulipkit_integrations::driver::{Effective, Instance as _, Settings as _};
use zulipkit_integrations::find;
use zulipkit_integrations::hg::Settings;
use zulipkit_notify::{Event, Limits, To};
use zulipkit_settings::Environment;

use super::world::World;

/// As the documentation of the old hook shows it, quotation marks included.
const SECTION: &str = "\
# Ours.
[hooks]
changegroup = python:zulip_changegroup.hook

[zulip]
email = \"hg-bot@example.com\"
api_key = \"abcd\"
site = \"https://zulip.example.com\"
stream = \"team commits\"
web_url = \"https://hg.example.com/website/\"
branches = \"Default, stable\"
";

fn hgrc(world: &World, text: &str) -> PathBuf {
    let path = world.repository().join(".hg/hgrc");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// Where an event of a branch goes by these settings, and what is said there; nothing if it goes nowhere.
fn told(settings: &Path, branch: &str) -> Option<String> {
    let settings = Settings::read(Some(settings)).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/hg/fixtures");
    let text = std::fs::read_to_string(format!("{folder}/push.json")).unwrap();
    let mut event: Event = serde_json::from_str(&text).unwrap();
    event.facts.insert("branch".to_owned(), branch.into());
    let hg = find("hg").unwrap();
    let rules = hg
        .rules(Effective::of(&settings), Limits::default())
        .unwrap();
    let rendered = rules.render(&event);
    assert!(rendered.warnings.is_empty(), "{:?}", rendered.warnings);
    let outgoing = rendered.outgoing.first()?;
    let To::Channel { topic, .. } = &outgoing.to else {
        panic!("{:?}", outgoing.to);
    };
    let line = outgoing.content.lines().next().unwrap();
    Some(format!("{} | {topic} | {line}", outgoing.place()))
}

#[test]
fn the_section_of_the_old_hook_is_read_as_it_is() {
    let world = World::new();
    let path = hgrc(&world, SECTION);
    let own = world.open().settings_files();
    assert_eq!(own.last(), Some(&path));
    let settings = Settings::read(Some(&path)).unwrap();
    let credentials = settings
        .value
        .zulip
        .credentials(Some(&path), &Environment::default());
    let credentials = credentials.unwrap();
    assert_eq!(credentials.email, "hg-bot@example.com");
    assert_eq!(credentials.site.as_str(), "https://zulip.example.com");
    insta::assert_snapshot!(told(&path, "Stable").unwrap(), @r#"#team commits > Stable | Stable | **ada** pushed [2 commits](https://hg.example.com/website/log?rev=only%28da4b9237bacccdf19c0760cab7aec4a8359010b0,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) to **Stable** (`da4b9237bacc`):"#);
    assert_eq!(told(&path, "other"), None);
    let lines: Vec<Option<usize>> = settings
        .entries
        .iter()
        .filter(|entry| entry.key.starts_with("route"))
        .map(|entry| entry.line)
        .collect();
    assert!(lines.iter().all(|line| *line == Some(6)), "{lines:?}");
}

#[test]
fn branches_may_be_left_out_and_the_channel_has_a_default() {
    let world = World::new();
    let text = "[zulip]\nemail = a@example.com\napi_key = k\nsite = zulip.example.com\nignore_branches = Wip,x \"y\n";
    let path = hgrc(&world, text);
    assert!(
        told(&path, "default")
            .unwrap()
            .starts_with("#commits > default")
    );
    assert_eq!(told(&path, "wip"), None);
    assert_eq!(told(&path, "x \"y"), None);
}

/// The key stays where it is: whoever delivers later reads it there again.
#[test]
fn the_deliverer_finds_the_key_in_the_hgrc() {
    let world = World::new();
    let path = hgrc(&world, SECTION);
    let environment = Environment::default();
    let settings = Settings::read(Some(&path)).unwrap();
    let identity = settings
        .value
        .zulip
        .identify(Some(&path), &environment)
        .unwrap();
    assert_eq!(identity.file.as_deref(), Some(path.as_path()));
    let credentials = zulipkit_settings::account::open(&path, &environment).unwrap();
    assert_eq!(credentials.email, identity.email);
    assert_eq!(
        zulipkit_settings::account::files(&path, &environment).unwrap(),
        [path]
    );
}

#[test]
fn an_hgrc_without_the_section_is_no_settings_file() {
    let world = World::new();
    let path = hgrc(&world, "[ui]\nusername = Ada\n");
    assert!(!world.open().settings_files().contains(&path));
}

/// Whoever may write the hgrc could send the messages elsewhere.
#[test]
fn an_hgrc_that_others_may_write_is_refused() {
    let world = World::new();
    let path = hgrc(&world, SECTION);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o664)).unwrap();
    let error = Settings::read(Some(&path)).unwrap_err();
    assert!(error.one_line().contains("its mode is 664"), "{error}");
}
