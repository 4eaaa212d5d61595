use std::os::unix::fs::PermissionsExt as _;

use secrecy::ExposeSecret as _;

use crate::world::{Run, World};

/// Asserts that the hook said one line with these words, and that its product does not notice.
#[track_caller]
fn one_line(run: Run, words: &[&str]) {
    let run = run.good();
    assert_eq!(run.err.lines().count(), 1, "{run:#?}");
    for word in words {
        assert!(run.err.contains(word), "{word:?} is not in {:?}", run.err);
    }
}

#[test]
fn broken_settings_are_named_with_their_place_and_the_push_succeeds() {
    let world = World::new();
    fs_err::write(
        world.settings(),
        "[zulip]\nzuliprc = \"zuliprc\"\n[[route]]\nchanel = \"commits\"\n",
    )
    .unwrap();
    one_line(
        world.push("One"),
        &[
            "unknown key `chanel`",
            "zulip_git.toml:4:1",
            "remote: zulipkit: ",
        ],
    );
    world.commit("Two");

    let mut strict = world.command(
        env!("CARGO_BIN_EXE_zulipkit"),
        &["git", "post-receive", "--strict"],
    );
    strict.current_dir(world.path("website.git"));
    let run = world
        .finish(strict, world.last_commit().as_bytes())
        .ends_with(3);
    assert!(run.err.contains("unknown key `chanel`"), "{run:#?}");
}

#[test]
fn a_push_that_could_not_be_told_is_told_with_the_next_one() {
    let world = World::new();
    world.push("One").good();
    world.messages(1);
    let right = fs_err::read_to_string(world.settings()).unwrap();
    fs_err::write(world.settings(), "oops").unwrap();
    one_line(
        world.push("Two"),
        &["cannot read settings", "what happened is kept"],
    );
    one_line(world.push("Three"), &["what happened is kept"]);
    fs_err::write(world.settings(), right).unwrap();
    assert_eq!(world.push("Four").good().err, "");
    let texts: Vec<String> = world
        .messages(4)
        .into_iter()
        .map(|message| message.content)
        .collect();
    for (text, subject) in texts.iter().zip(["One", "Two", "Three", "Four"]) {
        assert!(text.contains(subject), "{texts:#?}");
    }
    let left = fs_err::read_dir(world.path("website.git")).unwrap();
    let left: Vec<_> = left
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .collect();
    assert!(!left.iter().any(|name| name.contains("missed")), "{left:?}");
}

#[test]
fn missing_settings_say_where_they_were_looked_for() {
    let world = World::new();
    fs_err::remove_file(world.settings()).unwrap();
    one_line(
        world.push("One"),
        &[
            "cannot find the settings",
            "hooks/zulip_git.toml",
            "zulipkit git install",
        ],
    );
}

#[test]
fn a_zuliprc_that_others_may_write_is_refused() {
    let world = World::new();
    fs_err::set_permissions(
        world.path("zuliprc"),
        std::fs::Permissions::from_mode(0o666),
    )
    .unwrap();
    one_line(
        world.push("One"),
        &["others than its owner may write it", "chmod go-w"],
    );
}

#[test]
fn a_key_file_that_is_missing_holds_the_message_until_it_is_there() {
    let world = World::new();
    let bot = world.zulip.bot();
    let settings = format!(
        "[zulip]\nsite = \"{}\"\nemail = \"{}\"\nkey_file = \"key\"\n[[route]]\nchannel = \"commits\"\n",
        world.zulip.url(),
        bot.email
    );
    fs_err::write(world.settings(), settings).unwrap();
    assert_eq!(world.push("One").good().err, "");
    let rows = world.outbox_until(|rows| rows[0]["standing"] == "held");
    assert!(
        rows[0]["reason"]
            .as_str()
            .unwrap()
            .contains("cannot read the API key"),
        "{rows:#?}"
    );
    let key = world.path("website.git/hooks/key");
    fs_err::write(&key, bot.key.expose_secret()).unwrap();
    fs_err::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    world.push("Two").good();
    let messages = world.messages(2);
    assert!(messages[0].content.contains("One") && messages[1].content.contains("Two"));
}

#[test]
fn garbage_on_standard_input_is_one_line_and_the_rest_is_told() {
    let world = World::new();
    world.push("One").good();
    world.push("Two").good();
    world.messages(2);
    let mut input = b"garbage\xff\n".to_vec();
    input.extend(world.last_commit().as_bytes());
    one_line(world.hook(&input, &[]), &["zulipkit: "]);
    assert!(world.messages(3)[2].content.contains("Two"));
    assert_eq!(world.hook(b"", &[]).good().err, "");
}

#[test]
fn a_folder_that_cannot_hold_an_outbox_is_named() {
    let world = World::new();
    fs_err::create_dir_all(world.path("home/.local")).unwrap();
    fs_err::write(
        world.path("home/.local/state"),
        "a file in the folder's place",
    )
    .unwrap();
    one_line(world.push("One"), &["home/.local/state", "outbox"]);
}

#[test]
fn an_outbox_of_another_user_or_of_a_newer_version_is_left_alone() {
    let world = World::new();
    world.push("One").good();
    world.messages(1);
    world.outbox_until(|rows| rows[0]["standing"] == "delivered");
    let file = world.path("home/.local/state/zulipkit/outbox.sqlite3");
    let database = rusqlite::Connection::open(&file).unwrap();
    database.pragma_update(None, "user_version", 1_000).unwrap();
    drop(database);
    one_line(world.push("Two"), &["newer"]);

    std::os::unix::fs::chown(world.path("home/.local/state/zulipkit"), Some(12_345), None).unwrap();
    one_line(world.push("Three"), &["belongs to", "12345"]);
}

#[test]
fn a_repository_without_a_branch_under_head_is_told_of() {
    let world = World::new();
    fs_err::write(world.path("website.git/HEAD"), "ref: refs/heads/nowhere\n").unwrap();
    world.push("One").good();
    assert!(world.messages(1)[0].content.contains("One"));
}
