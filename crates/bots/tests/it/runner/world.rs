//! A simulated server, a bot that does as it is told, and somebody who talks to it.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::{Client, MessageId, Platform, Request, UserId};
use zulipkit_bots::address::Listen;
use zulipkit_bots::runner::{
    CatchUpSettings, Connected, HandlingSettings, Keeper, Order, RunBot, Runner, RunnerSettings,
};
use zulipkit_bots::{
    Alarm, Bot, Context, Diagnostic, Edit, Files, Incoming, Journal, ReactionEvent, Result,
    Storage, Usage, async_trait,
};
use zulipkit_outbox::{Deliverer, Filter, Http, Outbox, Patience, SystemClock};
use zulipkit_sim::{Message, Sim};

use crate::client::client;

pub(crate) const MOMENT: Duration = Duration::from_secs(30);
pub(crate) const BOT: &str = "example-bot@zulip.example.com";

/// Does what the first word of a message says, and answers the rest.
#[derive(Debug, Default)]
pub(crate) struct Puppet {
    /// What it was asked to handle, in order.
    pub(crate) handled: Mutex<Vec<String>>,
    unordered: bool,
}

impl Puppet {
    pub(crate) fn handled(&self) -> Vec<String> {
        self.handled.lock().unwrap().clone()
    }

    fn note(&self, text: String) {
        self.handled.lock().unwrap().push(text);
    }

    /// Hangs over what has this word in it, the first time that it is handled.
    async fn stumble(&self, text: &str, word: &str) {
        let times = self.handled().iter().filter(|seen| *seen == text).count();
        if times == 1 && text.contains(word) {
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl Bot for Puppet {
    fn usage(&self) -> Usage {
        Usage::new("Puppet", "I do as I am told.")
    }

    fn in_order(&self) -> bool {
        !self.unordered
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        let marks = [
            (message.again, " (again)"),
            (message.caught_up, " (caught up)"),
        ];
        let marks: String = marks
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, mark)| *mark)
            .collect();
        self.note(format!("{}{marks}", message.text()));
        let (word, rest) = message
            .text()
            .split_once(' ')
            .unwrap_or((message.text(), ""));
        match word {
            "fail" => Err(Diagnostic::failed("the puppet's string is torn")),
            "panic" => panic!("the puppet panics"),
            "hang" => std::future::pending().await,
            "slow" => {
                tokio::time::sleep(Duration::from_millis(rest.parse().unwrap())).await;
                context.reply(format!("slow {rest} done")).await
            }
            "progress" => {
                tokio::time::sleep(Duration::from_millis(rest.parse().unwrap())).await;
                let progress = context.progress("beginning").await?;
                progress.finish("end").await.map(drop)
            }
            "progress-then-hang" => {
                tokio::time::sleep(Duration::from_millis(rest.parse().unwrap())).await;
                let progress = context.progress("beginning").await?;
                if !message.again {
                    std::future::pending::<()>().await;
                }
                progress.finish("end").await.map(drop)
            }
            "count" => {
                for number in 0..rest.parse().unwrap() {
                    context.reply(format!("{number}")).await?;
                }
                Ok(())
            }
            "repeat" => {
                let line = "All work and no play.\n";
                context.reply(line.repeat(rest.parse().unwrap())).await
            }
            "empty" => context.reply(" \n").await,
            "alarm" => {
                let due = jiff::Timestamp::now() + Duration::from_millis(rest.parse().unwrap());
                let conversation = context.conversation()?;
                context.set_alarm("wake", due, conversation).await
            }
            "once" => {
                let answer = context.answer(format!("{rest}, once"))?;
                context.post_once(rest, answer).await.map(drop)
            }
            "name" => context.reply(context.me().mention()).await,
            _ => context.reply(format!("{} it is", message.text())).await,
        }
    }

    async fn edited(&self, edit: &Edit, context: &Context) -> Result<()> {
        let text = format!("{} -> {}", edit.before, edit.message.full_text());
        self.note(text.clone());
        context.reply(&text).await?;
        self.stumble(&text, "hang").await;
        Ok(())
    }

    async fn reacted(&self, reaction: &ReactionEvent, _context: &Context) -> Result<()> {
        let came = if reaction.added { "+" } else { "-" };
        let text = format!("{came}{} on {}", reaction.emoji, reaction.message);
        self.note(text.clone());
        self.stumble(&text, "octopus").await;
        Ok(())
    }

    async fn alarm(&self, alarm: &Alarm, context: &Context) -> Result<()> {
        self.note(format!("alarm {}", alarm.name));
        let conversation: zulipkit_bots::Conversation =
            serde_json::from_value(alarm.data.clone()).unwrap();
        context
            .send(conversation.to(context.me().user_id), "wake up")
            .await
    }
}

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) dir: TempDir,
    pub(crate) person: Client,
    pub(crate) bot: Arc<Puppet>,
    pub(crate) bot_id: UserId,
}

/// A runner at work.
pub(crate) struct Running {
    pub(crate) orders: mpsc::Sender<Order>,
    pub(crate) task: JoinHandle<Result<()>>,
    pub(crate) connected: Connected,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Sim::builder()).await
    }

    pub(crate) async fn with(builder: zulipkit_sim::Builder) -> Self {
        let sim = builder
            .channel("dev")
            .person("Ada", "ada@example.com")
            .start()
            .unwrap();
        let person = client(&sim, "ada@example.com");
        let me = call(&client(&sim, BOT), "GET /users/me", json!({})).await;
        Self {
            bot_id: UserId(me["user_id"].as_u64().unwrap()),
            dir: TempDir::new().unwrap(),
            bot: Arc::default(),
            person,
            sim,
        }
    }

    /// The bot handles what is said at once, and not in order.
    pub(crate) fn unordered(mut self) -> Self {
        self.bot = Arc::new(Puppet {
            unordered: true,
            ..Puppet::default()
        });
        self
    }

    pub(crate) fn state(&self) -> std::path::PathBuf {
        self.dir.path().join("state")
    }

    /// The bot as it is without further settings.
    pub(crate) fn spec(&self) -> RunBot {
        let zuliprc = self.dir.path().join("zuliprc");
        if !zuliprc.exists() {
            self.sim.zuliprc(&zuliprc).unwrap();
        }
        let client = client(&self.sim, BOT);
        RunBot {
            name: "puppet".to_owned(),
            bot: self.bot.clone(),
            account: Some(zulipkit_outbox::Account {
                settings: zuliprc.clone(),
                site: client.site().clone(),
                email: BOT.to_owned(),
            }),
            client,
            agent: "ZulipPuppetBot".to_owned(),
            listen: Listen::default(),
            handling: HandlingSettings::default(),
            catch_up: CatchUpSettings::default(),
            storage: Storage::in_memory(),
            files: Files::default(),
            key_file: Some(zuliprc),
            version: 1,
        }
    }

    pub(crate) async fn run(&self) -> Running {
        self.run_all(vec![self.spec()]).await
    }

    /// Runs bots, and waits until each hears from the server.
    pub(crate) async fn run_all(&self, bots: Vec<RunBot>) -> Running {
        let wanted = bots.len();
        let running = self.launch(bots, Duration::from_secs(5));
        until("the bots are connected", || {
            running.connected.count() == wanted
        })
        .await;
        running
    }

    /// Runs bots, and waits for nothing. `grace` is how long their end may take.
    pub(crate) fn launch(&self, bots: Vec<RunBot>, grace: Duration) -> Running {
        let settings = RunnerSettings {
            grace,
            ..RunnerSettings::default()
        };
        let journal = Journal::open(&self.state()).unwrap();
        let keeper = Keeper::new(&self.state(), Box::new(|_: &Path| Ok(())));
        let runner = Runner::new(settings, journal, Some(keeper));
        let connected = runner.connected();
        let (orders, received) = mpsc::channel(1);
        let task = tokio::spawn(runner.run(bots, received));
        Running {
            orders,
            task,
            connected,
        }
    }

    /// How many messages the outbox holds.
    pub(crate) fn kept(&self) -> usize {
        let outbox = Outbox::look(&self.state()).unwrap();
        outbox.map_or(0, |outbox| outbox.list(&Filter::default()).unwrap().len())
    }

    /// Delivers what waits in the outbox.
    pub(crate) async fn deliver(&self) {
        let dir = self.state();
        let deliver = move || {
            let accounts = |path: &Path| {
                zulipkit_settings::account::open(path, &zulipkit_settings::Environment::default())
            };
            let courier = Http::new("1", Platform::parse_os_release(""));
            let outbox = Outbox::open(&dir).unwrap();
            Deliverer::new(outbox, courier, SystemClock::default(), Box::new(accounts))
                .run_blocking(Patience::For(MOMENT))
                .unwrap();
        };
        tokio::task::spawn_blocking(deliver).await.unwrap();
    }

    /// Has the server forget the bot's queue, as after ten minutes.
    pub(crate) async fn lose_queue(&self) {
        let requests = self.sim.requests();
        let polls = requests.iter().rev();
        let mut queues = polls
            .filter(|request| request.path == "/api/v1/events" && request.method == "GET")
            .flat_map(|request| &request.params)
            .filter(|(name, _)| name == "queue_id");
        let (_, queue) = queues.next().unwrap();
        let bot = client(&self.sim, BOT);
        call(&bot, "DELETE /events", json!({"queue_id": queue})).await;
    }

    /// Says something to the bot in a direct message.
    pub(crate) async fn say(&self, text: &str) -> MessageId {
        self.send(To::users([self.bot_id]), text).await
    }

    /// Mentions the bot in a topic.
    pub(crate) async fn mention(&self, topic: &str, text: &str) -> MessageId {
        let text = format!("@**Example Bot** {text}");
        self.send(To::channel("dev", topic), &text).await
    }

    pub(crate) async fn send(&self, to: To, text: &str) -> MessageId {
        let sent = self.person.send(&SendMessage::new(to, text)).await;
        sent.unwrap().id
    }

    /// What the bot has said.
    pub(crate) fn replies(&self) -> Vec<Message> {
        let mut messages = self.sim.got();
        messages.retain(|message| message.sender == BOT);
        messages
    }

    /// How many messages the bot tried to send.
    pub(crate) fn sent_by_bot(&self) -> usize {
        self.asked_by_bot("POST", "/api/v1/messages")
    }

    /// How often the bot asked the server for this.
    pub(crate) fn asked_by_bot(&self, method: &str, path: &str) -> usize {
        let requests = self.sim.requests();
        let asked = requests.iter().filter(|request| {
            request.method == method
                && request.path == path
                && request.email.as_deref() == Some(BOT)
        });
        asked.count()
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.replies()
            .into_iter()
            .map(|message| message.content)
            .collect()
    }

    /// Waits until the bot has said so much.
    pub(crate) async fn replied(&self, count: usize) -> Vec<String> {
        until("the bot has answered", || self.replies().len() >= count).await;
        self.texts()
    }
}

impl Running {
    /// Ends as by SIGTERM.
    pub(crate) async fn stop(self) {
        self.orders.send(Order::Stop).await.unwrap();
        self.task.await.unwrap().unwrap();
    }
}

/// Polls until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + MOMENT;
    while !is_so() {
        assert!(Instant::now() < end, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) async fn call(client: &Client, endpoint: &str, body: Value) -> Map<String, Value> {
    let body = body.as_object().unwrap().clone();
    client
        .call(&Request::from_parts(endpoint, &body).unwrap())
        .await
        .unwrap()
}
