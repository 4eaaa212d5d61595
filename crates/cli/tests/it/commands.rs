use insta::assert_snapshot;

use secrecy::ExposeSecret as _;

use crate::world::World;

#[test]
fn install_says_what_it_does_and_doing_it_again_changes_nothing() {
    let world = World::bare();
    let install = [
        "git",
        "install",
        "website.git",
        "--zuliprc",
        "zuliprc",
        "--channel",
        "commits",
    ];
    let mut dry = install.to_vec();
    dry.push("--dry-run");
    let run = world.zulipkit(&dry).good();
    assert!(
        run.out
            .contains("would create `…/website.git/hooks/post-receive`"),
        "{run:#?}"
    );
    assert!(!world.settings().exists());

    let run = world.zulipkit(&install).good();
    assert!(
        run.out
            .contains("created `…/website.git/hooks/zulip_git.toml`, mode 600"),
        "{run:#?}"
    );
    assert!(
        run.out
            .contains("✓ sent a test message to #commits > zulipkit test: message 1"),
        "{run:#?}"
    );
    assert_eq!(world.messages(1)[0].topic, "zulipkit test");

    let before = fs_err::read_to_string(world.settings()).unwrap();
    let again = world.zulipkit(&install).good();
    assert!(again.out.contains("already installed"), "{again:#?}");
    assert_eq!(fs_err::read_to_string(world.settings()).unwrap(), before);
}

#[test]
fn install_without_an_identity_is_wrong_use() {
    let world = World::bare();
    let run = world
        .zulipkit(&["git", "install", "website.git"])
        .ends_with(2);
    assert_snapshot!(run.err, @"
    error: cannot install without knowing who sends
    hint: give `--zuliprc FILE`, or `--site`, `--email` and `--key-file`
    ");
}

#[test]
fn a_wrong_key_and_a_missing_channel_are_found_by_test() {
    let world = World::new();
    let settings = fs_err::read_to_string(world.settings()).unwrap();
    fs_err::write(
        world.settings(),
        settings.replace("\"commits\"", "\"nowhere\""),
    )
    .unwrap();
    let run = world.zulipkit(&["git", "test", "website.git"]).ends_with(4);
    assert!(
        run.out
            .contains("✗ there is no channel #nowhere that the bot can see"),
        "{run:#?}"
    );
    let bot = world.zulip.bot();
    world.zulip.rotate_key(&bot.email).unwrap();
    let run = world.zulipkit(&["git", "test", "website.git"]).ends_with(4);
    assert!(run.out.contains("✗ cannot use the account"), "{run:#?}");
    assert!(!format!("{run:?}").contains(bot.key.expose_secret()));
}

#[test]
fn an_incoming_webhook_bot_is_told_what_it_cannot_do() {
    let world = World::bare();
    let bot = world.zulip.incoming_bot();
    world.zuliprc_of(&bot);
    let install = [
        "git",
        "install",
        "website.git",
        "--zuliprc",
        "zuliprc",
        "--channel",
        "commits",
    ];
    let run = world.zulipkit(&install).good();
    assert!(
        run.out.contains("! ") && run.out.contains("may only send"),
        "{run:#?}"
    );
    assert_eq!(world.messages(1).len(), 1);
}

#[test]
fn preview_shows_what_would_be_sent_and_sends_nothing() {
    let world = World::new();
    world.push("Add the home page").good();
    world.push("Add a style sheet").good();
    world.messages(2);
    let run = world.zulipkit(&["git", "preview", "website.git"]).good();
    assert!(run.out.starts_with("#commits > website/main\n"), "{run:#?}");
    assert!(run.out.contains("Add a style sheet"), "{run:#?}");
    let json = world
        .zulipkit(&["git", "preview", "website.git", "--json"])
        .good();
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(value["messages"][0]["endpoint"], "POST /messages");
    assert_eq!(value["messages"][0]["body"]["to"], "\"commits\"");
    assert_eq!(world.zulip.got().len(), 2);
}

#[test]
fn config_says_where_each_value_comes_from() {
    let world = World::new();
    let run = world.zulipkit(&["git", "config", "website.git"]).good();
    assert!(
        run.out.contains("route[0].channel = \"commits\"  # line "),
        "{run:#?}"
    );
    assert!(run.out.contains("git.commits = 20  # default"), "{run:#?}");
    let defaults = world.zulipkit(&["git", "config", "--defaults"]).good();
    assert!(
        defaults
            .out
            .starts_with("# Settings of zulipkit's Git integration.")
    );

    fs_err::write(
        world.settings(),
        "[[route]]\nchannel = \"commits\"\ntopic = \"{{ brunch }}\"\n",
    )
    .unwrap();
    let run = world
        .zulipkit(&["git", "config", "website.git"])
        .ends_with(3);
    assert!(
        run.err.contains("brunch") && run.err.contains("branch"),
        "{run:#?}"
    );
}

#[test]
fn outbox_lists_shows_and_drops() {
    let world = World::new();
    assert_eq!(
        world.zulipkit(&["outbox", "list"]).good().err,
        "nothing waits\n"
    );
    world.zulip.stop();
    world.push("One").good();
    world.outbox_until(|rows| rows.len() == 1);
    let list = world.zulipkit(&["outbox", "list"]).good();
    assert!(list.out.contains("commits > website/main"), "{list:#?}");
    let shown = world.zulipkit(&["outbox", "show", "1"]).good();
    assert!(
        shown.out.contains("One") && shown.out.contains("POST /messages"),
        "{shown:#?}"
    );
    let missing = world.zulipkit(&["outbox", "show", "77"]).ends_with(2);
    assert_snapshot!(missing.err, @"
    error: there is no message 77 in the outbox
    hint: `zulipkit outbox list` shows those that are there
    ");
    world.zulipkit(&["outbox", "drop", "1"]).good();
    assert_eq!(world.zulipkit(&["outbox", "list"]).good().out, "");
}

#[test]
fn the_demo_tells_its_story_to_the_end() {
    let world = World::bare();
    let run = world.zulipkit(&["demo", "--once"]).good();
    for words in [
        "Example Bot #commits > website/main",
        "fix [x](y) ] @**all** and #**general**",
        "Example Bot #commits > website/feature/search",
        "$ zulipkit outbox list\n      7  ",
        "Work goes on",
        "All of it is on the page",
    ] {
        assert!(run.out.contains(words), "{words:?} is not in:\n{}", run.out);
    }
}

#[test]
fn every_command_has_help() {
    let world = World::bare();
    for command in [
        &["--help"][..],
        &["git", "--help"],
        &["git", "post-receive", "--help"],
        &["outbox", "--help"],
    ] {
        let run = world.zulipkit(command).good();
        assert!(run.out.contains("Usage: zulipkit"), "{run:#?}");
    }
    world.zulipkit(&["git", "instal"]).ends_with(2);
}

#[test]
fn the_simulated_server_goes_on_where_it_was() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let world = World::bare();
    let arguments = [
        "sim",
        "--state",
        "state.json",
        "--zuliprc",
        "sim-zuliprc",
        "--person",
        "Ada Lovelace:ada@example.com",
    ];
    let mut sent = Vec::new();
    for text in ["one", "two"] {
        let _ = fs_err::remove_file(world.path("sim-zuliprc"));
        let mut sim = world.command(env!("CARGO_BIN_EXE_zulipkit"), &arguments);
        let mut sim = sim
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Both lines are printed once it listens.
        let mut lines = BufReader::new(sim.stdout.take().unwrap()).lines();
        assert!(lines.next().unwrap().unwrap().contains("http://127.0.0.1:"));
        lines.next().unwrap().unwrap();
        let send = [
            "send",
            "--zuliprc",
            "sim-zuliprc",
            "--channel",
            "commits",
            "--topic",
            "t",
            "--json",
            text,
        ];
        sent.push(world.zulipkit(&send).good().out);
        let to_ada = [
            "send",
            "--zuliprc",
            "sim-zuliprc",
            "--to",
            "ada@example.com",
            text,
        ];
        world.zulipkit(&to_ada).good();
        assert!(
            Command::new("kill")
                .arg(sim.id().to_string())
                .status()
                .unwrap()
                .success()
        );
        assert!(sim.wait().unwrap().success());
    }
    assert_eq!(
        sent,
        [
            "[{\"id\":1,\"to\":\"#commits > t\"}]\n",
            "[{\"id\":3,\"to\":\"#commits > t\"}]\n"
        ]
    );
}
