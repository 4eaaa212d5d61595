use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zulipkit_api::Client;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_sim::{Fault, Message, Sim};

use crate::client::client;

/// After an unclear answer the outbox asks the server again a minute later.
const PATIENCE: Duration = Duration::from_secs(120);
const BOT: &str = "example-bot@zulip.example.com";

struct World {
    folder: TempDir,
    sim: Sim,
    runtime: tokio::runtime::Runtime,
    person: Client,
}

/// A `zulipkit bot run`, which is killed if it is not ended before.
struct Runner {
    child: Child,
    log: PathBuf,
}

impl World {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sim = Sim::builder()
            .channel("dev")
            .person("Ada", "ada@example.com")
            .start()
            .unwrap();
        sim.zuliprc(folder.path().join("zuliprc")).unwrap();
        let owner = sim.owner();
        sim.zuliprc_of(&owner, folder.path().join("owner.rc"))
            .unwrap();
        let person = client(&sim, "ada@example.com");
        let world = Self {
            folder,
            sim,
            runtime: tokio::runtime::Runtime::new().unwrap(),
            person,
        };
        world.settings(settings);
        world
    }

    fn settings(&self, text: &str) {
        fs_err::write(self.folder.path().join("bots.toml"), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zulipkit"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .stdin(Stdio::null());
        command
    }

    fn start(&self) -> Runner {
        self.start_with(&["bot", "run", "--config", "bots.toml"])
    }

    /// Starts a runner, and waits until it is at work.
    fn start_with(&self, arguments: &[&str]) -> Runner {
        let log = self.folder.path().join("log");
        let file = fs_err::File::create(&log).unwrap().into_parts().0;
        let child = self.command(arguments).stderr(file).spawn().unwrap();
        let runner = Runner { child, log };
        runner.logs("runs as");
        runner
    }

    /// Runs to the end; returns the exit code and what was said.
    fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), said)
    }

    fn mention(&self, topic: &str, text: &str) {
        let text = format!("@**Example Bot** {text}");
        let message = SendMessage::new(To::channel("dev", topic), text);
        self.runtime.block_on(self.person.send(&message)).unwrap();
    }

    fn replies(&self) -> Vec<Message> {
        let mut messages = self.sim.got();
        messages.retain(|message| message.sender == BOT);
        messages
    }

    /// How often each topic was answered.
    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for reply in self.replies() {
            *counts.entry(reply.topic).or_default() += 1;
        }
        counts
    }

    fn replied(&self, count: usize) {
        until("the bot has answered", || self.replies().len() >= count);
    }

    /// Waits until the bot asks for a message to be sent.
    fn sending(&self, count: usize) {
        until("the bot sends", || {
            let requests = self.sim.requests();
            let sends = requests.iter().filter(|request| {
                request.method == "POST"
                    && request.path == "/api/v1/messages"
                    && request.email.as_deref() == Some(BOT)
            });
            sends.count() >= count
        });
    }
}

impl Runner {
    fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Ends it as a power failure of the process would.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn stop(mut self) -> ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        self.child.wait().unwrap()
    }

    fn log(&self) -> String {
        fs_err::read_to_string(&self.log).unwrap()
    }

    fn logs(&self, words: &str) {
        until(&format!("`{words}` is logged"), || {
            self.log().contains(words)
        });
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // It has ended in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

const ONE: &str = "[zulip]\nzuliprc = \"zuliprc\"\n[bot.helloworld]\n";

#[test]
fn one_bot_runs_without_a_settings_file() {
    let world = World::new("");
    let runner = world.start_with(&["bot", "run", "helloworld", "--zuliprc", "zuliprc"]);
    world.mention("t", "hi");
    world.replied(1);
    assert!(runner.stop().success());
    assert_eq!(world.replies()[0].client, "ZulipHelloworldBot");
}

#[test]
fn linked_as_the_old_program_it_takes_its_flags() {
    let world = World::new("");
    let old = world.folder.path().join("zulip-run-bot");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zulipkit"), &old).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        let program = std::mem::replace(&mut command, Command::new(&old));
        command
            .args(arguments)
            .current_dir(world.folder.path())
            .env_clear()
            .envs(
                program
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            );
        let output = command.stdin(Stdio::null()).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), printed)
    };
    let no_account = run(&["helloworld"]);
    assert_eq!(no_account.0, 1);
    assert!(
        no_account
            .1
            .contains("ERROR: You did not supply a Zulip config file.")
    );
    assert!(
        no_account
            .1
            .contains("ZULIP_EMAIL, ZULIP_API_KEY, ZULIP_SITE.")
    );
    let missing = run(&["helloworld", "-c", "none.rc"]);
    assert!(
        missing.1.contains("ERROR: none.rc does not exist."),
        "{missing:?}"
    );
    let unknown = run(&["hellowold", "-c", "zuliprc"]);
    assert_eq!(
        unknown,
        (
            1,
            "ERROR: Could not load bot module. Exiting now.\n".to_owned()
        )
    );
    let config = run(&["helloworld", "-c", "zuliprc", "-b", "none.conf"]);
    assert!(
        config.1.contains("ERROR: none.conf does not exist."),
        "{config:?}"
    );
    assert_eq!(run(&["helloworld", "--nonsense"]).0, 2);
    world.sim.rotate_key(BOT).unwrap();
    let (code, printed) = run(&["helloworld", "-c", "zuliprc"]);
    assert_eq!(code, 1);
    assert!(
        printed.starts_with("Running HelloWorld Bot (from source):"),
        "{printed}"
    );
    assert!(printed.contains("refuses the credentials"), "{printed}");
}

#[test]
fn killed_before_the_server_has_the_reply() {
    let world = World::new(ONE);
    let runner = world.start();
    world.mention("0", "hi");
    world.replied(1);
    for topic in ["a", "b", "c"] {
        world.mention(topic, "hi");
    }
    world.replied(4);
    world.sim.fail("GET /events", Fault::Delay(1.0)).times(1);
    world.mention("d", "hi");
    let hang = world.sim.fail("POST /messages", Fault::Hang);
    world.sending(5);
    runner.kill();
    hang.clear();
    let runner = world.start();
    world.replied(5);
    assert!(runner.stop().success());
    assert!(world.counts().values().all(|count| *count == 1));
}

#[test]
fn killed_after_the_server_has_the_reply() {
    let world = World::new(ONE);
    let runner = world.start();
    world.sim.fail("GET /events", Fault::Delay(1.0)).times(1);
    world.mention("a", "hi");
    let late = world.sim.fail("POST /messages", Fault::Trickle(1.0));
    world.sending(1);
    world.replied(1);
    runner.kill();
    late.clear();
    let runner = world.start();
    world.mention("b", "hi");
    world.replied(2);
    assert!(runner.stop().success());
    let once = [("a".to_owned(), 1), ("b".to_owned(), 1)];
    assert_eq!(world.counts(), BTreeMap::from(once));
}

#[test]
fn killed_again_and_again_it_answers_everything_once() {
    let world = World::new(ONE);
    let mut sent = 0;
    for round in 0..8_u64 {
        let runner = world.start();
        for _ in 0..12 {
            world.mention(&format!("{sent}"), "hi");
            sent += 1;
        }
        // At another point each time.
        std::thread::sleep(Duration::from_millis(round * 3));
        runner.kill();
        world.mention(&format!("{sent}"), "hi");
        sent += 1;
    }
    let runner = world.start();
    until("all is answered", || world.counts().len() == sent);
    assert!(runner.stop().success());
    let doubled: Vec<_> = world
        .counts()
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .collect();
    assert_eq!(doubled, []);
}

#[test]
fn two_runners_never_run_one_account() {
    let world = World::new(ONE);
    let runner = world.start();
    let (code, said) = world.fails(&["bot", "run", "--config", "bots.toml"]);
    assert_eq!(code, 75, "{said}");
    assert!(said.contains("another process runs this account"), "{said}");
    assert!(runner.stop().success());
}

#[test]
fn settings_are_wrong_before_anything_starts() {
    let world = World::new(
        "[zulip]\nzuliprc = \"zuliprc\"\n[bot.a]\nkind = \"helowrld\"\n[bot.b]\nkind = \"helloworld\"\n[bot.b.zulip]\nzuliprc = \"none.rc\"\n",
    );
    let run = ["bot", "run", "--config", "bots.toml"];
    let (code, said) = world.fails(&run);
    assert_eq!(code, 3, "{said}");
    for words in ["did you mean `helloworld`?", "none.rc", "bots.toml:4:8"] {
        assert!(said.contains(words), "no `{words}` in: {said}");
    }
    world.settings("[zulip]\nzuliprc = \"zuliprc\"\n[bot.one]\nkind = \"helloworld\"\n[bot.two]\nkind = \"helloworld\"\n");
    let (code, said) = world.fails(&run);
    assert_eq!(code, 3, "{said}");
    for words in [
        "two bots have one account",
        "bots.toml:3:1",
        "bots.toml:5:1",
    ] {
        assert!(said.contains(words), "no `{words}` in: {said}");
    }
    world.settings("[zulip]\nzuliprc = \"zuliprc\"\n[bot.mine]\ncommand = []\n");
    let (code, said) = world.fails(&run);
    assert_eq!(code, 3, "{said}");
    for words in [
        "cannot start the bot `mine`",
        "names no program",
        "bots.toml:3:1",
    ] {
        assert!(said.contains(words), "no `{words}` in: {said}");
    }
    world.settings("[bot.helloworld.listn]\nbots = true\n");
    let (code, said) = world.fails(&run);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("did you mean `listen`?"), "{said}");
}

#[test]
fn a_wrong_key_ends_it_with_a_word_on_where_it_is() {
    let world = World::new(ONE);
    world.sim.rotate_key(BOT).unwrap();
    let (code, said) = world.fails(&["bot", "run", "--config", "bots.toml"]);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("zuliprc` leads to"), "{said}");
}

#[test]
fn a_hangup_has_the_settings_read_again() {
    let world = World::new(ONE);
    let runner = world.start();
    world.settings("[bot.helloworld]\nnonsense = 1\n");
    runner.signal(rustix::process::Signal::HUP);
    runner.logs("the old settings stay");
    world.mention("a", "hi");
    world.replied(1);
    let more = "[zulip]\nzuliprc = \"zuliprc\"\n[bot.helloworld]\nhandling.in_flight = 2\n[bot.other]\nkind = \"helloworld\"\nzulip.zuliprc = \"owner.rc\"\n";
    world.settings(more);
    runner.signal(rustix::process::Signal::HUP);
    runner.logs("runs as Olivia Owner");
    until("the changed bot is back", || {
        runner.log().matches("runs as Example Bot").count() == 2
    });
    world.mention("b", "hi");
    world.replied(2);
    world.settings("[bot.other]\nkind = \"helloworld\"\nzulip.zuliprc = \"owner.rc\"\n");
    runner.signal(rustix::process::Signal::HUP);
    runner.logs("helloworld is no longer in the settings");
    assert!(runner.stop().success());
}

#[test]
fn systemd_is_told_how_it_stands() {
    let world = World::new(ONE);
    let path = world.folder.path().join("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let log = world.folder.path().join("log");
    let child = world
        .command(&["bot", "run", "--config", "bots.toml"])
        .env("NOTIFY_SOCKET", &path)
        .stderr(fs_err::File::create(&log).unwrap().into_parts().0)
        .spawn()
        .unwrap();
    let runner = Runner { child, log };
    let mut said = String::new();
    let mut hears = |words: &str| {
        let mut bytes = [0; 512];
        let end = Instant::now() + PATIENCE;
        while !said.contains(words) {
            // The watchdog is told again and again, whatever else is not.
            assert!(Instant::now() < end, "not in time: {words}");
            let length = socket.recv(&mut bytes).unwrap();
            said.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        said.clear();
    };
    hears("READY=1");
    hears("STATUS=1 of 1 bots connected");
    hears("WATCHDOG=1");
    runner.signal(rustix::process::Signal::HUP);
    hears("RELOADING=1");
    hears("READY=1");
    runner.signal(rustix::process::Signal::TERM);
    hears("STOPPING=1");
    assert!(runner.stop().success());
}

#[test]
fn a_channel_that_it_does_not_hear_is_named_with_the_mend() {
    let world = World::new(
        "[zulip]\nzuliprc = \"zuliprc\"\n[bot.helloworld.listen]\nchannels = [\"dev\", \"elsewhere\"]\n",
    );
    world.sim.add_write_only_channel("elsewhere");
    let runner = world.start();
    runner.logs("not subscribed to #elsewhere");
    assert!(!runner.log().contains("not subscribed to #dev"));
    assert!(runner.stop().success());
}
