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

/// A world whose hooks Subversion calls itself, in an environment with nothing but the home of its server.
fn served() -> World {
    let world = World::bare();
    run(&world, "svnadmin", &["create", "website.svn"]).good();
    fs_err::create_dir(world.path("server")).unwrap();
    let home = world.path("server");
    let environment = format!("[default]\nHOME = {}\nNO_PROXY = *\n", home.display());
    fs_err::write(world.path("website.svn/conf/hooks-env"), environment).unwrap();
    let further = "post-lock,post-unlock,post-revprop-change";
    let install = [
        "svn",
        "install",
        "website.svn",
        "--zuliprc",
        "zuliprc",
        "--channel",
        "commits",
    ];
    world
        .zulipkit(&[&install[..], &["--hooks", further, "--no-test"]].concat())
        .good();
    world
}

fn address(world: &World, path: &str) -> String {
    format!("file://{}/{path}", world.path("website.svn").display())
}

/// Runs a client of Subversion as `ada`.
fn client(world: &World, program: &str, arguments: &[&str]) -> Run {
    let habits = [
        "--non-interactive",
        "--config-dir",
        "config",
        "--username",
        "ada",
    ];
    run(world, program, &[arguments, &habits[..]].concat()).good()
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
    // Order is kept within a topic, which is here the branch's.
    for message in ["Second", "Third"] {
        commit(&world, &format!("trunk/{message}"), message).good();
    }
    let told = world.messages(3);
    for (message, words) in told.iter().zip(["First", "Second", "Third"]) {
        assert!(message.content.contains(words), "{}", message.content);
    }
}

#[test]
fn further_hooks_tell_of_locks_and_changed_properties() {
    let world = served();
    let (file, root) = (address(&world, "a file"), address(&world, ""));
    fs_err::write(world.path("text"), "words").unwrap();
    client(
        &world,
        "svnmucc",
        &["-m", "Add a file", "put", "text", &file],
    );
    client(&world, "svn", &["lock", "-q", &file]);
    client(&world, "svn", &["unlock", "-q", &file]);
    let allow = world.path("website.svn/hooks/pre-revprop-change");
    std::os::unix::fs::symlink("/bin/true", allow).unwrap();
    let change = [
        "propset",
        "-q",
        "--revprop",
        "-r",
        "1",
        "svn:log",
        "Add the file",
    ];
    client(&world, "svn", &[&change[..], &[root.as_str()]].concat());
    let contents: Vec<String> = world
        .messages(4)
        .into_iter()
        .map(|one| one.content)
        .collect();
    let (commit, others) = contents.split_first().unwrap();
    assert!(commit.contains("**ada** committed"), "{commit}");
    // Their topics differ, so that they may come in any order.
    let told = |words: &str| others.iter().any(|content| content.contains(words));
    assert!(told("**ada** locked 1 path:\n\n* `a file`"), "{others:?}");
    assert!(told("**ada** unlocked 1 path:\n\n* `a file`"), "{others:?}");
    assert!(
        told("**ada** changed the property `svn:log` of r1"),
        "{others:?}"
    );
    assert!(
        !world.path("server/.subversion").exists(),
        "a hook leaves no settings of Subversion in the server's home"
    );
}

#[test]
fn many_hooks_at_once_tell_each_commit_once() {
    const WRITERS: usize = 6;
    const COMMITS: usize = 4;
    let world = served();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let root = address(&world, "");
            let folder = world.path("");
            scope.spawn(move || {
                for number in 0..COMMITS {
                    let name = format!("w{writer}n{number}");
                    let made = std::process::Command::new("svn")
                        .args(["mkdir", "-q", "--non-interactive", "--config-dir", "config"])
                        .args(["-m", &format!("Make {name}."), &format!("{root}{name}")])
                        .current_dir(&folder)
                        .output()
                        .unwrap();
                    assert!(made.status.success(), "{made:?}");
                    assert!(made.stderr.is_empty(), "{made:?}");
                }
            });
        }
    });
    let messages = world.messages(WRITERS * COMMITS);
    for writer in 0..WRITERS {
        for number in 0..COMMITS {
            let words = format!("> Make w{writer}n{number}.");
            let told = messages.iter().filter(|one| one.content.contains(&words));
            assert_eq!(told.count(), 1, "{words}");
        }
    }
}

#[test]
fn preview_shows_older_revisions() {
    let world = served();
    for message in ["First", "Second"] {
        commit(&world, message, message).good();
    }
    let preview = |input: &str| {
        let program = env!("CARGO_BIN_EXE_zulipkit");
        let command = world.command(program, &["svn", "preview", "website.svn/"]);
        world.finish(command, input.as_bytes()).good().out
    };
    assert!(preview("").contains("> Second"));
    assert!(preview("1\n").contains("> First"));
}

/// A call that makes no sense gets one clear line, and fails nothing.
#[test]
fn calls_that_make_no_sense_say_one_line() {
    let world = served();
    commit(&world, "trunk", "First").good();
    world.messages(1);
    let call = |arguments: &[&str]| {
        let program = env!("CARGO_BIN_EXE_zulipkit");
        let home = format!("HOME={}", world.path("home").display());
        let command = ["-i", &home, program, "svn", "post-commit"];
        let command = world.command("env", &[&command[..], arguments].concat());
        world.finish(command, b"").one_complaint()
    };
    let line = call(&["nowhere", "1"]);
    assert!(
        line.contains("this is not a Subversion repository"),
        "{line}"
    );
    let line = call(&["website.svn//", "7"]);
    assert!(line.contains("No such revision 7"), "{line}");
    let line = call(&["website.svn", "HEAD"]);
    assert!(line.contains("`HEAD` is no revision's number"), "{line}");
    let rows = world.zulipkit(&["outbox", "list", "--all"]).good();
    assert_eq!(rows.out.matches("delivered").count(), 0, "{}", rows.out);
}
