//! A real Fossil server whose hook `install` put in place.

use std::io::BufRead as _;
use std::process::{Child, Command, Stdio};

use crate::world::{Run, World};

/// A running server; it ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn fossil(world: &World, folder: &str, arguments: &[&str]) -> Run {
    let mut command = world.command("fossil", arguments);
    command.current_dir(world.path(folder)).env("USER", "ada");
    world.finish(command, b"")
}

/// A world with a repository that has our hook, and a check-out of a clone of it.
fn world() -> World {
    let world = World::bare();
    fs_err::create_dir(world.path("home")).unwrap();
    fossil(&world, ".", &["init", "web site.fossil"]).good();
    fossil(
        &world,
        ".",
        &["user", "password", "ada", "pw", "-R", "web site.fossil"],
    )
    .good();
    let install = [
        "fossil",
        "install",
        "web site.fossil",
        "--zuliprc",
        "zuliprc",
    ];
    let install = [&install[..], &["--channel", "commits", "--no-test"]].concat();
    world.zulipkit(&install).good();
    fossil(&world, ".", &["clone", "web site.fossil", "clone.fossil"]).good();
    fs_err::create_dir(world.path("clone")).unwrap();
    fossil(&world, "clone", &["open", "../clone.fossil"]).good();
    fossil(&world, "clone", &["settings", "autosync", "off"]).good();
    world
}

fn serve(world: &World) -> Server {
    let arguments = ["server", "--nojail", "--localhost", "web site.fossil"];
    let mut command: Command = world.command("fossil", &arguments);
    command
        .env("USER", "ada")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    // It says on which port it listens.
    let said = std::io::BufReader::new(process.stdout.take().unwrap());
    let line = said.lines().next().unwrap().unwrap();
    let port = line.rsplit(' ').next().unwrap();
    let address = format!("http://ada:pw@127.0.0.1:{port}/");
    Server { process, address }
}

fn commit(world: &World, name: &str, comment: &str) {
    fs_err::write(world.path("clone").join(name), comment).unwrap();
    fossil(world, "clone", &["add", name]).good();
    fossil(world, "clone", &["commit", "--no-warnings", "-m", comment]).good();
}

#[test]
fn a_push_to_a_server_is_told() {
    let world = world();
    let server = serve(&world);
    commit(&world, "a", "naïve ☃ fix @**all**");
    fossil(&world, "clone", &["push", &server.address, "--once"]).good();
    let message = &world.messages(1)[0];
    assert_eq!(message.client, "ZulipFossil");
    assert_eq!(message.topic, "web site/trunk");
    assert!(
        message
            .content
            .starts_with("**ada** pushed 1 check-in to `trunk`:"),
        "{}",
        message.content
    );
    assert!(
        message.content.contains("naïve ☃ fix"),
        "{}",
        message.content
    );
    assert!(!message.html.contains("user-mention"), "{}", message.html);
}

#[test]
fn what_could_not_be_accepted_is_told_with_the_next() {
    let world = world();
    let repository = world.path("web site.fossil");
    let repository = repository.to_str().unwrap();
    let receive = |name: &str| {
        commit(&world, name, name);
        fossil(&world, "clone", &["push", repository, "--once"]).good();
        let forget = "DELETE FROM config WHERE name = 'backoffice';";
        fossil(&world, ".", &["sql", "-R", repository, forget]).good();
        fossil(&world, ".", &["backoffice", repository]).good()
    };
    fs_err::rename(world.path("zuliprc"), world.path("away")).unwrap();
    let run = receive("First");
    assert!(
        run.err.contains("kept, and told with the next call"),
        "{run:?}"
    );
    fs_err::rename(world.path("away"), world.path("zuliprc")).unwrap();
    assert_eq!(receive("Second").err, "");
    let told = world.messages(2);
    assert!(told[0].content.contains("First"), "{}", told[0].content);
    assert!(told[1].content.contains("Second"), "{}", told[1].content);
}

#[test]
fn what_another_repository_in_the_folder_kept_is_told_as_its_own() {
    let world = world();
    let hook = |repository: &str, hash: &str| {
        let program = env!("CARGO_BIN_EXE_zulipkit");
        let command = world.command(program, &["fossil", "after-receive", repository]);
        let line = format!("{hash} check-in to trunk by ada on 2026-03-01 12:00\n");
        world.finish(command, line.as_bytes()).good()
    };
    let newest = |repository: &str| {
        let query =
            "SELECT uuid FROM event JOIN blob ON rid = objid ORDER BY event.mtime DESC LIMIT 1;";
        let run = fossil(&world, ".", &["sql", "-R", repository, ".mode list", query]);
        run.good().out.trim().to_owned()
    };
    commit(&world, "a", "First");
    fs_err::rename(world.path("zuliprc"), world.path("away")).unwrap();
    hook("clone.fossil", &newest("clone.fossil"));
    fs_err::rename(world.path("away"), world.path("zuliprc")).unwrap();
    assert_eq!(hook("web site.fossil", &newest("web site.fossil")).err, "");
    let topics: Vec<String> = world.messages(2).into_iter().map(|one| one.topic).collect();
    assert!(topics.contains(&"clone/trunk".to_owned()), "{topics:?}");
    assert!(topics.contains(&"web site/trunk".to_owned()), "{topics:?}");
}

#[test]
fn preview_shows_the_newest_or_what_is_named() {
    let world = world();
    commit(&world, "a", "First");
    let clone = world.path("clone.fossil");
    let clone = clone.to_str().unwrap();
    let run = |input: &str| {
        let arguments = ["fossil", "preview", clone];
        let command = world.command(env!("CARGO_BIN_EXE_zulipkit"), &arguments);
        world.finish(command, input.as_bytes())
    };
    let newest = run("").good().out;
    assert!(newest.contains("First"), "{newest}");
    assert!(newest.contains("initial empty check-in"), "{newest}");
    let id = newest.split("* `").last().unwrap();
    let one = run(&id[..10]).good().out;
    assert!(!one.contains("initial empty check-in"), "{one}");
    let unknown = run("00000000").ends_with(1);
    assert!(
        unknown.err.contains("cannot find the artifact `00000000`"),
        "{unknown:?}"
    );
}
