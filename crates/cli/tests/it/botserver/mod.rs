use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use zulipkit_api::bots::CreateBot;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::users::BotType;
use zulipkit_api::{Client, Credentials, Platform, QuotedJson, Request, Tls, UserAgent};
use zulipkit_sim::Sim;

/// A simulated server with two outgoing webhooks, and a folder with what the bot server reads.
struct World {
    folder: TempDir,
    sim: Sim,
    runtime: tokio::runtime::Runtime,
    ada: Client,
    bots: Vec<OutgoingBot>,
    /// Where Zulip calls, and where the operator looks.
    ports: [u16; 2],
}

struct OutgoingBot {
    section: &'static str,
    email: String,
    key: String,
    token: String,
}

/// A bot server that runs, and is killed if it is not ended before.
struct Running {
    child: Child,
    log: PathBuf,
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

/// Returns a port below those that the system hands out by itself, so that no other test gets it meanwhile.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let own = (std::process::id() % 500 * 20) as u16;
        let port = 20_000 + own + NEXT.fetch_add(1, Ordering::Relaxed) % 20;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sim = Sim::builder()
            .person("Ada", "ada@example.com")
            .start()
            .unwrap();
        let ports = [free_port(), free_port()];
        let mut world = Self {
            runtime: tokio::runtime::Runtime::new().unwrap(),
            ada: client(&sim, "ada@example.com"),
            folder,
            sim,
            bots: Vec::new(),
            ports,
        };
        world.add_bot("helloworld", "Hello");
        world.add_bot("todo", "Todo");
        let rc: String = world.bots.iter().map(|bot| world.section(bot)).collect();
        world.write("botserverrc", &rc);
        world
    }

    fn add_bot(&mut self, section: &'static str, name: &str) {
        let owner = client(&self.sim, &self.sim.owner().email);
        let mut create = CreateBot::new(name, section);
        create.bot_type = Some(BotType::OutgoingWebhook);
        create.payload_url = Some(QuotedJson(json!(format!(
            "http://127.0.0.1:{}/",
            self.ports[0]
        ))));
        let made = self.runtime.block_on(owner.send(&create)).unwrap();
        let fetch = json!({"fetch_event_types": ["realm_bot"]});
        let register = Request::from_parts("POST /register", fetch.as_object().unwrap()).unwrap();
        let state = self.runtime.block_on(owner.call(&register)).unwrap();
        let bots = state["realm_bots"].as_array().unwrap();
        let own = bots
            .iter()
            .find(|bot| bot["user_id"] == json!(made.user_id))
            .unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.bots.push(OutgoingBot {
            section,
            email: text(&own["email"]),
            key: text(&own["api_key"]),
            token: text(&own["services"][0]["token"]),
        });
    }

    fn section(&self, bot: &OutgoingBot) -> String {
        let (email, key, token, site) = (&bot.email, &bot.key, &bot.token, self.sim.url());
        format!(
            "[{}]\nemail={email}\nkey={key}\nsite={site}\ntoken={token}\n\n",
            bot.section
        )
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join(name);
        fs_err::write(&path, text).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    fn addresses(&self) -> [String; 4] {
        let [listen, operator] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        [
            "--listen".to_owned(),
            listen,
            "--operator".to_owned(),
            operator,
        ]
    }

    fn serve(&self, arguments: &[&str]) -> Running {
        let addresses = self.addresses();
        let mut all = vec!["bot", "serve"];
        all.extend(arguments);
        all.extend(addresses.iter().map(String::as_str));
        let running = self.start(self.command(env!("CARGO_BIN_EXE_zulipkit"), &all));
        running.logs("todo is ready");
        running.logs("helloworld is ready");
        running
    }

    fn start(&self, mut command: Command) -> Running {
        let log = self.folder.path().join("log");
        let file = fs_err::File::create(&log).unwrap().into_parts().0;
        let child = command.stderr(file).spawn().unwrap();
        Running { child, log }
    }

    fn says(&self, text: &str) {
        let message = SendMessage::new(To::channel("general", "bots"), text);
        self.runtime.block_on(self.ada.send(&message)).unwrap();
    }

    /// Waits for a message that a bot said, and returns what else is there since the last of Ada's.
    fn hears(&self, text: &str) {
        until(&format!("somebody says `{text}`"), || {
            self.sim
                .got()
                .iter()
                .any(|message| message.content.contains(text))
        });
    }

    fn answers(&self) -> usize {
        let got = self.sim.got();
        got.iter()
            .filter(|message| message.sender != "ada@example.com")
            .count()
    }
}

impl Running {
    fn logs(&self, text: &str) {
        until(&format!("`{text}` is logged: {}", self.log()), || {
            self.log().contains(text)
        });
    }

    fn log(&self) -> String {
        fs_err::read_to_string(&self.log).unwrap()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    fn ends(&mut self) -> i32 {
        until("it ends", || self.child.try_wait().unwrap().is_some());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_botserverrc_is_all_it_takes() {
    let world = World::new();
    let mut running = world.serve(&["--botserverrc", "botserverrc"]);
    world.says("@**Hello** hi");
    world.hears("beep boop");
    world.says("@**Todo** add Buy milk");
    until("both have answered", || world.answers() == 2);
    running.signal("-TERM");
    assert_eq!(running.ends(), 0);
    // What a bot remembers outlives the process.
    let _running = world.serve(&["--botserverrc", "botserverrc"]);
    world.says("@**Todo** list");
    until("the list is there", || world.answers() == 3);
    let last = world.sim.got().pop().unwrap();
    assert!(last.content.contains("Buy milk"), "{}", last.content);
}

#[test]
fn the_old_name_takes_the_old_flags() {
    let world = World::new();
    let link = world.folder.path().join("zulip-botserver");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zulipkit"), &link).unwrap();
    let port = world.ports[0].to_string();
    let start = |arguments: &[&str], variable: &str| {
        let mut command = world.command(link.to_str().unwrap(), arguments);
        command
            .args(["--port", &port])
            .env("ZULIP_BOTSERVER_CONFIG", variable);
        world.start(command)
    };
    let running = start(&["-c", "botserverrc", "-b", "helloworld"], "");
    running.logs("helloworld is ready");
    world.says("@**Hello** hi");
    until("it is answered", || world.answers() == 1);
    drop(running);
    let bot = &world.bots[0];
    let site = world.sim.url();
    let variable = json!({"helloworld": {"email": bot.email, "key": bot.key, "site": site, "token": bot.token}});
    let running = start(&["--use-env-vars"], &variable.to_string());
    running.logs("helloworld is ready");
    world.says("@**Hello** hi");
    until("it is answered", || world.answers() == 2);
    drop(running);
    let mut neither = start(&[], "");
    assert_eq!(neither.ends(), 2);
    let mut unknown = start(&["-c", "botserverrc", "-b", "nobody"], "");
    assert_eq!(unknown.ends(), 1);
    assert!(
        unknown.log().contains("there is no bot called `nobody`"),
        "{}",
        unknown.log()
    );
}

#[test]
fn settings_are_read_again_without_a_dropped_call() {
    let world = World::new();
    let table = |bot: &OutgoingBot| {
        let (name, email, key, token, site) = (
            bot.section,
            &bot.email,
            &bot.key,
            &bot.token,
            world.sim.url(),
        );
        format!(
            "[bot.{name}]\ntoken = {token:?}\nzulip = {{ site = {site:?}, email = {email:?}, key = {key:?} }}\n"
        )
    };
    world.write("bots.toml", &table(&world.bots[0]));
    let addresses = world.addresses();
    let mut all = vec!["bot", "serve", "--config", "bots.toml"];
    all.extend(addresses.iter().map(String::as_str));
    let running = world.start(world.command(env!("CARGO_BIN_EXE_zulipkit"), &all));
    running.logs("helloworld is ready");
    world.write("bots.toml", "[bot.helloworld]\nkindd = 1\n");
    running.signal("-HUP");
    running.logs("the old settings stay");
    let both = format!("{}{}", table(&world.bots[0]), table(&world.bots[1]));
    world.write("bots.toml", &both);
    running.signal("-HUP");
    for at in 0..20 {
        world.says(&format!("@**Hello** hi {at}"));
    }
    running.logs("the settings are read again");
    world.says("@**Todo** add Buy milk");
    until("all are answered", || world.answers() == 21);
}

#[test]
fn the_sockets_may_be_those_of_systemd() {
    let world = World::new();
    let [calls, operator] = world.ports.map(|port| format!("--listen=127.0.0.1:{port}"));
    let program = env!("CARGO_BIN_EXE_zulipkit");
    let state = format!(
        "--setenv=XDG_STATE_HOME={}",
        world.folder.path().join("state").display()
    );
    let arguments = [
        &calls,
        &operator,
        &state,
        program,
        "bot",
        "serve",
        "--botserverrc",
        "botserverrc",
    ];
    // The call that has it started is the first that is answered.
    let running = world.start(world.command("systemd-socket-activate", &arguments));
    running.logs("Listening on");
    world.says("@**Hello** hi");
    world.hears("beep boop");
    assert!(
        running.log().contains("the sockets of systemd"),
        "{}",
        running.log()
    );
}

#[test]
fn what_is_wrong_in_the_settings_is_said_at_once() {
    let world = World::new();
    let fails = |name: &str, text: &str| {
        world.write(name, text);
        let flag = if name.ends_with("toml") {
            "--config"
        } else {
            "--botserverrc"
        };
        let mut running = world.start(world.command(
            env!("CARGO_BIN_EXE_zulipkit"),
            &["bot", "serve", flag, name],
        ));
        let code = running.ends();
        (code, running.log())
    };
    let (code, said) = fails(
        "bots.toml",
        "[bot.helloworld]\nzulip = { site = \"https://z.example.com\", email = \"a@example.com\", key = \"k\" }\n",
    );
    assert!(code == 3 && said.contains("it has no token"), "{said}");
    let (code, said) = fails("rc", "[]\nemail=a@example.com\n");
    assert!(
        code == 3 && said.contains("a section has no name"),
        "{said}"
    );
    let zuliprc = world
        .section(&world.bots[0])
        .replace("[helloworld]", "[api]");
    let (code, said) = fails("zuliprc", &zuliprc);
    assert!(code != 0 && said.contains("--bot-name"), "{said}");
    let twice = format!(
        "{}{}",
        world.section(&world.bots[0]),
        world
            .section(&world.bots[0])
            .replace("[helloworld]", "[help]")
    );
    let (code, said) = fails("twice", &twice);
    assert!(
        code == 3 && said.contains("cannot serve the bots `helloworld` and `help`"),
        "{said}"
    );
    let [one, two] = [&world.bots[0], &world.bots[1]].map(|bot| &bot.key);
    assert!(!said.contains(one) && !said.contains(two), "{said}");
}
