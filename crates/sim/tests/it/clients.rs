//! Real clients against the simulated server: the Python package, its bot runner, the JavaScript package, and a browser.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use zulipkit_sim::Sim;

use crate::client::call;

const LIMIT: Duration = Duration::from_secs(60);

/// A server, and a folder with the zuliprc files of its bot and of a person.
struct World {
    sim: Sim,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let sim = Sim::builder()
            .person("Ada", "ada@example.com")
            .start()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        sim.zuliprc(folder.path().join("bot")).unwrap();
        let ada = sim.account("ada@example.com").unwrap();
        sim.zuliprc_of(&ada, folder.path().join("ada")).unwrap();
        Self { sim, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn the_python_package_sends_listens_uploads_and_stores() {
    let world = World::new();
    let program = clients().join("python/bin/python");
    let files = [world.file("bot"), world.file("ada")];
    let output = Command::new(program)
        .arg(script("client.py"))
        .args(files)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "done\n",
        "{errors}"
    );
    let requests = world.sim.requests();
    let agent = requests[0].user_agent.as_deref().unwrap_or_default();
    assert!(agent.starts_with("ZulipTestBot/1.0"), "{agent}");
}

#[test]
fn the_javascript_package_sends_listens_and_stores() {
    let world = World::new();
    let output = Command::new("node")
        .arg(script("client.js"))
        .arg(world.file("bot"))
        .env("NODE_PATH", clients().join("node/node_modules"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "done\n",
        "{errors}"
    );
}

#[test]
fn the_python_bot_runner_answers() {
    let world = World::new();
    let _runner = Runner(
        Command::new(clients().join("python/bin/zulip-run-bot"))
            .args(["helloworld", "--quiet", "--config-file"])
            .arg(world.file("bot"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let listens = |sim: &Sim| {
        let requests = sim.requests();
        requests
            .iter()
            .any(|request| request.path == "/api/v1/events")
    };
    wait("the bot listens", || listens(&world.sim));
    let ada = world.sim.account("ada@example.com").unwrap();
    let bot = world.sim.bot().email;
    let direct = [("type", "direct"), ("to", &bot), ("content", "hello")];
    call(&world.sim, &ada, "POST", "/messages", &direct).unwrap();
    let mention = [
        ("type", "channel"),
        ("to", "general"),
        ("topic", "bots"),
        ("content", "@**Example Bot** hello"),
    ];
    call(&world.sim, &ada, "POST", "/messages", &mention).unwrap();
    let answers = |sim: &Sim| -> Vec<(String, String)> {
        let messages = sim
            .got()
            .into_iter()
            .filter(|message| message.sender == bot);
        messages
            .map(|message| (message.topic, message.content))
            .collect()
    };
    wait("the bot answers both", || answers(&world.sim).len() == 2);
    let answer = |topic: &str| (topic.to_owned(), "beep boop".to_owned());
    let mut answers = answers(&world.sim);
    answers.sort();
    assert_eq!(answers, [answer(""), answer("bots")]);
}

#[test]
fn the_page_is_used_in_a_browser() {
    let found = Command::new("chromium").arg("--version").output();
    assert!(found.is_ok(), "chromium is missing: run scripts/test");
    let world = World::new();
    let output = Command::new("python3")
        .arg(script("page.py"))
        .arg(world.sim.url())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "done\n",
        "{errors}"
    );
    let got = world.sim.got();
    assert_eq!(
        (got[0].topic.as_str(), got[0].client.as_str()),
        ("from the page", "website")
    );
    assert_eq!(
        (got[1].channel.as_deref(), got[1].content.as_str()),
        (None, "help")
    );
}

/// A child process that does not outlive its test.
struct Runner(Child);

impl Drop for Runner {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < end, "in vain: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/clients")
        .join(name)
}

/// Where `scripts/setup-clients` installs the packages.
fn clients() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../clients");
    let is_there = folder.join("installed").exists();
    assert!(
        is_there,
        "the clients are missing: run scripts/test, or scripts/setup-clients alone"
    );
    folder
}
