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

    /// Starts a server for browsers.
    fn serve(mut self) -> Self {
        let rights = ["TICKET_ADMIN", "TICKET_BATCH_MODIFY"];
        self.admin(&[&["permission", "add", "anonymous"], &rights[..]].concat());
        self.start_tracd();
        let end = Instant::now() + LIMIT;
        // It listens when it says so. Whatever else answers at the port may be somebody else.
        while !fs_err::read_to_string(self.world.path("tracd"))
            .unwrap()
            .contains("Serving on")
        {
            assert!(Instant::now() < end, "tracd does not serve");
            let (server, _) = self.server.as_mut().unwrap();
            if server.try_wait().unwrap().is_some() {
                self.start_tracd();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self
    }

    /// Starts `tracd` on a port that is free, and may be taken a moment later: it cannot choose one by itself.
    fn start_tracd(&mut self) {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let output = fs_err::File::create(self.world.path("tracd")).unwrap();
        let program = python().join("tracd").display().to_string();
        let port_option = format!("-p{port}");
        let mut command = self
            .world
            .command(&program, &["-s", "-b127.0.0.1", &port_option, "env"]);
        let child = command
            .env("PYTHONUNBUFFERED", "1")
            .stdout(output.into_parts().0)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.server = Some((child, format!("http://127.0.0.1:{port}")));
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

    /// Puts a shell script in the place of zulipkit.
    fn program(&self, script: &str) {
        fs_err::write(self.world.path("program"), format!("#!/bin/sh\n{script}\n")).unwrap();
        self.run("chmod", &["+x", "program"]).good();
        self.set("program", "../program");
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

/// The messages of each topic one after the other.
fn shown(messages: &[Message]) -> String {
    let mut messages: Vec<&Message> = messages.iter().collect();
    // Order is kept within a topic.
    messages.sort_by_key(|message| &message.topic);
    let shown = messages
        .iter()
        .map(|message| format!("[{}]\n{}\n", message.topic, message.content));
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn all_that_happens_to_a_ticket_is_told_in_its_topic() {
    let trac = Trac::new();
    trac.api("tickets").good();
    let messages = trac.world.messages(10);
    insta::assert_snapshot!(shown(&messages), @r#"
    [#1: Ünïcode ☃ @**all**]
    **kim** created [#1](https://trac.example.com/p/ticket/1): **Ünïcode ☃ @&#42;&#42;all&#42;&#42;**

    Type: defect, Component: component1, Priority: major, Owner: lee
    ````quote
    It **burns**, see [#3](https://trac.example.com/p/ticket/3).

    ```sh
    lpr @**all**
    ```
    ````

    [#1: Ünïcode ☃ @**all**]
    **Lee** changed [#1](https://trac.example.com/p/ticket/1):

    * Summary: Ünïcode ☃ @&#42;&#42;all&#42;&#42; → **Another summary**
    * Priority: major → **minor**
    * Cc: +x&#64;example.com
    * Keywords: +a, +b
    ```quote
    I see `it` too
    ```

    [#1: Ünïcode ☃ @**all**]
    **lee** closed [#1](https://trac.example.com/p/ticket/1) as **fixed**.

    [#1: Ünïcode ☃ @**all**]
    **lee** reopened [#1](https://trac.example.com/p/ticket/1).

    [#1: Ünïcode ☃ @**all**]
    **kim** [commented](https://trac.example.com/p/ticket/1#comment:4) on [#1](https://trac.example.com/p/ticket/1):
    ```quote
    Only a *comment*
    ```

    [#1: Ünïcode ☃ @**all**]
    **lee** edited [a comment](https://trac.example.com/p/ticket/1#comment:4) on [#1](https://trac.example.com/p/ticket/1):
    ```quote
    An edited comment
    ```

    [#1: Ünïcode ☃ @**all**]
    **kim** attached [naïve file.txt](https://trac.example.com/p/attachment/ticket/1/na%C3%AFve%20file.txt) (12.3 kB) to [#1](https://trac.example.com/p/ticket/1):
    ```quote
    What it says
    ```

    [#1: Ünïcode ☃ @**all**]
    A comment on [#1](https://trac.example.com/p/ticket/1) was deleted, and with it:

    * Summary: Another summary → **Ünïcode ☃ @&#42;&#42;all&#42;&#42;**
    * Priority: minor → **major**
    * Cc: −x&#64;example.com
    * Keywords: −a, −b

    [#1: Ünïcode ☃ @**all**]
    The attachment `naïve file.txt` of [#1](https://trac.example.com/p/ticket/1) was deleted.

    [#1: Ünïcode ☃ @**all**]
    Ticket #1 was deleted: **Ünïcode ☃ @&#42;&#42;all&#42;&#42;**
    "#);
    assert_eq!(messages[0].client, "ZulipTrac");
    for message in &messages {
        assert!(!message.html.contains("user-mention"), "{}", message.html);
    }
}

#[test]
fn pages_and_milestones_are_told() {
    let trac = Trac::new();
    trac.api("wiki").good();
    insta::assert_snapshot!(shown(&trac.world.messages(7)), @r#"
    [wiki: OldPrinters]
    The page **Printers** was renamed to [OldPrinters](https://trac.example.com/p/wiki/OldPrinters).

    [wiki: OldPrinters]
    A version of the page [OldPrinters](https://trac.example.com/p/wiki/OldPrinters) was deleted.

    [wiki: OldPrinters]
    The page **OldPrinters** was deleted.

    [wiki: Printers]
    **kim** created the page [Printers](https://trac.example.com/p/wiki/Printers) (Begun):
    ```quote
    #### Printers

    They *print*.
    ```

    [wiki: Printers]
    **lee** changed the page [Printers](https://trac.example.com/p/wiki/Printers) ([version 2](https://trac.example.com/p/wiki/Printers?action=diff&version=2)): More @&#42;&#42;all&#42;&#42;

    [wiki: Printers]
    **kim** attached [manual.pdf](https://trac.example.com/p/attachment/wiki/Printers/manual.pdf) (12.3 kB) to [Printers](https://trac.example.com/p/wiki/Printers):
    ```quote
    What it says
    ```

    [wiki: Printers]
    The attachment `manual.pdf` of [Printers](https://trac.example.com/p/wiki/Printers) was deleted.
    "#);
    trac.api("milestones").good();
    insta::assert_snapshot!(shown(&trac.world.messages(11)[7..]), @r#"
    [milestone 1.0]
    The milestone [1.0](https://trac.example.com/p/milestone/1.0) was changed:

    * Name: Ünï 1.0 → **1.0**
    * Due: <time:2026-03-01T12:00:00+00:00> → –

    [milestone 1.0]
    The milestone [1.0](https://trac.example.com/p/milestone/1.0) was completed.

    [milestone 1.0]
    The milestone **1.0** was deleted.

    [milestone Ünï 1.0]
    The milestone [Ünï 1.0](https://trac.example.com/p/milestone/%C3%9Cn%C3%AF%201.0) was created, due <time:2026-03-01T12:00:00+00:00>:
    ```quote
    All of **it**
    ```
    "#);
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
    let content = content.replace(&revision[..7], "SHORT");
    insta::assert_snapshot!(content, @r#"
    **Ada Lovelace** committed [SHORT](https://trac.example.com/p/changeset/REVISION/website) to `website`:
    ```quote
    Fix **it** &#64;**all**
    ```

    1 file changed

    * added `file`
    "#);
}

#[test]
fn a_ticket_saved_in_the_browser_is_told() {
    let trac = Trac::new().serve();
    trac.browser(&["create", "Ünï", "A '''bold''' word"]);
    trac.browser(&["comment", "1", "naïve ☃"]);
    let messages = trac.world.messages(2);
    insta::assert_snapshot!(shown(&messages), @r#"
    [#1: Ünï]
    **kim** created [#1](https://trac.example.com/p/ticket/1): **Ünï**

    Type: defect, Priority: major
    ```quote
    A **bold** word
    ```

    [#1: Ünï]
    **anonymous** [commented](https://trac.example.com/p/ticket/1#comment:1) on [#1](https://trac.example.com/p/ticket/1):
    ```quote
    naïve ☃
    ```
    "#);
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
    insta::assert_snapshot!(shown(&messages), @r#"
    [several tickets]
    **anonymous** changed [1000 tickets](https://trac.example.com/p/query?id=1-1000):

    * Milestone: **milestone2**
    ```quote
    For later
    ```

    * [#1](https://trac.example.com/p/ticket/1) Ticket 0
    * [#2](https://trac.example.com/p/ticket/2) Ticket 1
    * [#3](https://trac.example.com/p/ticket/3) Ticket 2
    * [#4](https://trac.example.com/p/ticket/4) Ticket 3
    * [#5](https://trac.example.com/p/ticket/5) Ticket 4
    * [#6](https://trac.example.com/p/ticket/6) Ticket 5
    * [#7](https://trac.example.com/p/ticket/7) Ticket 6
    * [#8](https://trac.example.com/p/ticket/8) Ticket 7
    * [#9](https://trac.example.com/p/ticket/9) Ticket 8
    * [#10](https://trac.example.com/p/ticket/10) Ticket 9
    * [#11](https://trac.example.com/p/ticket/11) Ticket 10
    * [#12](https://trac.example.com/p/ticket/12) Ticket 11
    * [#13](https://trac.example.com/p/ticket/13) Ticket 12
    * [#14](https://trac.example.com/p/ticket/14) Ticket 13
    * [#15](https://trac.example.com/p/ticket/15) Ticket 14
    * [#16](https://trac.example.com/p/ticket/16) Ticket 15
    * [#17](https://trac.example.com/p/ticket/17) Ticket 16
    * [#18](https://trac.example.com/p/ticket/18) Ticket 17
    * [#19](https://trac.example.com/p/ticket/19) Ticket 18
    * [#20](https://trac.example.com/p/ticket/20) Ticket 19
    * and 980 more
    "#);
}

#[test]
fn a_script_that_changes_tickets_one_by_one_makes_few_messages() {
    let trac = Trac::new();
    // While the program is busy with the first event, all others are gathered.
    let program = env!("CARGO_BIN_EXE_zulipkit");
    trac.program(&format!(
        "while [ ! -e ../done ]; do sleep 0.05; done\nexec '{program}' \"$@\""
    ));
    trac.api("loop").good();
    let messages = trac.world.messages(41);
    let moved = |message: &&Message| message.content.contains("Moved");
    let moved: Vec<&Message> = messages.iter().filter(moved).collect();
    assert_eq!(moved.len(), 1, "{moved:?}");
    assert!(moved[0].content.contains("[40 tickets]"), "{moved:?}");
}

#[test]
fn what_other_programs_leave_behind_is_told_too() {
    let trac = Trac::new();
    trac.api("odd").good();
    let messages = trac.world.messages(3);
    assert_eq!(messages[0].topic, "#1: (no summary)");
    insta::assert_snapshot!(shown(&messages[..2]), @r#"
    [#1: (no summary)]
    Somebody created [#1](https://trac.example.com/p/ticket/1): **(no summary)**

    Type: defect, Priority: major

    [#1: (no summary)]
    Somebody changed [#1](https://trac.example.com/p/ticket/1):

    * Component: **gone**
    "#);
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
    trac.program("echo 'error: unrecognized subcommand' >&2; exit 2");
    trac.api("odd").good();
    let complaints = trac.complaints();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(
        complaints[0].contains("is older than this plugin, update it"),
        "{complaints:?}"
    );
    trac.program("kill -9 $$");
    trac.api("odd").good();
    let complaints = trac.complaints();
    assert!(
        complaints[1].contains("was killed by the signal 9"),
        "{complaints:?}"
    );
}

#[test]
fn a_script_ends_when_the_program_has_said_what_is_wrong() {
    let trac = Trac::new();
    // Three things happen. One is handed over at once, and when the script ends the others follow it.
    trac.program(
        "wc -l >> ../order; sleep 1; wc -l < ../order >> ../order; echo 'zulipkit: slow' >&2",
    );
    trac.api("odd").good();
    assert_eq!(trac.complaints(), ["slow"]);
    let order = fs_err::read_to_string(trac.world.path("order")).unwrap();
    let order: Vec<&str> = order.split_whitespace().collect();
    assert_eq!(order, ["1", "1", "2", "3"]);
}

#[test]
fn a_script_does_not_wait_long_for_a_program_that_hangs() {
    let trac = Trac::new();
    trac.program("exec sleep 30");
    trac.api("odd").good();
    let complaints = trac.complaints();
    assert!(
        complaints[0].contains("has not ended after"),
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
        complaints[0].contains("unknown key `chanel`"),
        "{complaints:?}"
    );
    fs_err::write(&settings, good).unwrap();
    trac.api("odd").good();
    trac.world.messages(6);
}

/// A server of PostgreSQL in a folder of its own, reached by a socket there.
struct Postgres {
    folder: TempDir,
    server: Child,
}

impl Postgres {
    fn start() -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let everybody = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(folder.path(), everybody).unwrap();
        let mut run = Self::command(
            "initdb",
            &["-D", "data", "-U", "trac", "-A", "trust"],
            &folder,
        );
        let made = run.output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let socket = folder.path().to_str().unwrap().to_owned();
        let options = ["-D", "data", "-k", &socket, "-c", "listen_addresses="];
        let server = Self::command("postgres", &options, &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let postgres = Self { folder, server };
        let end = Instant::now() + LIMIT;
        let make = ["-h", &socket, "-U", "trac", "trac"];
        while !Self::command("createdb", &make, &postgres.folder)
            .output()
            .unwrap()
            .status
            .success()
        {
            assert!(Instant::now() < end, "PostgreSQL does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        postgres
    }

    /// A program of PostgreSQL. Its server refuses to run as root.
    fn command(program: &str, arguments: &[&str], folder: &TempDir) -> Command {
        let versions = fs_err::read_dir("/usr/lib/postgresql").unwrap();
        let newest = versions.map(|entry| entry.unwrap().path()).max().unwrap();
        let program = newest.join("bin").join(program);
        let mut command = match rustix::process::geteuid().is_root() {
            true => Command::new("runuser"),
            false => Command::new(&program),
        };
        if rustix::process::geteuid().is_root() {
            command.args(["-u", "postgres", "--"]).arg(program);
        }
        command.args(arguments).current_dir(folder.path());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = Self::command(
            "pg_ctl",
            &["-D", "data", "-m", "immediate", "stop"],
            &self.folder,
        )
        .output();
        let _ = self.server.wait();
    }
}

#[test]
fn trac_on_postgresql_tells_the_same() {
    let postgres = Postgres::start();
    let trac = Trac::new();
    fs_err::rename(trac.world.path("env"), trac.world.path("sqlite")).unwrap();
    let socket = postgres.folder.path().display().to_string();
    let database = format!("postgres://trac@/trac?host={socket}");
    trac.admin(&["initenv", "Project", &database]);
    for file in ["plugins/zulipkit_trac.py", "conf/zulip_trac.toml"] {
        let (from, to) = (format!("sqlite/{file}"), format!("env/{file}"));
        fs_err::copy(trac.world.path(&from), trac.world.path(&to)).unwrap();
    }
    trac.set("program", env!("CARGO_BIN_EXE_zulipkit"));
    trac.api("tickets").good();
    let messages = trac.world.messages(10);
    assert!(
        messages[1]
            .content
            .contains("* Priority: major → **minor**")
    );
    assert_eq!(messages[9].topic, "#1: Ünïcode ☃ @**all**");
    trac.api("wiki").good();
    trac.api("milestones").good();
    trac.world.messages(21);
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
