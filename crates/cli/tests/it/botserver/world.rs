//! A simulated server with outgoing webhooks, and bot servers as programs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
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
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) sim: Sim,
    runtime: tokio::runtime::Runtime,
    ada: Client,
    pub(crate) bots: Vec<OutgoingBot>,
    /// Where Zulip calls, and where the operator looks.
    pub(crate) ports: [u16; 2],
}

pub(crate) struct OutgoingBot {
    pub(crate) section: &'static str,
    pub(crate) email: String,
    pub(crate) key: String,
    pub(crate) token: String,
}

/// A bot server that runs, and is killed if it is not ended before.
pub(crate) struct Running {
    pub(crate) child: Child,
    log: PathBuf,
}

/// Makes a call on a connection of its own.
pub(crate) fn post(port: u16, call: &Value) -> Option<(u16, Value)> {
    let body = call.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: bots.example.com\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
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

pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl World {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn section(&self, bot: &OutgoingBot) -> String {
        let (email, key, token, site) = (&bot.email, &bot.key, &bot.token, self.sim.url());
        format!(
            "[{}]\nemail={email}\nkey={key}\nsite={site}\ntoken={token}\n\n",
            bot.section
        )
    }

    /// The table of a bot in a settings file.
    pub(crate) fn table(&self, bot: &OutgoingBot) -> String {
        let (name, token, site) = (bot.section, &bot.token, self.sim.url());
        let (email, key) = (&bot.email, &bot.key);
        format!(
            "[bot.{name}]\ntoken = {token:?}\nzulip = {{ site = {site:?}, email = {email:?}, key = {key:?} }}\n"
        )
    }

    /// A call about a message that mentions a bot in `general`.
    pub(crate) fn call(&self, bot: &OutgoingBot, id: u64, topic: &str, text: &str) -> Value {
        let fetch = json!({"stream": "general"});
        let request =
            Request::from_parts("GET /get_stream_id", fetch.as_object().unwrap()).unwrap();
        let found = self.runtime.block_on(self.ada.call(&request)).unwrap();
        let text = format!("@**Bot** {text}");
        json!({
            "bot_email": bot.email, "bot_full_name": "Bot", "token": bot.token, "trigger": "mention", "data": text,
            "message": {
                "id": id, "type": "stream", "stream_id": found["stream_id"], "display_recipient": "general", "subject": topic,
                "sender_id": 9, "sender_email": "ada@example.com", "sender_full_name": "Ada", "content": text,
                "timestamp": 1_795_570_415, "client": "website",
            },
        })
    }

    /// Makes a call as Zulip does, and returns the status and the answer; nothing if the connection fails.
    pub(crate) fn post(&self, call: &Value) -> Option<(u16, Value)> {
        post(self.ports[0], call)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join(name);
        fs_err::write(&path, text).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
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

    pub(crate) fn addresses(&self) -> [String; 4] {
        let [listen, operator] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        [
            "--listen".to_owned(),
            listen,
            "--operator".to_owned(),
            operator,
        ]
    }

    pub(crate) fn serve(&self, arguments: &[&str]) -> Running {
        let addresses = self.addresses();
        let mut all = vec!["bot", "serve"];
        all.extend(arguments);
        all.extend(addresses.iter().map(String::as_str));
        let running = self.start(self.command(env!("CARGO_BIN_EXE_zulipkit"), &all));
        running.logs("todo is ready");
        running.logs("helloworld is ready");
        running
    }

    pub(crate) fn start(&self, mut command: Command) -> Running {
        let log = self.folder.path().join("log");
        let file = fs_err::File::create(&log).unwrap().into_parts().0;
        let child = command.stderr(file).spawn().unwrap();
        Running { child, log }
    }

    pub(crate) fn says(&self, text: &str) {
        let message = SendMessage::new(To::channel("general", "bots"), text);
        self.runtime.block_on(self.ada.send(&message)).unwrap();
    }

    /// Waits for a message that a bot said, and returns what else is there since the last of Ada's.
    pub(crate) fn hears(&self, text: &str) {
        until(&format!("somebody says `{text}`"), || {
            self.sim
                .got()
                .iter()
                .any(|message| message.content.contains(text))
        });
    }

    pub(crate) fn answers(&self) -> usize {
        let got = self.sim.got();
        got.iter()
            .filter(|message| message.sender != "ada@example.com")
            .count()
    }
}

impl Running {
    pub(crate) fn logs(&self, text: &str) {
        until(&format!("`{text}` is logged: {}", self.log()), || {
            self.log().contains(text)
        });
    }

    pub(crate) fn log(&self) -> String {
        fs_err::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    pub(crate) fn ends(&mut self) -> i32 {
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
