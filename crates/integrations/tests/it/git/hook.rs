use zulipkit_diag::Result;
use zulipkit_integrations::driver::{AnyInstance, Call, Configured};
use zulipkit_integrations::{Prepared, find, rows};
use zulipkit_notify::Limits;
use zulipkit_outbox::{Account, OnUnclear};

use super::world::{NOW, World};

const SETTINGS: &str = "
[[route]]
when = { branch = \"private/**\" }
skip = true
[[route]]
channel = \"commits\"
topic = \"{{ repo }}\"
[delivery]
max_age = \"1 day\"
on_unclear = \"hold\"
";

/// Does with the settings what the hook does, or `preview`.
fn with<T>(world: &World, act: impl FnOnce(&dyn AnyInstance, &dyn Configured) -> T) -> T {
    let git = find("git").unwrap();
    let repository = git.driver.open(&world.server(), &world.environment());
    let repository = repository.unwrap();
    let settings = repository.read(&world.settings_file());
    act(&*repository, &*settings.unwrap())
}

fn try_prepare(settings: &dyn Configured, call: &Call) -> Result<Prepared> {
    let git = find("git").unwrap();
    git.prepare(settings, call, Limits::default(), NOW.parse().unwrap())
}

fn prepare(world: &World, input: &[u8]) -> Prepared {
    with(world, |repository, settings| {
        let call = repository.example(Some(input.to_vec())).unwrap();
        try_prepare(settings, &call).unwrap()
    })
}

/// Prepares the push that a preview makes up.
fn preview(world: &World) -> Result<Prepared> {
    with(world, |repository, settings| {
        try_prepare(settings, &repository.example(None)?)
    })
}

#[test]
fn a_push_becomes_rows_for_the_outbox() {
    let world = World::new().settings(SETTINGS);
    world.push_first();
    world.commit("second");
    world.git(&["tag", "v1"]);
    let prepared = prepare(&world, &world.push(&["main", "main:private/x", "v1"]));
    assert_eq!(prepared.skipped, ["event `create`"]);
    assert!(prepared.warnings.is_empty(), "{:?}", prepared.warnings);
    let account = Account {
        settings: "/etc/zulipkit/git.toml".into(),
        site: "https://zulip.example.com".parse().unwrap(),
        email: "git-bot@example.com".to_owned(),
    };
    let settings = world.read_settings();
    let rows = rows(
        &prepared.messages,
        find("git").unwrap(),
        &account,
        &settings.delivery,
    );
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].endpoint, "POST /messages");
    assert_eq!(rows[0].agent, "ZulipGit");
    assert_eq!(rows[0].body["topic"], "website");
    assert_eq!(rows[0].destination, rows[1].destination);
    assert_eq!(rows[0].max_age.as_secs(), 24 * 60 * 60);
    assert_eq!(rows[0].on_unclear, OnUnclear::Hold);
    assert_eq!(rows[0].happened_ms, 1_772_366_400_000);
    let content = rows[1].body["content"].as_str().unwrap();
    assert!(
        content.starts_with("**ada** pushed tag `v1` at `"),
        "{content}"
    );
}

#[test]
fn garbage_and_silence_are_reported_beside_the_messages() {
    let world = World::new();
    world.push_first();
    world.commit("second [skip zulip]");
    let mut input = world.push(&["main", "main~1:refs/heads/other"]);
    input.extend_from_slice(b"garbage\n");
    let prepared = prepare(&world, &input);
    assert_eq!(prepared.messages.len(), 1);
    assert_eq!(prepared.skipped, ["branch `main`"]);
    assert_eq!(prepared.warnings.len(), 1);
}

#[test]
fn routes_that_cannot_be_used_are_an_error_with_its_place() {
    let world = World::new().settings("[[route]]\nwhen = { brnach = \"main\" }\nchannel = \"x\"\n");
    let error = with(&world, |_, settings| {
        try_prepare(settings, &Call::default())
    });
    let text = error.unwrap_err().render(false);
    assert!(text.contains("unknown fact `brnach`"), "{text}");
    assert!(text.contains("git.toml:2:10"), "{text}");
    assert!(text.contains("did you mean `branch`?"), "{text}");
}

#[test]
fn a_preview_makes_up_a_push_of_the_newest_commits() {
    let world = World::new();
    let error = preview(&world).unwrap_err();
    assert!(
        error
            .one_line()
            .starts_with("cannot make up a push to preview"),
        "{error}"
    );
    assert!(!error.hints.is_empty());

    world.push_first();
    let prepared = preview(&world).unwrap();
    assert!(
        prepared.messages[0]
            .outgoing
            .content
            .contains("with 1 commit by"),
        "{prepared:?}"
    );

    for subject in ["a", "b", "c", "d"] {
        world.commit(subject);
    }
    world.push(&["main"]);
    let prepared = preview(&world).unwrap();
    assert_eq!(prepared.messages[0].event.kind, "push");
    assert_eq!(prepared.messages[0].event.facts["count"], 3);
}

#[test]
fn a_test_message_goes_to_every_channel_of_the_settings_once() {
    let world = World::new().settings(
        "[[route]]\nwhen = { branch = \"x\" }\nchannel = \"one\"\n[[route]]\nwhen = { branch = \"y\" }\nchannel = 7\n[[route]]\nchannel = \"one\"\n",
    );
    let messages = with(&world, |_, settings| {
        settings.test_messages(find("git").unwrap())
    });
    assert_eq!(messages.len(), 2);
    assert_eq!(
        messages[0].content,
        "This is a test of zulipkit’s Git integration for the repository `website`. Pushes to it can be told in this channel."
    );
}
