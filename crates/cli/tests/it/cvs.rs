//! A real CVS repository whose lines `install` put in place.

use crate::world::{Run, World};

/// A world with a repository `cvsroot` and a working copy of its module `tools`, with files in several folders.
fn world() -> World {
    let world = World::bare();
    cvs(&world, ".", &["init"]).good();
    fs_err::create_dir(world.path("cvsroot/tools")).unwrap();
    cvs(&world, ".", &["checkout", "tools"]).good();
    for folder in ["tools/src", "tools/src/deep", "tools/it's a dir"] {
        fs_err::create_dir(world.path(folder)).unwrap();
        cvs(&world, ".", &["add", folder]).good();
    }
    for folder in ["", "src/", "src/deep/", "it's a dir/"] {
        let file = format!("tools/{folder}file");
        fs_err::write(world.path(&file), "1").unwrap();
        cvs(&world, ".", &["add", &file]).good();
    }
    cvs(&world, "tools", &["commit", "-m", "Begin"]).good();
    let install = ["cvs", "install", "cvsroot", "--zuliprc", "zuliprc"];
    let more = ["--channel", "commits", "--no-test"];
    world.zulipkit(&[install.as_slice(), &more].concat()).good();
    world
}

/// Runs `cvs` with nothing of the user's own settings.
fn cvs(world: &World, folder: &str, arguments: &[&str]) -> Run {
    let root = world.path("cvsroot");
    let habits = ["-f", "-Q", "-d", root.to_str().unwrap()];
    let mut command = world.command("cvs", &[&habits[..], arguments].concat());
    command
        .current_dir(world.path(folder))
        .env("LC_ALL", "C")
        .env("USER", "ada")
        .env("LOGNAME", "ada");
    world.finish(command, b"")
}

/// Changes the files of these folders and commits all of the module.
fn commit(world: &World, folders: &[&str], message: &[u8]) -> Run {
    for folder in folders {
        let file = world.path("tools").join(folder).join("file");
        let text = fs_err::read_to_string(&file).unwrap();
        fs_err::write(file, format!("{text}\n")).unwrap();
    }
    // CVS commits only what is younger than it.
    fs_err::write(world.path("message"), message).unwrap();
    cvs(world, "tools", &["commit", "-f", "-R", "-F", "../message"])
}

#[test]
fn all_folders_of_a_commit_are_one_message() {
    let world = world();
    let folders = ["", "src", "src/deep", "it's a dir"];
    let run = commit(
        &world,
        &folders,
        "naïve ☃ fix @**all**\n\nSecond".as_bytes(),
    )
    .good();
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    commit(&world, &folders, b"Next").good();
    let messages = world.messages(2);
    let message = &messages[0];
    assert_eq!(message.client, "ZulipCVS");
    assert_eq!(message.topic, "cvsroot/tools");
    assert_eq!(
        message
            .content
            .lines()
            .take(9)
            .collect::<Vec<_>>()
            .join("\n"),
        "**ada** committed to `tools`:\n\n> naïve ☃ fix @&#42;&#42;all&#42;&#42;\n>\n> Second\n\n\
         4 files changed: 4 modified\n\n* modified `tools/file` 1.1 → 1.2"
    );
    assert!(
        message
            .content
            .contains("* modified `tools/it's a dir/file`")
    );
    assert!(!message.html.contains("user-mention"), "{}", message.html);
    assert!(messages[1].content.contains("> Next"));
    let kept = walk(&world.path("state"));
    assert!(
        !kept.iter().any(|name| name.starts_with("commit-")),
        "{kept:?}"
    );
}

#[test]
fn a_commit_by_a_server_is_one_message_too() {
    let world = world();
    let rsh = world.path("rsh");
    fs_err::write(&rsh, "#!/bin/sh\nshift 2\nexec sh -c \"$*\"\n").unwrap();
    world
        .finish(world.command("chmod", &["+x", "rsh"]), b"")
        .good();
    let root = format!(":ext:localhost:{}", world.path("cvsroot").display());
    let client = |folder: &str, arguments: &[&str]| {
        let arguments = [&["-f", "-Q", "-d", root.as_str()], arguments].concat();
        let mut command = world.command("cvs", &arguments);
        command
            .current_dir(world.path(folder))
            .env("CVS_RSH", &rsh)
            .env("USER", "ada")
            .env("LOGNAME", "ada");
        world.finish(command, b"").good()
    };
    client(".", &["checkout", "-d", "far", "tools"]);
    client("far", &["commit", "-f", "-R", "-m", "From afar", "."]);
    let content = &world.messages(1)[0].content;
    assert!(
        content.contains("> From afar\n\n4 files changed"),
        "{content}"
    );
}

#[test]
fn broken_settings_fail_no_commit_and_lose_none() {
    let world = world();
    fs_err::rename(world.path("zuliprc"), world.path("away")).unwrap();
    let run = commit(&world, &["src"], b"First").good();
    assert!(run.err.contains("what happened is kept"), "{}", run.err);
    fs_err::rename(world.path("away"), world.path("zuliprc")).unwrap();
    let mut long = b"Second caf\xe9 ".to_vec();
    long.extend(vec![b'x'; 1 << 20]);
    commit(&world, &["src"], &long).good();
    let messages = world.messages(2);
    for (message, words) in messages.iter().zip(["> First", "> Second caf\u{fffd} xx"]) {
        assert!(message.content.contains(words), "{}", message.content);
        assert!(
            message.content.contains("4 files changed"),
            "{}",
            message.content
        );
    }
}

#[test]
fn preview_shows_the_newest_change() {
    let world = world();
    commit(&world, &["src"], b"Newest").good();
    let preview = world.zulipkit(&["cvs", "preview", "cvsroot"]).good();
    assert!(preview.out.contains("> Newest"), "{}", preview.out);
}

/// Returns the names of all files below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries.flat_map(|entry| {
        let entry = entry.unwrap();
        let mut names = walk(&entry.path());
        names.push(entry.file_name().into_string().unwrap());
        names
    });
    names.collect()
}
