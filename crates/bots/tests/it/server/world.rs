//! A simulated server, a bot server beside it, and a person who talks to the bot.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use zulipkit_api::bots::{CreateBot, WebhookFormat};
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::users::BotType;
use zulipkit_api::{Client, Credentials, Platform, QuotedJson, Request, Tls, UserAgent, UserId};
use zulipkit_bots::address::Listen;
use zulipkit_bots::runner::{CatchUpSettings, HandlingSettings, RunBot};
use zulipkit_bots::server::{Listeners, ServedBot, Server, ServerSettings};
use zulipkit_bots::{
    Bot, Context, Diagnostic, Files, Incoming, Journal, Result, Storage, Usage, async_trait,
};
use zulipkit_sim::Sim;

use crate::client::client;

pub(crate) const MOMENT: Duration = Duration::from_secs(20);

/// The client that the simulated server notes for what came in an HTTP answer.
pub(crate) const WEBHOOK: &str = "OutgoingWebhookResponse";

/// Answers as it is told to by what is said to it.
#[derive(Debug, Default)]
pub(crate) struct Parrot {
    pub(crate) handled: AtomicU32,
    pub(crate) go_on: Notify,
}

impl Parrot {
    pub(crate) fn handled(&self) -> u32 {
        self.handled.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Bot for Parrot {
    fn usage(&self) -> Usage {
        Usage::new("Parrot", "I repeat what you say.")
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        self.handled.fetch_add(1, Ordering::Relaxed);
        match message.text() {
            "twice" => {
                context.reply("one").await?;
                context.reply("two").await
            }
            "edit" => {
                let posted = context.post(context.answer("draft")?).await?;
                let id = posted.id().expect("a post has a number");
                context.edit(id, "final").await
            }
            "wait" => {
                context.reply("first").await?;
                self.go_on.notified().await;
                context.reply("second").await
            }
            "fail" => Err(Diagnostic::failed("the parrot is tired")),
            "panic" => panic!("the parrot panics"),
            "silence" => Ok(()),
            text => context.reply(format!("{text}!")).await,
        }
    }
}

/// A bot's account.
pub(crate) struct Account {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) token: String,
}

/// A simulated server with two bots, a bot server for them, and a person who talks to them.
pub(crate) struct World {
    pub(crate) sim: Sim,
    /// What both bots are.
    pub(crate) bot: Arc<Parrot>,
    pub(crate) parrot: Account,
    pub(crate) owl: Account,
    pub(crate) server: Running,
    person: Client,
    /// The number of the channel in which it is talked.
    general: Value,
    folder: tempfile::TempDir,
}

/// A bot server that runs.
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) url: String,
    pub(crate) operator: String,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Result<()>>>,
}

pub(crate) async fn world() -> World {
    World::new(WebhookFormat::Zulip, ServerSettings::default()).await
}

pub(crate) fn impatient() -> ServerSettings {
    ServerSettings {
        answer_within: Duration::from_millis(200),
        ..ServerSettings::default()
    }
}

impl World {
    pub(crate) async fn new(format: WebhookFormat, settings: ServerSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sim = Sim::builder()
            .person("Pia", "pia@example.com")
            .webhook_timeout(Duration::from_secs(5))
            .start()
            .unwrap();
        let calls = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", calls.local_addr().unwrap());
        let person = client(&sim, "pia@example.com");
        let parrot = account(&sim, "Parrot", &url, format).await;
        let owl = account(&sim, "Owl", &url, format).await;
        let bot = Arc::new(Parrot::default());
        let bots = [("parrot", &parrot), ("owl", &owl)]
            .map(|(name, account)| served(&sim, name, account, bot.clone()));
        let world = Self {
            server: Running::start(calls, settings, &folder.path().join("state"), bots.into()),
            general:
                call(&person, "GET /get_stream_id", json!({"stream": "general"})).await["stream_id"]
                    .take(),
            person,
            sim,
            bot,
            parrot,
            owl,
            folder,
        };
        world.server.until_ready().await;
        world
    }

    /// Starts a second bot server for the parrot with the same state.
    pub(crate) fn another(&self, settings: ServerSettings, bot: ServedBot) -> Running {
        let calls = TcpListener::bind("127.0.0.1:0").unwrap();
        Running::start(calls, settings, &self.state(), vec![bot])
    }

    /// Returns the parrot as a server takes it, with the key that its account has now.
    pub(crate) fn served(&self, bot: Arc<Parrot>) -> ServedBot {
        served(&self.sim, "parrot", &self.parrot, bot)
    }

    /// Returns the parrot with another server than it has.
    pub(crate) fn served_at(&self, site: &str) -> ServedBot {
        let mut served = self.served(Arc::default());
        let credentials = Credentials {
            site: site.parse().unwrap(),
            email: self.parrot.email.clone(),
            key: "key".into(),
            tls: Tls::default(),
        };
        let agent = UserAgent::new("Test", "1", &Platform::parse_os_release(""));
        served.bot.client = Client::new(credentials, &agent).unwrap();
        served.bot.version = 0;
        served
    }

    /// Returns the folder with the bot server's state.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) async fn say(&self, text: &str) {
        let to = To::channel("general", "parrots");
        self.person.send(&SendMessage::new(to, text)).await.unwrap();
    }

    pub(crate) async fn say_directly(&self, text: &str) {
        let message = SendMessage::new(To::users([self.parrot.id]), text);
        self.person.send(&message).await.unwrap();
    }

    /// Waits until so many messages are there, and returns them with who sent each by what.
    pub(crate) async fn messages(&self, count: usize) -> Vec<(String, String)> {
        until("so many messages are there", || {
            self.sim.got().len() >= count
        })
        .await;
        let got = self.sim.got();
        assert_eq!(got.len(), count, "{got:#?}");
        got.into_iter()
            .map(|message| (message.client, message.content))
            .collect()
    }

    /// A call about the parrot as the server makes it, to be changed and sent by hand.
    pub(crate) fn call(&self, id: u64, text: &str) -> Value {
        let recorded = include_str!("../../data/outgoing_webhook/channel_mention.json");
        let mut call: Value = serde_json::from_str(recorded).unwrap();
        let data = format!("@**Parrot** {text}");
        call["data"] = json!(data);
        call["message"]["content"] = json!(data);
        call["message"]["id"] = json!(id);
        call["message"]["display_recipient"] = json!("general");
        call["message"]["stream_id"] = self.general.clone();
        call["bot_email"] = json!(self.parrot.email);
        call["bot_full_name"] = json!("Parrot");
        call["token"] = json!(self.parrot.token);
        call
    }

    pub(crate) async fn post(&self, body: &Value) -> (u16, Value) {
        self.server.post(body).await
    }
}

impl Running {
    fn start(
        calls: TcpListener,
        settings: ServerSettings,
        state: &Path,
        bots: Vec<ServedBot>,
    ) -> Self {
        let operator = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = |listener: &TcpListener| listener.local_addr().unwrap();
        let (url, operator_url) = (
            format!("http://{}/", address(&calls)),
            format!("http://{}", address(&operator)),
        );
        let journal = Journal::open(state).unwrap();
        let server = Server::new(settings, journal, None, bots).unwrap();
        let listeners = Listeners {
            calls: Some(calls),
            operator: Some(operator),
        };
        let (stop, stopped) = oneshot::channel();
        let running = server.clone();
        let served =
            tokio::spawn(
                async move { running.run(listeners, async { drop(stopped.await) }).await },
            );
        Self {
            server,
            url,
            operator: operator_url,
            stop: Some(stop),
            served: Some(served),
        }
    }

    pub(crate) async fn until_ready(&self) {
        let ready = format!("{}/readyz", self.operator);
        for _ in 0..2_000 {
            let answer = reqwest::get(&ready).await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the bot server is not ready");
    }

    pub(crate) async fn post(&self, body: &Value) -> (u16, Value) {
        let client = reqwest::Client::new();
        let sent = client.post(&self.url).json(body).send().await.unwrap();
        (sent.status().as_u16(), sent.json().await.unwrap())
    }

    /// Returns what the operator sees under a path.
    pub(crate) async fn operator(&self, path: &str) -> String {
        let answer = reqwest::get(format!("{}{path}", self.operator)).await;
        answer.unwrap().text().await.unwrap()
    }

    /// Returns the address to connect to.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Asks it to end.
    pub(crate) fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Ends it, and waits until it has.
    pub(crate) async fn stop(&mut self) {
        self.ask_to_stop();
        self.served.take().unwrap().await.unwrap().unwrap();
    }
}

pub(crate) async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + MOMENT;
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Makes an outgoing webhook that calls `url`.
async fn account(sim: &Sim, name: &str, url: &str, format: WebhookFormat) -> Account {
    let owner = client(sim, &sim.owner().email);
    let mut create = CreateBot::new(name, name.to_lowercase());
    create.bot_type = Some(BotType::OutgoingWebhook);
    create.payload_url = Some(QuotedJson(json!(url)));
    create.interface_type = Some(format);
    let id = owner.send(&create).await.unwrap().user_id;
    let fetch = json!({"fetch_event_types": ["realm_bot"]});
    let state = call(&owner, "POST /register", fetch).await;
    let bots = state["realm_bots"].as_array().unwrap();
    let own = bots.iter().find(|bot| bot["user_id"] == json!(id)).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Account {
        id,
        email: text(&own["email"]),
        token: text(&own["services"][0]["token"]),
    }
}

async fn call(client: &Client, endpoint: &str, body: Value) -> Map<String, Value> {
    let body = body.as_object().unwrap().clone();
    let request = Request::from_parts(endpoint, &body).unwrap();
    client.call(&request).await.unwrap()
}

fn served(sim: &Sim, name: &str, account: &Account, bot: Arc<Parrot>) -> ServedBot {
    ServedBot {
        token: account.token.clone().into(),
        bot: RunBot {
            name: name.to_owned(),
            bot,
            client: client(sim, &account.email),
            account: None,
            agent: "ZulipParrotBot".to_owned(),
            listen: Listen::default(),
            handling: HandlingSettings::default(),
            catch_up: CatchUpSettings::default(),
            storage: Storage::in_memory(),
            files: Files::default(),
            key_file: None,
            version: 1,
        },
    }
}
