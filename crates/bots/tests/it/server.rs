//! Bots behind outgoing webhooks, with the simulated server at the other end.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use zulipkit_api::bots::{CreateBot, WebhookFormat};
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::users::BotType;
use zulipkit_api::{Client, Credentials, Platform, QuotedJson, Request, UserAgent, UserId};
use zulipkit_bots::address::Listen;
use zulipkit_bots::runner::{CatchUpSettings, HandlingSettings, RunBot};
use zulipkit_bots::server::{Listeners, ServedBot, Server, ServerSettings};
use zulipkit_bots::{
    Bot, Context, Diagnostic, Files, Incoming, Journal, Result, Storage, Usage, async_trait,
};
use zulipkit_sim::Sim;

const MOMENT: Duration = Duration::from_secs(20);

/// Answers as it is told to by what is said to it.
#[derive(Debug, Default)]
struct Parrot {
    handled: AtomicU32,
    go_on: Notify,
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

/// A simulated server, a bot server beside it, and a person who talks to the bot.
struct World {
    sim: Sim,
    bot: Arc<Parrot>,
    url: String,
    operator: String,
    token: String,
    email: String,
    id: UserId,
    person: Client,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Result<()>>>,
    _folder: tempfile::TempDir,
}

fn client(sim: &Sim, email: &str) -> Client {
    let account = sim.account(email).unwrap();
    let credentials = Credentials {
        site: sim.url().parse().unwrap(),
        email: account.email,
        key: account.key,
        tls: zulipkit_api::Tls::default(),
    };
    let agent = UserAgent::new("Test", "1", &Platform::parse_os_release(""));
    Client::new(credentials, &agent).unwrap()
}

async fn call(client: &Client, endpoint: &str, body: Value) -> Map<String, Value> {
    let body = body.as_object().unwrap().clone();
    client
        .call(&Request::from_parts(endpoint, &body).unwrap())
        .await
        .unwrap()
}

impl World {
    async fn new(format: WebhookFormat, settings: ServerSettings) -> Self {
        let sim = Sim::builder()
            .person("Pia", "pia@example.com")
            .webhook_timeout(Duration::from_secs(5))
            .start()
            .unwrap();
        let calls = TcpListener::bind("127.0.0.1:0").unwrap();
        let operator = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", calls.local_addr().unwrap());
        let owner = client(&sim, &sim.owner().email);
        let mut create = CreateBot::new("Parrot", "parrot");
        create.bot_type = Some(BotType::OutgoingWebhook);
        create.payload_url = Some(QuotedJson(json!(url)));
        create.interface_type = Some(format);
        let id = owner.send(&create).await.unwrap().user_id;
        let state = call(
            &owner,
            "POST /register",
            json!({"fetch_event_types": ["realm_bot"]}),
        )
        .await;
        let own = state["realm_bots"]
            .as_array()
            .unwrap()
            .iter()
            .find(|bot| bot["user_id"] == json!(id))
            .unwrap()
            .clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (email, token) = (text(&own["email"]), text(&own["services"][0]["token"]));
        let bot = Arc::new(Parrot::default());
        let served = ServedBot {
            token: token.clone().into(),
            bot: RunBot {
                name: "parrot".to_owned(),
                bot: bot.clone(),
                client: client(&sim, &email),
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
        };
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("state")).unwrap();
        let server = Server::new(settings, journal, None, vec![served]).unwrap();
        let operator_url = format!("http://{}", operator.local_addr().unwrap());
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
        let world = Self {
            person: client(&sim, "pia@example.com"),
            sim,
            bot,
            url,
            operator: operator_url,
            token,
            email,
            id,
            stop: Some(stop),
            served: Some(served),
            _folder: folder,
        };
        world.until_ready().await;
        world
    }

    async fn until_ready(&self) {
        let ready = format!("{}/readyz", self.operator);
        for _ in 0..1_000 {
            if reqwest::get(&ready)
                .await
                .is_ok_and(|answer| answer.status() == 200)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the bot server is not ready");
    }

    async fn say(&self, text: &str) {
        let to = To::channel("general", "parrots");
        self.person.send(&SendMessage::new(to, text)).await.unwrap();
    }

    async fn say_directly(&self, text: &str) {
        self.person
            .send(&SendMessage::new(To::users([self.id]), text))
            .await
            .unwrap();
    }

    /// Waits until so many messages are there, and returns them with who sent each by what.
    async fn messages(&self, count: usize) -> Vec<(String, String)> {
        let deadline = std::time::Instant::now() + MOMENT;
        loop {
            let got = self.sim.got();
            if got.len() >= count {
                assert_eq!(got.len(), count, "{got:#?}");
                return got
                    .into_iter()
                    .map(|message| (message.client, message.content))
                    .collect();
            }
            assert!(
                std::time::Instant::now() < deadline,
                "{count} messages expected: {got:#?}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A call as the server makes it, to be changed and sent by hand.
    fn call(&self, id: u64, text: &str) -> Value {
        let mut call: Value = serde_json::from_str(include_str!(
            "../data/outgoing_webhook/channel_mention.json"
        ))
        .unwrap();
        let data = format!("@**Parrot** {text}");
        call["data"] = json!(data);
        call["message"]["content"] = json!(data);
        call["message"]["id"] = json!(id);
        call["bot_email"] = json!(self.email);
        call["bot_full_name"] = json!("Parrot");
        call["token"] = json!(self.token);
        call
    }

    async fn post(&self, body: &Value) -> (u16, Value) {
        let sent = reqwest::Client::new()
            .post(&self.url)
            .json(body)
            .send()
            .await
            .unwrap();
        (sent.status().as_u16(), sent.json().await.unwrap())
    }

    async fn stop(&mut self) {
        drop(self.stop.take());
        self.served.take().unwrap().await.unwrap().unwrap();
    }
}

const WEBHOOK: &str = "OutgoingWebhookResponse";

async fn world() -> World {
    World::new(WebhookFormat::Zulip, ServerSettings::default()).await
}

fn impatient() -> ServerSettings {
    ServerSettings {
        answer_within: Duration::from_millis(200),
        ..ServerSettings::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reply_goes_in_the_answer() {
    let world = world().await;
    world.say("@**Parrot** hello").await;
    let got = world.messages(2).await;
    assert_eq!(got[1], (WEBHOOK.to_owned(), "hello!".to_owned()));
    world.say_directly("hi").await;
    let got = world.messages(4).await;
    assert_eq!(got[3], (WEBHOOK.to_owned(), "hi!".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replies_go_by_the_api_in_order() {
    let world = world().await;
    world.say("@**Parrot** twice").await;
    let got = world.messages(3).await;
    assert_eq!((got[1].1.as_str(), got[2].1.as_str()), ("one", "two"));
    assert!(
        got[1..].iter().all(|(client, _)| client != WEBHOOK),
        "{got:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_number_is_wanted_goes_by_the_api() {
    let world = world().await;
    world.say("@**Parrot** edit").await;
    world.messages(2).await;
    let deadline = std::time::Instant::now() + MOMENT;
    while world.sim.got()[1].content != "final" {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_bot_answers_by_the_api() {
    let mut world = World::new(WebhookFormat::Zulip, impatient()).await;
    world.say("@**Parrot** wait").await;
    let got = world.messages(2).await;
    assert_eq!(got[1].1, "first");
    assert_ne!(got[1].0, WEBHOOK);
    // What was accepted is finished, although the server is asked to stop meanwhile.
    let go_on = world.bot.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        go_on.go_on.notify_one();
    });
    world.stop().await;
    let got = world.messages(3).await;
    assert_eq!(got[2].1, "second");
    assert_eq!(world.bot.handled.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_handled_once_and_answered_the_same() {
    let world = world().await;
    let call = world.call(77, "hello");
    let calls = (0..4).map(|_| world.post(&call));
    let answers = futures_util::future::join_all(calls).await;
    for answer in answers {
        assert_eq!(answer, (200, json!({"content": "hello!"})));
    }
    assert_eq!(world.post(&call).await, (200, json!({"content": "hello!"})));
    assert_eq!(world.bot.handled.load(Ordering::Relaxed), 1);
    assert_eq!(world.post(&world.call(78, "hello")).await.0, 200);
    assert_eq!(world.bot.handled.load(Ordering::Relaxed), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_fails_or_panics_hurts_nobody() {
    let world = world().await;
    let nothing = (200, json!({"response_not_required": true}));
    for (id, text) in [(1, "fail"), (2, "panic"), (3, "silence")] {
        assert_eq!(world.post(&world.call(id, text)).await, nothing, "{text}");
    }
    assert_eq!(
        world.post(&world.call(4, "still there?")).await.1,
        json!({"content": "still there?!"})
    );
    let page = reqwest::get(&world.operator)
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("<td class=\"number\">4</td>"), "{page}");
    assert!(page.contains("the bot panicked"), "{page}");
    let metrics = reqwest::get(format!("{}/metrics", world.operator))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        metrics.contains("zulipkit_botserver_failures_total{bot=\"parrot\"} 2"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_nothing() {
    let world = world().await;
    let mut wrong_token = world.call(1, "hello");
    wrong_token["token"] = json!("guess");
    let mut no_token = world.call(2, "hello");
    no_token["token"] = json!("");
    let mut unknown = world.call(3, "hello");
    unknown["bot_email"] = json!("nobody@example.com");
    let mut answers = Vec::new();
    for call in [wrong_token, no_token, unknown] {
        answers.push(world.post(&call).await);
    }
    assert_eq!(answers[0].0, 401);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(world.bot.handled.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_call_is_answered_in_json() {
    let settings = ServerSettings {
        max_body: 2_000,
        arrive_within: Duration::from_millis(300),
        ..ServerSettings::default()
    };
    let world = World::new(WebhookFormat::Zulip, settings).await;
    for body in [
        json!([]),
        json!({"token": 7}),
        json!("x"),
        json!({"message": null}),
    ] {
        assert_eq!(world.post(&body).await.0, 400, "{body}");
    }
    assert_eq!(world.post(&world.call(1, &"x".repeat(3_000))).await.0, 413);
    let mut strange = world.call(2, "hello");
    strange["trigger"] = json!("full_moon");
    assert_eq!(
        world.post(&strange).await,
        (200, json!({"response_not_required": true}))
    );
    for (path, status) in [("", 405), ("admin", 404), ("healthz", 200), ("readyz", 200)] {
        let answer = reqwest::get(format!("{}{path}", world.url)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        answer.json::<Value>().await.unwrap();
    }
    // A request that trickles in is given up.
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = world
        .url
        .trim_start_matches("http://")
        .trim_end_matches('/');
    for beginning in [
        "POST / HTTP/1.1\r\nContent-",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    ] {
        let mut slow = tokio::net::TcpStream::connect(address).await.unwrap();
        slow.write_all(beginning.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
            "{answer}"
        );
    }
    assert_eq!(world.bot.handled.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_its_places_a_bot_is_busy() {
    let settings = ServerSettings {
        per_bot: 1,
        ..impatient()
    };
    let world = World::new(WebhookFormat::Zulip, settings).await;
    assert_eq!(world.post(&world.call(1, "wait")).await.0, 200);
    let sent = reqwest::Client::new()
        .post(&world.url)
        .json(&world.call(2, "hello"))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 503);
    assert_eq!(sent.headers()["retry-after"], "1");
    // The same call finds what it began, and later there is a place again.
    assert_eq!(world.post(&world.call(1, "wait")).await.0, 200);
    world.bot.go_on.notify_one();
    let deadline = std::time::Instant::now() + MOMENT;
    while world.post(&world.call(2, "hello")).await.0 != 200 {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_format_of_slack() {
    let world = World::new(WebhookFormat::Slack, ServerSettings::default()).await;
    world.say("@**Parrot** hello").await;
    let got = world.messages(2).await;
    assert_eq!(got[1], (WEBHOOK.to_owned(), "hello!".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_changes_is_read_again() {
    zulipkit_api::install_crypto_provider();
    let folder = tempfile::tempdir().unwrap();
    let write = || {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(
            folder.path().join("key.pem"),
            made.signing_key.serialize_pem(),
        )
        .unwrap();
        std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
    };
    let old = write();
    let settings = ServerSettings {
        certificate: Some(folder.path().join("cert.pem")),
        certificate_key: Some(folder.path().join("key.pem")),
        ..ServerSettings::default()
    };
    let world = World::new(WebhookFormat::Zulip, settings).await;
    let url = world.url.replace("http://127.0.0.1", "https://localhost");
    let get = async |certificate: &reqwest::Certificate| {
        let client = reqwest::Client::builder()
            .tls_certs_only([certificate.clone()])
            .build()
            .unwrap();
        client.get(format!("{url}healthz")).send().await
    };
    assert_eq!(get(&old).await.unwrap().status(), 200);
    let new = write();
    let deadline = std::time::Instant::now() + MOMENT;
    while get(&new).await.is_err() {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(get(&old).await.is_err());
}
