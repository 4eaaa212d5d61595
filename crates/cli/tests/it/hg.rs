//! A real Mercurial repository whose hooks `install` put in place.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::world::{Run, World};

/// A world with a repository `website.hg` and a clone of it.
fn world() -> World {
    let world = World::bare();
    hg(&world, ".", &["init", "website.hg"]).good();
    hg(&world, ".", &["clone", "-q", "website.hg", "clone"]).good();
    let install = [
        "hg",
        "install",
        "website.hg",
        "--zuliprc",
        "zuliprc",
        "--channel",
        "commits",
        "--no-test",
    ];
    world.zulipkit(&install).good();
    world
}

/// Runs `hg` with nothing of the user's own settings.
fn hg(world: &World, folder: &str, arguments: &[&str]) -> Run {
    world.finish(command(world, folder, arguments), b"")
}

fn command(world: &World, folder: &str, arguments: &[&str]) -> std::process::Command {
    let mut command = world.command("hg", arguments);
    command
        .current_dir(world.path(folder))
        .env("HGRCPATH", "")
        .env("HGUSER", "Ada Lovelace <ada@example.com>")
        .env("HGENCODING", "UTF-8")
        .env("USER", "ada");
    command
}

fn commit(world: &World, message: &str) {
    fs_err::write(world.path("clone/file"), message).unwrap();
    hg(world, "clone", &["commit", "-q", "-A", "-m", message]).good();
}

/// Commits and pushes; returns what the one who pushes sees.
fn push(world: &World, message: &str, options: &[&str]) -> Run {
    commit(world, message);
    hg(world, "clone", &[&["push", "-q"], options].concat())
}

#[test]
fn a_push_is_told_and_the_one_who_pushes_sees_nothing() {
    let world = world();
    let run = push(&world, "naïve ☃ fix @**all**\n\nSecond line", &[]).good();
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    let message = &world.messages(1)[0];
    assert_eq!(message.client, "ZulipMercurial");
    assert_eq!(message.topic, "website.hg/default");
    assert!(
        message.content.starts_with("**ada** pushed 1 changeset"),
        "{}",
        message.content
    );
    assert!(
        message.content.contains("naïve ☃ fix @"),
        "{}",
        message.content
    );
    assert!(!message.html.contains("user-mention"), "{}", message.html);
}

#[test]
fn a_bookmark_that_moves_alone_is_told() {
    let world = world();
    push(&world, "One", &[]).good();
    world.messages(1);
    hg(&world, "clone", &["bookmark", "-r", ".", "next"]).good();
    hg(&world, "clone", &["push", "-q", "-B", "next"]).ends_with(1);
    let messages = world.messages(2);
    assert_eq!(messages[1].topic, "website.hg/next");
    assert!(
        messages[1].content.contains("created bookmark `next`"),
        "{}",
        messages[1].content
    );
}

/// The server of a push by SSH runs as whoever logs in, in the environment of that login.
#[test]
fn a_push_by_ssh_is_told() {
    let world = world();
    let shell = world.path("ssh");
    // What SSH does in the end: the last argument is a command for a shell on the other machine.
    fs_err::write(&shell, "#!/bin/sh\nshift\ncd /\nexec env -i HOME=\"$HOME\" USER=ada PATH=\"$PATH\" NO_PROXY='*' HGRCPATH= LC_ALL=C sh -c \"$*\"\n").unwrap();
    world
        .finish(world.command("chmod", &["+x", "ssh"]), b"")
        .good();
    let ssh = format!("ui.ssh={}", shell.display());
    let address = format!("ssh://host/{}", world.path("website.hg").display());
    let run = push(&world, "naïve ☃ over SSH", &["--config", &ssh, &address]).good();
    assert_eq!(run.err, "");
    assert!(world.messages(1)[0].content.contains("naïve ☃ over SSH"));
}

#[test]
fn a_push_by_http_is_told_by_the_name_that_the_server_knows() {
    let world = world();
    let server = Server::start(&world);
    push(&world, "Over HTTP", &[&server.address]).good();
    let message = &world.messages(1)[0];
    assert!(message.content.contains("Over HTTP"), "{}", message.content);
    assert!(
        message
            .content
            .starts_with("1 changeset by Ada Lovelace pushed to `default`"),
        "nobody has logged in: {}",
        message.content
    );
}

#[test]
fn a_missing_account_fails_no_push_and_loses_none() {
    let world = world();
    fs_err::rename(world.path("zuliprc"), world.path("away")).unwrap();
    let run = push(&world, "First", &[]).good();
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert!(run.err.contains("zuliprc"), "{}", run.err);
    fs_err::rename(world.path("away"), world.path("zuliprc")).unwrap();
    push(&world, "Second", &[]).good();
    let told = world.messages(2);
    for (message, words) in told.iter().zip(["First", "Second"]) {
        assert!(message.content.contains(words), "{}", message.content);
    }
}

#[test]
fn not_even_a_missing_program_fails_a_push() {
    let world = world();
    let hgrc = world.path("website.hg/.hg/hgrc");
    let text = fs_err::read_to_string(&hgrc).unwrap();
    let program = env!("CARGO_BIN_EXE_zulipkit");
    fs_err::write(&hgrc, text.replace(program, "/no/such/zulipkit")).unwrap();
    let run = push(&world, "First", &[]).good();
    assert!(
        run.err
            .contains("warning: changegroup.zulipkit hook exited with status 127"),
        "{}",
        run.err
    );
    let doctor = world.zulipkit(&["hg", "doctor", "website.hg"]);
    assert!(
        doctor.out.contains("there is no `/no/such/zulipkit`"),
        "{}",
        doctor.out
    );
}

/// A call that makes no sense gets one clear line, and fails nothing.
#[test]
fn a_call_with_an_empty_environment_says_one_line() {
    let world = world();
    let call = |folder: &str| {
        let program = env!("CARGO_BIN_EXE_zulipkit");
        let mut command = world.command("env", &["-i", program, "hg", "changegroup"]);
        command.current_dir(world.path(folder));
        world.finish(command, b"").one_complaint()
    };
    let line = call(".");
    assert!(
        line.contains("this is not a Mercurial repository"),
        "{line}"
    );
    let line = call("website.hg");
    assert!(
        line.contains("the variable `HG_NODE` holds no id"),
        "{line}"
    );
}

/// The settings of the old hook need no other file, and the key stays in the hgrc.
#[test]
fn the_settings_of_the_old_hook_are_enough() {
    let world = world();
    fs_err::remove_file(world.path("website.hg/.hg/zulip_hg.toml")).unwrap();
    let zuliprc = fs_err::read_to_string(world.path("zuliprc")).unwrap();
    let section = zuliprc
        .replace("[api]", "[zulip]")
        .replace("key=", "api_key = ");
    let hgrc = world.path("website.hg/.hg/hgrc");
    let hooks = "# What we have had for years.";
    fs_err::write(
        &hgrc,
        format!("{hooks}\n{section}\nstream = commits\nignore_branches = wip\n"),
    )
    .unwrap();
    world
        .finish(
            world.command("chmod", &["600", hgrc.to_str().unwrap()]),
            b"",
        )
        .good();
    let install = ["hg", "install", "website.hg", "--no-test"];
    let installed = world.zulipkit(&install).good().out;
    assert!(
        installed.contains("kept `…/website.hg/.hg/hgrc`, it is left as it is\nchanged"),
        "{installed}"
    );
    push(&world, "As ever", &[]).good();
    let message = &world.messages(1)[0];
    assert_eq!(message.topic, "default");
    assert!(
        message
            .content
            .starts_with("**ada** pushed 1 commit to **default**"),
        "{}",
        message.content
    );
    hg(&world, "clone", &["branch", "-q", "WIP"]).good();
    push(&world, "Not yet", &["--new-branch"]).good();
    let rows = world.outbox_until(|_| true);
    assert_eq!(rows.len(), 1, "{rows:#?}");
    let outbox = fs_err::read(world.path("home/.local/state/zulipkit/outbox.sqlite3")).unwrap();
    let key = section
        .lines()
        .find_map(|line| line.strip_prefix("api_key = "))
        .unwrap();
    assert!(
        !outbox
            .windows(key.len())
            .any(|bytes| bytes == key.as_bytes())
    );
}

#[test]
fn preview_shows_older_changesets() {
    let world = world();
    push(&world, "One", &[]).good();
    push(&world, "Two", &[]).good();
    let preview = |set: &str| {
        let command = world.command(
            env!("CARGO_BIN_EXE_zulipkit"),
            &["hg", "preview", "website.hg"],
        );
        world.finish(command, set.as_bytes())
    };
    let first = preview("0").good().out;
    assert!(first.contains("One") && !first.contains("Two"), "{first}");
    let both = preview("").good().out;
    assert!(both.contains("2 changesets"), "{both}");
    let none = preview("branch(\"nowhere\")").ends_with(1).err;
    assert!(none.contains("cannot make up a push to preview"), "{none}");
}

/// `hg serve`, ended with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(world: &World) -> Self {
        let port = world.path("port");
        let mut serve = command(
            world,
            "website.hg",
            &[
                "serve",
                "--address",
                "127.0.0.1",
                "--port",
                "0",
                "--print-url",
            ],
        );
        serve
            .args([
                "--config",
                "web.push_ssl=false",
                "--config",
                "web.allow_push=*",
            ])
            .stdin(Stdio::null())
            .stdout(fs_err::File::create(&port).unwrap().into_parts().0);
        let mut server = Self {
            process: serve.spawn().unwrap(),
            address: String::new(),
        };
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let printed = fs_err::read_to_string(&port).unwrap();
            let mut lines = printed.lines().filter(|_| printed.ends_with('\n'));
            if let Some(address) = lines.find(|line| line.starts_with("http")) {
                address.clone_into(&mut server.address);
                return server;
            }
            assert!(Instant::now() < end, "{printed}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
