//! A real Trac whose plugin `install` put in place: by its Python API, and by `tracd` as a browser sees it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zulipkit_sim::Message;

use crate::world::{Run, World};

const LIMIT: Duration = Duration::from_secs(60);

/// The folder with the Python packages that `scripts/setup-clients` installs.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_zulipkit")).ancestors().nth(2);
    let folder = target.unwrap().join("clients/python/bin");
    assert!(folder.join("tracd").exists(), "run scripts/setup-clients");
    folder
}

/// Making an environment takes a second or two, so it is made once and copied.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    let folder = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new(python().join("trac-admin"))
            .args(["env", "initenv", "Ünï Project", "sqlite:db/trac.db"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        folder
    });
    folder.path()
}

/// A Trac with the plugin, that writes to `commits`.
struct Trac {
    world: World,
    server: Option<(Child, String)>,
}

impl Trac {
    fn new() -> Self {
        let trac = Self {
            world: World::bare(),
            server: None,
        };
        let from = template().join("env").display().to_string();
        trac.run("cp", &["-r", &from, "env"]).good();
        let install = ["trac", "install", "env", "--zuliprc", "zuliprc"];
        let options = ["--channel", "commits", "--no-test"];
        trac.world
            .zulipkit(&[&install[..], &options[..]].concat())
            .good();
        trac.admin(&[
            "config",
            "set",
            "trac",
            "base_url",
            "https://trac.example.com/p",
        ]);
        trac
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Run {
        let world = &self.world;
        world.finish(world.command(program, arguments), b"")
    }

    fn admin(&self, arguments: &[&str]) -> Run {
        let program = python().join("trac-admin").display().to_string();
        self.run(&program, &[&["env"], arguments].concat()).good()
    }

    /// Runs a scenario of `api.py`.
    fn api(&self, scenario: &str) -> Run {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/trac/api.py");
        let program = python().join("python").display().to_string();
        self.run(&program, &[script, "env", scenario])
    }

    /// Starts `tracd`.
    fn serve(mut self) -> Self {
        self.admin(&[
            "permission",
            "add",
            "anonymous",
            "TICKET_ADMIN",
            "TICKET_BATCH_MODIFY",
        ]);
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let program = python().join("tracd").display().to_string();
        let port_option = format!("-p{port}");
        let mut command = self
            .world
            .command(&program, &["-s", "-b127.0.0.1", &port_option, "env"]);
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.server = Some((child, format!("http://127.0.0.1:{port}")));
        let end = Instant::now() + LIMIT;
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "tracd does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        self
    }

    /// Runs a scenario of `browser.py`.
    fn browser(&self, arguments: &[&str]) -> Run {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/trac/browser.py");
        let program = python().join("python").display().to_string();
        let (_, url) = self.server.as_ref().unwrap();
        self.run(&program, &[&[script, url], arguments].concat())
            .good()
    }

    fn log(&self) -> String {
        fs_err::read_to_string(self.world.path("env/log/trac.log")).unwrap()
    }

    /// Waits until Trac's log has a line of the plugin's, and returns all of them.
    fn complaints(&self) -> Vec<String> {
        let end = Instant::now() + LIMIT;
        loop {
            let log = self.log();
            let lines = log
                .lines()
                .filter_map(|line| Some(line.split_once("zulipkit: ")?.1));
            let lines: Vec<String> = lines.map(str::to_owned).collect();
            if !lines.is_empty() || Instant::now() > end {
                return lines;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn set(&self, option: &str, value: &str) {
        self.admin(&["config", "set", "zulip", option, value]);
    }
}

impl Drop for Trac {
    fn drop(&mut self) {
        if let Some((server, _)) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// The messages one after the other, each behind its topic.
fn shown(messages: &[Message]) -> String {
    let shown = messages
        .iter()
        .map(|message| format!("[{}]\n{}\n", message.topic, message.content));
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn all_that_happens_to_a_ticket_is_told_in_its_topic() {
    let trac = Trac::new();
    trac.api("tickets").good();
    let messages = trac.world.messages(9);
    insta::assert_snapshot!(shown(&messages), @"");
    assert_eq!(messages[0].client, "ZulipTrac");
    for message in &messages {
        assert!(!message.html.contains("user-mention"), "{}", message.html);
    }
}

#[test]
fn pages_and_milestones_are_told() {
    let trac = Trac::new();
    trac.api("wiki").good();
    insta::assert_snapshot!(shown(&trac.world.messages(7)), @"");
    trac.api("milestones").good();
    insta::assert_snapshot!(shown(&trac.world.messages(11)[7..]), @"");
}

#[test]
fn changesets_of_a_linked_repository_are_told() {
    let trac = Trac::new();
    trac.world.commit("Fix '''it''' @**all**");
    trac.admin(&[
        "config",
        "set",
        "components",
        "tracopt.versioncontrol.git.*",
        "enabled",
    ]);
    let git = trac.world.path("website/.git").display().to_string();
    trac.admin(&["repository", "add", "website", &git, "git"]);
    let revision = trac.world.git(&["rev-parse", "HEAD"]).good().out;
    trac.admin(&["changeset", "added", "website", revision.trim()]);
    let message = &trac.world.messages(1)[0];
    let content = message.content.replace(revision.trim(), "REVISION");
    insta::assert_snapshot!(content, @"");
}

#[test]
fn a_ticket_saved_in_the_browser_is_told() {
    let trac = Trac::new().serve();
    trac.browser(&["create", "Ünï", "A '''bold''' word"]);
    trac.browser(&["comment", "1", "naïve ☃"]);
    let messages = trac.world.messages(2);
    insta::assert_snapshot!(shown(&messages), @"");
}

#[test]
fn a_thousand_tickets_changed_at_once_are_one_message() {
    let trac = Trac::new().serve();
    // Made without the plugin, since this is not about them.
    trac.admin(&["config", "set", "components", "zulipkit_trac.*", "disabled"]);
    trac.api("thousand").good();
    trac.admin(&["config", "set", "components", "zulipkit_trac.*", "enabled"]);
    trac.browser(&["batch", "1", "1000"]);
    let messages = trac.world.messages(1);
    insta::assert_snapshot!(shown(&messages), @"");
}

#[test]
fn a_script_that_changes_tickets_one_by_one_makes_few_messages() {
    let trac = Trac::new();
    trac.api("loop").good();
    let done = |messages: &[Message]| {
        let words = |message: &Message| message.content.contains("Moved");
        let counts = messages
            .iter()
            .filter(|message| words(message))
            .map(|message| {
                let count = message.content.split_once(" tickets]");
                count.map_or(1, |(before, _)| {
                    before
                        .rsplit(['[', ' '])
                        .next()
                        .unwrap()
                        .parse::<usize>()
                        .unwrap()
                })
            });
        (counts.clone().sum::<usize>(), counts.count())
    };
    let end = Instant::now() + LIMIT;
    loop {
        let messages = trac.world.zulip.messages();
        let (tickets, told) = done(&messages);
        if tickets == 40 {
            assert!(told < 10, "{told}");
            break;
        }
        assert!(Instant::now() < end, "{tickets} of 40");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_other_programs_leave_behind_is_told_too() {
    let trac = Trac::new();
    trac.api("odd").good();
    let messages = trac.world.messages(3);
    assert_eq!(messages[0].topic, "#1: (no summary)");
    insta::assert_snapshot!(shown(&messages[..2]), @"");
    trac.api("large").good();
    let messages = trac.world.messages(4);
    assert!(messages[3].content.chars().count() <= 10_000);
    assert!(!trac.log().contains("zulipkit: "), "{}", trac.log());
}

#[test]
fn a_missing_program_is_one_line_in_the_log_and_what_happened_is_told_later() {
    let trac = Trac::new().serve();
    let program = env!("CARGO_BIN_EXE_zulipkit");
    std::os::unix::fs::symlink(program, trac.world.path("zk")).unwrap();
    trac.set("program", "../away");
    trac.browser(&["create", "One"]);
    trac.browser(&["create", "Two"]);
    let complaints = trac.complaints();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(
        complaints[0].contains("away`: No such file or directory"),
        "{complaints:?}"
    );
    std::fs::rename(trac.world.path("zk"), trac.world.path("away")).unwrap();
    trac.browser(&["create", "Three"]);
    let topics = trac.world.messages(3);
    let topics: Vec<&str> = topics
        .iter()
        .map(|message| message.topic.as_str())
        .collect();
    assert_eq!(topics, ["#1: One", "#2: Two", "#3: Three"]);
}

#[test]
fn an_old_or_killed_program_is_named_in_the_log() {
    let trac = Trac::new();
    let script = |text: &str| {
        let path = trac.world.path("program");
        fs_err::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        trac.run("chmod", &["+x", "program"]).good();
    };
    trac.set("program", "../program");
    script("echo 'error: unrecognized subcommand' >&2; exit 2");
    trac.api("odd").good();
    let complaints = trac.complaints();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(
        complaints[0].contains("is older than this plugin, update it"),
        "{complaints:?}"
    );
    script("kill -9 $$");
    trac.api("odd").good();
    let complaints = trac.complaints();
    assert!(
        complaints[1].contains("was killed by the signal 9"),
        "{complaints:?}"
    );
}

#[test]
fn broken_settings_fail_no_ticket_and_lose_none() {
    let trac = Trac::new();
    let settings = trac.world.path("env/conf/zulip_trac.toml");
    let good = fs_err::read_to_string(&settings).unwrap();
    fs_err::write(&settings, good.replace("channel", "chanel")).unwrap();
    trac.api("odd").good();
    let complaints = trac.complaints();
    assert!(
        complaints[0].contains("did you mean `channel`?"),
        "{complaints:?}"
    );
    fs_err::write(&settings, good).unwrap();
    trac.api("odd").good();
    trac.world.messages(6);
}

#[test]
fn settings_may_stand_in_trac_ini() {
    let trac = Trac::new();
    fs_err::remove_file(trac.world.path("env/conf/zulip_trac.toml")).unwrap();
    let zuliprc = trac.world.path("zuliprc").display().to_string();
    trac.set("zuliprc", &zuliprc);
    trac.set("channel", "commits");
    trac.set("topic", "all of it");
    trac.api("odd").good();
    assert_eq!(trac.world.messages(3)[0].topic, "all of it");
    let config = trac.world.zulipkit(&["trac", "config", "env"]).good();
    assert!(
        config.out.contains("route.channel = \"commits\"") || config.out.contains("commits"),
        "{}",
        config.out
    );
}
