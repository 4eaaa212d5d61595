//! A robot's folder, a simulated server, and Ada.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tempfile::TempDir;
use zulipkit_api::Client;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_sim::Sim;

use crate::client::client;

/// What nobody knows the fate of is looked for during a minute.
const PATIENCE: Duration = Duration::from_secs(150);
pub(super) const BOT: &str = "example-bot@zulip.example.com";

/// A script as robots have them, that tries what hubot-zulip's users know.
const SCRIPT: &str = r#"
export default (robot) => {
    robot.respond(/knock$/i, async (res) => { await res.reply("who is there?"); });
    robot.hear(/badger/, async (res) => { await res.send("one", "two"); });
    robot.respond(/dance/, async (res) => { await res.emote("dances"); });
    robot.respond(/where/, async (res) => {
        const { room, zulip, thread } = res.message;
        await res.send(`${room} | ${thread} | ${zulip.conversation.type} | ${res.message.user.name}`);
    });
    robot.respond(/shout (.*)/, async (res) => { await robot.messageRoom(res.match[1], "hear, hear"); });
    robot.respond(/long/, async (res) => { await res.send("All work and no play.\n".repeat(900)); });
    robot.respond(/whisper/, async (res) => { await robot.send({ room: res.message.user.id }, "psst"); });
    robot.respond(/announce/, async (res) => { await robot.messageRoom("dev", "hear ye"); });
    robot.respond(/nowhere/, () => {
        // Who does not wait does not see that it fails.
        robot.messageRoom("stream:nowhere topic:tea", "lost");
        robot.messageRoom("stream:", "lost");
    });
    robot.respond(/throw/, () => { throw new Error("the script is torn"); });
    robot.respond(/rename (.*)/, (res) => { res.send("so be it"); res.topic(res.match[1]); res.send("renamed"); });
    robot.respond(/play/, async (res) => { await res.play("drum"); await res.locked("quiet"); });
    robot.enter(async (res) => { await robot.messageRoom("stream:log topic:people", `${res.message.user.name} entered ${res.message.room}`); });
    robot.leave(async (res) => { await robot.messageRoom("stream:log topic:people", `${res.message.user.name} left ${res.message.room}`); });
    robot.topic(async (res) => { await robot.messageRoom("stream:log topic:topics", `now ${res.message.text}`); });
    robot.on("zulip_reaction", ({ user, emoji, added }) => robot.messageRoom("stream:log topic:reactions", `${user.name} ${emoji} ${added}`));
    robot.on("zulip_edit", ({ before, message }) => robot.messageRoom("stream:log topic:edits", `${before} > ${message.text}`));
    robot.respond(/exit/, () => process.exit(1));
    robot.respond(/wait/, async (res) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await res.send("waited");
    });
    robot.on("zulip_edit", async ({ message }) => {
        if (!message.text.startsWith("fatal")) return;
        await robot.messageRoom(message.room, "first");
        if (process.env.FATAL) process.kill(process.pid, "SIGKILL");
        await robot.messageRoom(message.room, "second");
    });
    robot.respond(/later/, (res) => { setTimeout(() => res.send("at last"), 1); });
    const deaths = {};
    robot.hear(/^die (\w+)/, async (res) => {
        const { room } = res.message;
        const time = deaths[room] = (deaths[room] ?? 0) + 1;
        await res.send(`first ${time}`);
        await robot.messageRoom(`stream:log topic:beside+${res.match[1]}`, `beside ${time}`);
        // Many scripts do not wait.
        res.send(`second ${time}`);
    });
    robot.hear(/^count (\d+)$/, async (res) => { await res.send(`counted ${res.match[1]}`); });
};
"#;

pub(super) struct World {
    pub(super) sim: Sim,
    folder: TempDir,
    /// How many robots were started.
    started: Cell<u32>,
    runtime: tokio::runtime::Runtime,
    ada: Client,
}

/// A Hubot, which is killed at the end.
pub(super) struct Robot {
    child: Child,
    log: PathBuf,
}

impl World {
    pub(super) fn new() -> Self {
        let sim = Sim::builder()
            .channel("dev")
            .channel("log")
            .person("Ada", "ada@example.com")
            .start()
            .unwrap();
        let world = Self {
            ada: client(&sim, "ada@example.com"),
            folder: tempfile::tempdir().unwrap(),
            started: Cell::new(0),
            runtime: tokio::runtime::Runtime::new().unwrap(),
            sim,
        };
        world.install();
        world
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a robot's folder, with the adapter from its tarball.
    fn install(&self) {
        let clients = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../clients/node/node_modules");
        assert!(
            clients.join("hubot").exists(),
            "Hubot is missing: run scripts/test, or scripts/setup-clients alone"
        );
        let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/hubot");
        run(Command::new("cp")
            .arg("-r")
            .arg(clients)
            .arg(self.folder.path()));
        run(npm(self.folder.path()).arg("pack").arg(plugin));
        let tarball = self.path("hubot-zulipkit-0.1.0.tgz");
        fs_err::create_dir(self.path("node_modules/hubot-zulipkit")).unwrap();
        run(Command::new("tar")
            .args(["--strip-components=1", "-xzf"])
            .arg(tarball)
            .arg("-C")
            .arg(self.path("node_modules/hubot-zulipkit")));
        fs_err::write(self.path("package.json"), r#"{"type": "module"}"#).unwrap();
        let scripts = r#"["hubot-help", "hubot-diagnostics", "hubot-rules"]"#;
        fs_err::write(self.path("external-scripts.json"), scripts).unwrap();
        fs_err::create_dir(self.path("scripts")).unwrap();
        fs_err::write(self.path("scripts/tried.mjs"), SCRIPT).unwrap();
    }

    pub(super) fn hubot(&self) -> Command {
        let bot = self.sim.account(BOT).unwrap();
        let key = secrecy::ExposeSecret::expose_secret(&bot.key).to_owned();
        let mut command = Command::new("node");
        command
            .args([
                "node_modules/hubot/bin/Hubot.mjs",
                "-a",
                "hubot-zulipkit",
                "-d",
                "-n",
                "Robo",
            ])
            .args(["-l", "!"])
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("HUBOT_LOG_LEVEL", "info")
            .env("HUBOT_ZULIP_COMMAND", env!("CARGO_BIN_EXE_zulipkit"))
            .env("HUBOT_ZULIP_SITE", self.sim.url())
            .env("HUBOT_ZULIP_BOT", BOT)
            .env("HUBOT_ZULIP_API_KEY", key)
            .stdin(Stdio::null());
        command
    }

    pub(super) fn start(&self) -> Robot {
        self.start_with(|_| {})
    }

    /// Starts a robot in another way.
    pub(super) fn start_with(&self, change: impl FnOnce(&mut Command)) -> Robot {
        self.started.set(self.started.get() + 1);
        let log = self.path(&format!("{}.log", self.started.get()));
        let file = fs_err::File::create(&log).unwrap().into_parts().0;
        let errors = file.try_clone().unwrap();
        let mut hubot = self.hubot();
        change(&mut hubot);
        let child = hubot.stdout(file).stderr(errors).spawn().unwrap();
        let robot = Robot { child, log };
        robot.waits_for("hubot is connected", || robot.logged().contains("runs as"));
        robot
    }

    /// Gives Ada a new connection.
    pub(super) fn reconnect(&mut self) {
        self.ada = client(&self.sim, "ada@example.com");
    }

    pub(super) fn say(&self, topic: &str, text: &str) -> zulipkit_api::MessageId {
        self.send(To::channel("dev", topic), text)
    }

    /// Says something whose answer may come late.
    pub(super) fn say_without_waiting(&self, topic: &str, text: &str) {
        let message = SendMessage::new(To::channel("dev", topic), text);
        let ada = self.ada.clone();
        self.runtime.spawn(async move { ada.send(&message).await });
    }

    pub(super) fn send(&self, to: To, text: &str) -> zulipkit_api::MessageId {
        let message = SendMessage::new(to, text);
        self.runtime.block_on(self.ada.send(&message)).unwrap().id
    }

    pub(super) fn call(&self, endpoint: &str, body: Value) -> Map<String, Value> {
        self.call_as("ada@example.com", endpoint, body)
    }

    pub(super) fn call_as(&self, email: &str, endpoint: &str, body: Value) -> Map<String, Value> {
        let body = body.as_object().unwrap();
        let request = zulipkit_api::Request::from_parts(endpoint, body).unwrap();
        let client = client(&self.sim, email);
        self.runtime.block_on(client.call(&request)).unwrap()
    }

    /// What the robot has said in a topic.
    pub(super) fn in_topic(&self, topic: &str) -> Vec<String> {
        self.said_by(BOT, topic)
    }

    pub(super) fn said_by(&self, bot: &str, topic: &str) -> Vec<String> {
        let mut messages = self.sim.got();
        messages.retain(|message| message.sender == bot && message.topic == topic);
        messages
            .into_iter()
            .map(|message| message.content)
            .collect()
    }

    #[track_caller]
    pub(super) fn answered(&self, robot: &Robot, topic: &str, count: usize) -> Vec<String> {
        let what = format!("{count} answers in {topic:?}");
        robot.waits_for(&what, || self.in_topic(topic).len() >= count);
        self.in_topic(topic)
    }
}

impl Robot {
    #[track_caller]
    pub(super) fn waits_for(&self, what: &str, is_so: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(
                Instant::now() < end,
                "not in time: {what}; {}",
                self.logged()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(super) fn logged(&self) -> String {
        fs_err::read_to_string(&self.log).unwrap()
    }

    /// Kills it, as the system does where memory is short.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.wait();
    }

    /// Waits until it has died.
    pub(super) fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    /// The process `zulipkit hubot` that it has started.
    pub(super) fn program(&self) -> Option<String> {
        let tasks = format!("/proc/{0}/task/{0}/children", self.child.id());
        let children = fs_err::read_to_string(tasks).unwrap_or_default();
        children.split_whitespace().next().map(str::to_owned)
    }
}

impl Drop for Robot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn npm(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["--silent", "--offline"]);
    npm
}

pub(super) fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
