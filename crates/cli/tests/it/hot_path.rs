use std::process::Command;

use crate::world::World;

/// Runs a command under strace and returns its lines; each starts with the number of the process.
fn trace(world: &World, command: Command, input: &[u8]) -> Vec<String> {
    let trace = world.path("trace");
    let program = command.get_program().to_owned();
    let mut strace = world.command("strace", &["-f", "-qq"]);
    strace
        .args(["-e", "trace=process,network,fsync,fdatasync,openat", "-o"])
        .arg(&trace)
        .arg(program)
        .args(command.get_args())
        .current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        strace.env(name, value.unwrap());
    }
    world.finish(strace, input).good();
    fs_err::read_to_string(trace)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Runs the hook of Git under strace.
fn traced(world: &World) -> Vec<String> {
    let mut command = world.command("hooks/post-receive", &[]);
    command
        .current_dir(world.path("website.git"))
        .env("GIT_DIR", ".");
    trace(world, command, world.last_commit().as_bytes())
}

/// Asserts that a hook starts no thread, opens no connection, and asks its product once.
fn assert_bare(lines: &[String], product: &str) {
    let hook = hook_of(lines);
    let of_hook: Vec<&String> = lines
        .iter()
        .filter(|line| line.starts_with(&format!("{hook} ")))
        .collect();
    let with = |words: &str| of_hook.iter().filter(|line| line.contains(words)).count();
    assert_eq!(with("CLONE_THREAD"), 0, "the hook starts no thread");
    assert_eq!(
        with("AF_INET"),
        0,
        "the hook opens no connection: {of_hook:#?}"
    );
    let started: Vec<&str> = lines
        .iter()
        // A search along PATH fails for each folder but one; strace may break a call that succeeds into two lines.
        .filter(|line| line.contains("execve(\"") && !line.contains("= -1"))
        .filter_map(|line| line.split('"').nth(1)?.rsplit('/').next())
        .collect();
    let asked = started.iter().filter(|name| **name == product).count();
    assert_eq!(asked, 1, "one call of {product}: {started:?}");
    assert!(
        started.len() <= 3,
        "the hook, {product}, and at most one deliverer: {started:?}"
    );
}

/// Returns the process that strace started: the hook itself.
fn hook_of(lines: &[String]) -> &str {
    lines[0].split_whitespace().next().unwrap()
}

#[test]
fn an_ordinary_push_asks_git_once_and_opens_no_connection() {
    let world = World::new();
    world.push("One").good();
    world.push("Two").good();
    world.messages(2);
    assert_bare(&traced(&world), "git");
}

#[test]
fn an_ordinary_commit_asks_subversion_once_and_opens_no_connection() {
    let world = World::bare();
    let make = |program: &str, arguments: &[&str]| {
        world.finish(world.command(program, arguments), b"").good();
    };
    make("svnadmin", &["create", "website.svn"]);
    let folder = format!("file://{}/trunk", world.path("website.svn").display());
    make("svn", &["mkdir", "-q", "-m", "One", &folder]);
    let install = [
        "svn",
        "install",
        "website.svn",
        "--zuliprc",
        "zuliprc",
        "--no-test",
    ];
    world.zulipkit(&install).good();
    let mut command = world.command(
        "website.svn/hooks/post-commit",
        &["website.svn", "1", "0-1"],
    );
    command.current_dir(world.path(""));
    assert_bare(&trace(&world, command, b""), "svn");
    world.messages(1);
}

#[test]
fn an_ordinary_push_asks_mercurial_once_and_opens_no_connection() {
    let world = World::bare();
    let make = |folder: &str, arguments: &[&str]| {
        let mut command = world.command("hg", arguments);
        command.current_dir(world.path(folder)).env("HGRCPATH", "");
        world.finish(command, b"").good().out
    };
    make(".", &["init", "website.hg"]);
    fs_err::write(world.path("website.hg/a"), "words").unwrap();
    make(
        "website.hg",
        &["commit", "-q", "-A", "-u", "Ada", "-m", "One"],
    );
    let id = make("website.hg", &["log", "-T", "{node}"]);
    let install = [
        "hg",
        "install",
        "website.hg",
        "--zuliprc",
        "zuliprc",
        "--no-test",
    ];
    world.zulipkit(&install).good();
    let program = env!("CARGO_BIN_EXE_zulipkit");
    let mut command = world.command(program, &["hg", "changegroup"]);
    command
        .current_dir(world.path("website.hg"))
        .env("HGRCPATH", "")
        .env("HG_NODE", id.trim())
        .env("HG_NODE_LAST", id.trim());
    assert_bare(&trace(&world, command, b""), "hg");
    world.messages(1);
}

#[test]
fn the_row_is_on_the_disk_before_the_hook_ends() {
    let world = World::new();
    world.push("One").good();
    world.push("Two").good();
    world.messages(2);
    let lines = traced(&world);
    let hook = hook_of(&lines);
    let position = |what: &dyn Fn(&str) -> bool| {
        lines
            .iter()
            .position(|line| line.starts_with(&format!("{hook} ")) && what(line))
    };
    let opened = position(&|line| line.contains("outbox.sqlite3-wal")).expect("the log is opened");
    let descriptor = lines[opened].rsplit("= ").next().unwrap().to_owned();
    let synced = position(&|line| {
        line.contains(&format!("sync({descriptor})"))
            || line.contains(&format!("sync({descriptor} "))
    });
    let ended = position(&|line| line.contains("exit_group(")).expect("the hook ends");
    let synced = synced.expect("the log is synced");
    assert!(
        opened < synced && synced < ended,
        "{opened} {synced} {ended}"
    );
}
