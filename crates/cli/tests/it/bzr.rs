//! Real branches of Breezy whose plugin `install` put in place.

use std::process::Command;

use crate::world::{Run, World};

/// A world with a branch `website.bzr`, the plugin for it, and a branch `work` from which is pushed.
fn world() -> World {
    let world = World::bare();
    brz(&world, ".", &["init", "-q", "website.bzr"]).good();
    brz(&world, ".", &["init", "-q", "work"]).good();
    install(&world, "website.bzr");
    world
}

fn install(world: &World, branch: &str) {
    let install = [
        "bzr",
        "install",
        branch,
        "--zuliprc",
        "zuliprc",
        "--channel",
        "commits",
    ];
    world
        .zulipkit(&[&install[..], &["--no-test"]].concat())
        .good();
}

/// Runs `brz` as somebody who has no settings of their own.
fn brz(world: &World, folder: &str, arguments: &[&str]) -> Run {
    world.finish(command(world, folder, arguments), b"")
}

fn command(world: &World, folder: &str, arguments: &[&str]) -> Command {
    let mut command = world.command("brz", arguments);
    command
        .current_dir(world.path(folder))
        .env("BRZ_EMAIL", "Ada Lovelace <ada@example.com>")
        .env("LC_ALL", "C.UTF-8")
        .env("USER", "ada");
    command
}

fn commit(world: &World, message: &str) {
    fs_err::write(world.path("work/file"), message).unwrap();
    brz(world, "work", &["add", "-q"]).good();
    brz(world, "work", &["commit", "-q", "-m", message]).good();
}

/// Commits and pushes; returns what the one who pushes sees.
fn push(world: &World, message: &str, options: &[&str]) -> Run {
    commit(world, message);
    brz(
        world,
        "work",
        &[&["push", "-q"], options, &["../website.bzr"]].concat(),
    )
}

/// What Zulip has, a message each: the topic in brackets, then the words.
fn told(world: &World, count: usize) -> Vec<String> {
    let messages = world.messages(count).into_iter();
    messages
        .map(|message| format!("[{}] {}", message.topic, message.content))
        .collect()
}

#[test]
fn pushes_and_commits_are_told_and_nobody_sees_anything() {
    let world = world();
    let run = push(&world, "naïve ☃ fix @**all**\n\nSecond line", &[]).good();
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    push(&world, "Two", &[]).good();
    brz(
        &world,
        "website.bzr",
        &["commit", "-q", "--unchanged", "-m", "In place"],
    )
    .good();
    assert_eq!(world.messages(3)[0].client, "ZulipBreezy");
    insta::assert_snapshot!(told(&world, 3).join("\n\n"), @r#"
    [website.bzr] **ada** created branch `website.bzr` with 1 revision by Ada Lovelace:

    * `r1` naïve ☃ fix @&#42;&#42;all&#42;&#42;

    [website.bzr] **ada** pushed 1 revision by Ada Lovelace to `website.bzr`:

    * `r2` Two

    [website.bzr] **ada** committed 1 revision by Ada Lovelace to `website.bzr`:

    * `r3` In place
    "#);
    let html = &world.messages(3)[0].html;
    assert!(!html.contains("user-mention"), "{html}");
}

#[test]
fn history_that_is_taken_back_or_replaced_is_told_as_such() {
    let world = world();
    push(&world, "One", &[]).good();
    push(&world, "Two", &[]).good();
    brz(&world, ".", &["uncommit", "-q", "--force", "website.bzr"]).good();
    brz(&world, "work", &["uncommit", "-q", "--force"]).good();
    push(&world, "Another two", &[]).good();
    brz(&world, "work", &["uncommit", "-q", "--force"]).good();
    push(&world, "A third two", &["--overwrite"]).good();
    insta::assert_snapshot!(told(&world, 5)[2..].join("\n\n"), @r"
    [website.bzr] **ada** set `website.bzr` back to `r1`: 1 revision removed.

    Removed:

    * `r2` Two

    [website.bzr] **ada** pushed 1 revision by Ada Lovelace to `website.bzr`:

    * `r2` Another two

    [website.bzr] **ada** rewrote `website.bzr`: 1 revision removed, 1 revision by Ada Lovelace added.

    Removed:

    * `r2` Another two

    Added:

    * `r2` A third two
    ");
}

#[test]
fn branches_of_a_shared_repository_are_told_and_others_are_not() {
    let world = world();
    brz(
        &world,
        ".",
        &["init-shared-repository", "-q", "shared \"a\" & 'b'"],
    )
    .good();
    install(&world, "shared \"a\" & 'b'");
    commit(&world, "One");
    for branch in ["shared \"a\" & 'b'/trunk", "quiet"] {
        brz(&world, "work", &["push", "-q", &format!("../{branch}")]).good();
    }
    brz(&world, "work", &["merge", "-q", "../quiet"]).good();
    brz(
        &world,
        "quiet",
        &["commit", "-q", "--unchanged", "-m", "Aside"],
    )
    .good();
    brz(&world, "work", &["merge", "-q", "../quiet"]).good();
    brz(&world, "work", &["commit", "-q", "-m", "Merge quiet"]).good();
    brz(
        &world,
        "work",
        &["push", "-q", "../shared \"a\" & 'b'/trunk"],
    )
    .good();
    let told = told(&world, 2);
    assert_eq!(told.len(), 2, "{told:#?}");
    insta::assert_snapshot!(told.join("\n\n"), @r#"
    [shared "a" & 'b'/trunk] **ada** created branch `trunk` with 1 revision by Ada Lovelace:

    * `r1` One

    [shared "a" & 'b'/trunk] **ada** pushed 1 revision by Ada Lovelace to `trunk`:

    * `r2` Merge quiet
    "#);
}

/// The server of a push by SSH runs as whoever logs in, in the environment of that login.
#[test]
fn a_push_by_ssh_is_told_where_the_branch_is() {
    let world = world();
    let script = "#!/bin/sh\n[ \"$1\" = -V ] && echo OpenSSH_9.2 && exit\nwhile [ \"$1\" != host ]; do shift; done\nshift\ncd /\n\
        exec env -i HOME=\"$HOME\" USER=ada PATH=\"$PATH\" NO_PROXY='*' LC_ALL=C sh -c \"$*\"\n";
    fs_err::write(world.path("ssh"), script).unwrap();
    world
        .finish(world.command("chmod", &["+x", "ssh"]), b"")
        .good();
    commit(&world, "naïve ☃ over SSH");
    let address = format!("bzr+ssh://host{}", world.path("website.bzr").display());
    let mut push = command(&world, "work", &["push", "-q", &address]);
    push.env("BRZ_SSH", world.path("ssh"));
    world.finish(push, b"").good();
    let told = told(&world, 1);
    assert_eq!(
        told,
        [
            "[website.bzr] **ada** created branch `website.bzr` with 1 revision by Ada Lovelace:\n\n* `r1` naïve ☃ over SSH"
        ]
    );
}

/// What comes by a checkout comes to its branch, and is told once.
#[test]
fn a_commit_in_a_checkout_is_told_once() {
    let world = world();
    fs_err::create_dir_all(world.path("home/.config/zulipkit")).unwrap();
    fs_err::copy(
        world.path("website.bzr/.bzr/zulip_bzr.toml"),
        world.path("home/.config/zulipkit/bzr.toml"),
    )
    .unwrap();
    for (folder, kind) in [("bound", "-q"), ("light", "--lightweight")] {
        brz(
            &world,
            ".",
            &["checkout", "-q", kind, "website.bzr", folder],
        )
        .good();
        brz(
            &world,
            folder,
            &["commit", "-q", "--unchanged", "-m", folder],
        )
        .good();
    }
    let told = told(&world, 2);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].contains("created branch") && told[0].ends_with("* `r1` bound"),
        "{told:#?}"
    );
    assert_eq!(
        told[1],
        "[website.bzr] **ada** committed 1 revision by Ada Lovelace to `website.bzr`:\n\n* `r2` light"
    );
    let refused = world
        .zulipkit(&["bzr", "preview", "light"])
        .ends_with(1)
        .err;
    assert!(
        refused.contains("this is a checkout, and its branch is somewhere else"),
        "{refused}"
    );
}

#[test]
fn a_long_message_and_odd_names_are_told() {
    let world = world();
    fs_err::write(world.path("work/a 'b\" ☃"), "x").unwrap();
    fs_err::write(
        world.path("message"),
        format!("Long ☃\n\n{}", "x".repeat(1 << 20)),
    )
    .unwrap();
    brz(&world, "work", &["add", "-q"]).good();
    let author = "--author=\u{202e}@**all** <x@[y](z)>";
    brz(
        &world,
        "work",
        &["commit", "-q", author, "-F", "../message"],
    )
    .good();
    let settings = world.path("website.bzr/.bzr/zulip_bzr.toml");
    let text = fs_err::read_to_string(&settings).unwrap();
    let route = "[[route]]\nwhen = { paths = \"a 'b*\" }\n";
    fs_err::write(&settings, text.replace("[[route]]\n", route)).unwrap();
    let run = brz(&world, "work", &["push", "-q", "../website.bzr"]).good();
    assert_eq!(run.err, "");
    let told = &told(&world, 1)[0];
    assert!(told.ends_with("* `r1` Long ☃"), "{told}");
    assert!(told.contains("@&#42;&#42;all"), "{told}");
}

#[test]
fn broken_settings_fail_no_push_and_lose_none() {
    let world = world();
    let settings = world.path("website.bzr/.bzr/zulip_bzr.toml");
    let text = fs_err::read_to_string(&settings).unwrap();
    fs_err::write(&settings, format!("{text}\ncolour = 7\n")).unwrap();
    let run = push(&world, "First", &[]).good();
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert!(run.err.contains("colour"), "{}", run.err);
    fs_err::write(&settings, text).unwrap();
    push(&world, "Second", &[]).good();
    let told = told(&world, 2);
    for (message, words) in told.iter().zip(["First", "Second"]) {
        assert!(message.contains(words), "{told:#?}");
    }
}

#[test]
fn not_even_a_missing_program_fails_a_push() {
    let world = world();
    let plugin = world.path("home/.config/breezy/plugins/zulipkit.py");
    let text = fs_err::read_to_string(&plugin).unwrap();
    let program = env!("CARGO_BIN_EXE_zulipkit");
    fs_err::write(&plugin, text.replace(program, "/no/such/zulipkit")).unwrap();
    let run = push(&world, "First", &[]).good();
    assert_eq!(
        run.err,
        "zulipkit: cannot run `/no/such/zulipkit`: No such file or directory; run `zulipkit bzr install` again\n"
    );
    let doctor = world.zulipkit(&["bzr", "doctor", "website.bzr"]);
    assert!(
        doctor.out.contains("there is no `/no/such/zulipkit`"),
        "{}",
        doctor.out
    );
    let install = ["bzr", "install", "website.bzr", "--no-test"];
    let repaired = world.zulipkit(&install).good().out;
    assert!(
        repaired.contains("updated `…/home/.config/breezy/plugins/zulipkit.py`, the plugin"),
        "{repaired}"
    );
    push(&world, "Second", &[]).good();
    assert!(told(&world, 1)[0].contains("Second"));
}

#[test]
fn preview_shows_an_example_and_what_the_plugin_says() {
    let world = world();
    let example = world
        .zulipkit(&["bzr", "preview", "website.bzr"])
        .good()
        .out;
    assert!(example.contains("Fix rounding in invoices"), "{example}");
    let command = world.command(
        env!("CARGO_BIN_EXE_zulipkit"),
        &["bzr", "preview", "website.bzr"],
    );
    let said = br#"{"kind": "changed", "facts": {"old": {"id": "x", "revno": 3}, "new": {"id": "y", "revno": 4}}}"#;
    let shown = world.finish(command, said).good().out;
    assert!(
        shown.contains("Revisions pushed up to") || shown.contains("pushed revisions up to"),
        "{shown}"
    );
}
