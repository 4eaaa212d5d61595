use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::{Client, Credentials, Platform, Tls, UserAgent};
use zulipkit_sim::Sim;

const PATIENCE: Duration = Duration::from_secs(120);
const BOT: &str = "example-bot@zulip.example.com";

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
    robot.respond(/throw/, () => { throw new Error("the script is torn"); });
    robot.respond(/rename (.*)/, async (res) => { await res.topic(res.match[1]); });
    robot.respond(/play/, async (res) => { await res.play("drum"); await res.locked("quiet"); });
    robot.enter(async (res) => { await robot.messageRoom("stream:log topic:people", `${res.message.room} entered`); });
    robot.leave(async (res) => { await robot.messageRoom("stream:log topic:people", `${res.message.room} left`); });
    robot.topic(async (res) => { await robot.messageRoom("stream:log topic:topics", `now ${res.message.text}`); });
    robot.on("zulip_reaction", ({ emoji, added }) => robot.messageRoom("stream:log topic:reactions", `${emoji} ${added}`));
    robot.on("zulip_edit", ({ before, message }) => robot.messageRoom("stream:log topic:edits", `${before} > ${message.text}`));
    robot.hear(/^count (\d+)$/, async (res) => { await res.send(`counted ${res.match[1]}`); });
};
"#;

struct World {
    sim: Sim,
    folder: TempDir,
    runtime: tokio::runtime::Runtime,
    ada: Client,
}

/// A Hubot, which is killed at the end.
struct Robot {
    child: Child,
    log: PathBuf,
}

impl World {
    fn new() -> Self {
        let sim = Sim::builder()
            .channel("dev")
            .channel("log")
            .person("Ada", "ada@example.com")
            .start()
            .unwrap();
        let world = Self {
            ada: client(&sim, "ada@example.com"),
            folder: tempfile::tempdir().unwrap(),
            runtime: tokio::runtime::Runtime::new().unwrap(),
            sim,
        };
        world.install();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
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

    fn hubot(&self) -> Command {
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

    fn start(&self) -> Robot {
        let log = self.path("log");
        let file = fs_err::File::create(&log).unwrap().into_parts().0;
        let errors = file.try_clone().unwrap();
        let child = self.hubot().stdout(file).stderr(errors).spawn().unwrap();
        let robot = Robot { child, log };
        until("hubot is connected", || robot.logged().contains("runs as"));
        robot
    }

    fn say(&self, topic: &str, text: &str) -> zulipkit_api::MessageId {
        self.send(To::channel("dev", topic), text)
    }

    fn send(&self, to: To, text: &str) -> zulipkit_api::MessageId {
        let message = SendMessage::new(to, text);
        self.runtime.block_on(self.ada.send(&message)).unwrap().id
    }

    fn call(&self, endpoint: &str, body: serde_json::Value) {
        let body = body.as_object().unwrap();
        let request = zulipkit_api::Request::from_parts(endpoint, body).unwrap();
        self.runtime.block_on(self.ada.call(&request)).unwrap();
    }

    /// What the robot has said in a topic.
    fn in_topic(&self, topic: &str) -> Vec<String> {
        let mut messages = self.sim.got();
        messages.retain(|message| message.sender == BOT && message.topic == topic);
        messages
            .into_iter()
            .map(|message| message.content)
            .collect()
    }

    #[track_caller]
    fn answered(&self, robot: &Robot, topic: &str, count: usize) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        while self.in_topic(topic).len() < count {
            assert!(
                Instant::now() < end,
                "in {topic:?}: {:?}; {}",
                self.in_topic(topic),
                robot.logged()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        self.in_topic(topic)
    }
}

impl Robot {
    fn logged(&self) -> String {
        fs_err::read_to_string(&self.log).unwrap()
    }

    /// The processes `zulipkit hubot` that it has started.
    fn program(&self) -> Option<String> {
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

#[test]
fn a_real_hubot_answers() {
    let world = World::new();
    let robot = world.start();
    world.say("tea", "@**Example Bot** knock");
    assert_eq!(
        mention_free(&world.answered(&robot, "tea", 1)[0]),
        "who is there?"
    );
    world.say("alias", "!knock");
    world.answered(&robot, "alias", 1);
    world.say("name", "robo: knock");
    world.answered(&robot, "name", 1);
    world.say("heard", "a badger");
    assert_eq!(world.answered(&robot, "heard", 2), ["one", "two"]);
    world.say("emote", "Robo dance");
    assert_eq!(world.answered(&robot, "emote", 1), ["/me dances"]);
    world.say("x: y+z", "Robo where");
    assert_eq!(
        world.answered(&robot, "x: y+z", 1),
        ["stream:dev topic:x%3A+y%2Bz | x: y+z | topic | Ada"]
    );
    world.say("shout", "Robo shout stream:dev topic:over+there");
    assert_eq!(world.answered(&robot, "over there", 1), ["hear, hear"]);
    world.say("torn", "Robo throw");
    world.say("torn", "Robo knock");
    assert_eq!(world.answered(&robot, "torn", 1).len(), 1);
    world.say("quiet", "Robo play");
    assert_eq!(world.answered(&robot, "quiet", 1), ["quiet"]);
    world.say("long", "Robo long");
    let long = world.answered(&robot, "long", 2);
    assert_eq!(long.concat().matches("All work").count(), 900);
    // Direct messages need no name.
    let direct = To::emails([BOT]);
    world.send(direct.clone(), "knock");
    world.send(direct, "where");
    let said = world.answered(&robot, "", 2);
    assert_eq!(said[0], "who is there?");
    assert!(
        said[1].starts_with("pm-with:") && said[1].contains("ada@example.com"),
        "{said:?}"
    );
}

#[test]
fn well_known_scripts_answer() {
    let world = World::new();
    let robot = world.start();
    world.say("rules", "Robo the rules");
    let rules = world.answered(&robot, "rules", 1);
    assert!(
        rules[0].contains("A robot may not harm humanity"),
        "{rules:?}"
    );
    world.say("ping", "Robo ping");
    assert_eq!(world.answered(&robot, "ping", 1), ["PONG"]);
    world.say("help", "Robo help");
    world.answered(&robot, "help", 1);
}

#[test]
fn what_else_happens_becomes_events() {
    let world = World::new();
    let robot = world.start();
    let id = world.say("tea", "Robo knock");
    world.answered(&robot, "tea", 1);
    world.call(
        "POST /messages/{message_id}/reactions",
        serde_json::json!({"message_id": id, "emoji_name": "tada"}),
    );
    assert_eq!(world.answered(&robot, "reactions", 1), ["tada true"]);
    world.call(
        "PATCH /messages/{message_id}",
        serde_json::json!({"message_id": id, "content": "Robo, knock!"}),
    );
    assert_eq!(
        world.answered(&robot, "edits", 1),
        ["Robo knock > Robo, knock!"]
    );
    world.call(
        "PATCH /messages/{message_id}",
        serde_json::json!({"message_id": id, "topic": "coffee", "propagate_mode": "change_all"}),
    );
    assert_eq!(world.answered(&robot, "topics", 1), ["now coffee"]);
    world.call(
        "DELETE /users/me/subscriptions",
        serde_json::json!({"subscriptions": ["dev"]}),
    );
    world.answered(&robot, "people", 1);
    world.call(
        "POST /users/me/subscriptions",
        serde_json::json!({"subscriptions": [{"name": "dev"}]}),
    );
    assert_eq!(
        world.answered(&robot, "people", 2),
        ["stream:dev topic: left", "stream:dev topic: entered"]
    );
}

#[test]
fn both_sides_may_die() {
    let world = World::new();
    let robot = world.start();
    world.say("tea", "Robo knock");
    world.answered(&robot, "tea", 1);
    let program = robot.program().unwrap();
    run(Command::new("kill").args(["-9", &program]));
    world.say("tea", "Robo knock");
    world.answered(&robot, "tea", 2);
    let program = robot.program().unwrap();
    drop(robot);
    let gone = || {
        let status = std::fs::read_to_string(format!("/proc/{program}/status"));
        status.is_err() || status.is_ok_and(|status| status.contains("State:\tZ"))
    };
    until("the program ends with hubot", gone);
    world.say("tea", "Robo knock");
    let robot = world.start();
    world.answered(&robot, "tea", 3);
    for number in 0..100 {
        world.say("count", &format!("count {number}"));
    }
    let counted = world.answered(&robot, "count", 100);
    let wanted: Vec<_> = (0..100).map(|number| format!("counted {number}")).collect();
    assert_eq!(counted, wanted);
    assert_eq!(world.in_topic("tea").len(), 3);
}

#[test]
fn what_is_wrong_is_said() {
    let world = World::new();
    let cases = [
        (
            "HUBOT_ZULIP_COMMAND",
            "/nowhere/zulipkit",
            "install zulipkit",
        ),
        ("HUBOT_ZULIP_COMMAND", "/bin/false", "has ended with code 1"),
        ("HUBOT_ZULIP_API_KEY", "wrong", "the bot `hubot` stops"),
    ];
    for (name, value, wanted) in cases {
        let output = world.hubot().env(name, value).output().unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            !output.status.success() && said.contains(wanted),
            "{value}: {said}"
        );
    }
}

#[test]
fn names_of_rooms_lead_back_to_their_topics() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/hubot/rooms.test.mjs");
    run(Command::new("node").arg("--test").arg(tests));
}

fn mention_free(text: &str) -> &str {
    text.split_once("**: ").map_or(text, |(_, rest)| rest)
}

fn npm(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["--silent", "--offline"]);
    npm
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn client(sim: &Sim, email: &str) -> Client {
    let account = sim.account(email).unwrap();
    let credentials = Credentials {
        site: sim.url().parse().unwrap(),
        email: account.email,
        key: account.key,
        tls: Tls::default(),
    };
    let agent = UserAgent::new("Test", "1", &Platform::parse_os_release(""));
    Client::new(credentials, &agent).unwrap()
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
