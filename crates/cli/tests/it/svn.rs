//! A real Subversion repository whose hook `install` put in place.

use crate::world::{Run, World};

/// A script of the repository's owner that runs the installed hook in the poorest of environments.
fn hook(world: &World) -> String {
    let home = world.path("home");
    let link = world.path("website.svn/hooks/post-commit.d/post-commit");
    format!(
        "#!/bin/sh\nexec env -i HOME='{}' LC_ALL=C NO_PROXY='*' '{}' \"$@\"\n",
        home.display(),
        link.display()
    )
}

fn world() -> World {
    let world = World::bare();
    run(&world, "svnadmin", &["create", "website.svn"]).good();
    let script = world.path("website.svn/hooks/post-commit");
    fs_err::write(&script, hook(&world)).unwrap();
    run(&world, "chmod", &["+x", script.to_str().unwrap()]).good();
    let install = world.zulipkit(&[
        "svn",
        "install",
        "website.svn",
        "--zuliprc",
        "zuliprc",
        "--channel",
        "commits",
        "--no-test",
    ]);
    // A script is there, so the link goes beside it.
    assert!(
        install.out.contains("post-commit.d/post-commit"),
        "{}",
        install.out
    );
    world
}

fn run(world: &World, program: &str, arguments: &[&str]) -> Run {
    world.finish(world.command(program, arguments), b"")
}

/// Makes a folder in a revision of its own; returns what the one who commits sees.
fn commit(world: &World, folder: &str, message: &str) -> Run {
    let address = format!("file://{}/{folder}", world.path("website.svn").display());
    fs_err::write(world.path("message"), message).unwrap();
    let arguments = ["mkdir", "-q", "--non-interactive", "--username", "ada"];
    let text = ["--encoding", "UTF-8", "-F", "message", &address];
    run(world, "svn", &[&arguments[..], &text[..]].concat())
}

#[test]
fn a_commit_in_a_c_locale_is_told_as_it_was_written() {
    let world = world();
    let run = commit(&world, "trunk", "naïve ☃ fix\nsecond line @**all**").good();
    assert_eq!(run.err, "", "the one who commits sees nothing");
    let message = &world.messages(1)[0];
    assert_eq!(message.client, "ZulipSubversion");
    assert_eq!(message.topic, "website.svn/trunk");
    assert!(
        message.content.contains("> naïve ☃ fix\n> second line"),
        "{}",
        message.content
    );
    assert!(!message.html.contains("user-mention"), "{}", message.html);
}

#[test]
fn a_missing_account_fails_no_commit_and_loses_none() {
    let world = world();
    fs_err::rename(world.path("zuliprc"), world.path("away")).unwrap();
    let run = commit(&world, "trunk", "First").good();
    assert_eq!(
        run.err, "",
        "Subversion hides what a hook says that ends well"
    );
    fs_err::rename(world.path("away"), world.path("zuliprc")).unwrap();
    for message in ["Second", "Third"] {
        commit(&world, message, message).good();
    }
    let told = world.messages(3);
    for (message, words) in told.iter().zip(["First", "Second", "Third"]) {
        assert!(message.content.contains(words), "{}", message.content);
    }
}
