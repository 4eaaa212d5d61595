//! A server in memory, which stores, refuses and forgets to answer as it is told.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use zulipkit_api::{ApiError, Credentials, Error, Request};
use zulipkit_outbox::{Clock, Courier};

use crate::support::object;

/// How the server meets one `POST /messages`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    /// Stores it and says so.
    Take,
    /// Nobody listens.
    Refuse,
    /// Stores it and answers 502.
    TakeAndFail,
    /// Answers 502 without storing.
    Fail,
    /// Stores it so much later, after having answered 502.
    TakeLate(Duration),
    /// Answers 429 with this wait.
    Limit(Duration),
    /// Answers an error of Zulip's.
    Deny(u16, &'static str),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) channel: String,
    pub(crate) topic: String,
    pub(crate) content: String,
    /// From when on it is there.
    pub(crate) from: Duration,
}

#[derive(Default)]
struct Inner {
    messages: RefCell<Vec<Message>>,
    /// What happens to the next sendings; then they are taken.
    fates: RefCell<VecDeque<Fate>>,
    /// Each request as `METHOD path`, with the time.
    log: RefCell<Vec<(Duration, String)>>,
    last_id: Cell<i64>,
    missing: RefCell<HashSet<String>>,
    unreadable: RefCell<HashSet<String>>,
    key: RefCell<String>,
    mute: Cell<bool>,
    busy: RefCell<HashSet<String>>,
}

/// The server; clones are the same one.
#[derive(Clone)]
pub(crate) struct Server(Rc<Inner>, Epoch);

/// Time as tests see it: it flies while nothing happens, and its wall clock can be set.
#[derive(Clone)]
pub(crate) struct Epoch {
    start: tokio::time::Instant,
    wall_offset_ms: Rc<Cell<i64>>,
}

impl Epoch {
    pub(crate) fn new() -> Self {
        Self {
            start: tokio::time::Instant::now(),
            wall_offset_ms: Rc::new(Cell::new(1_795_570_000_000)),
        }
    }

    pub(crate) fn jump(&self, ms: i64) {
        self.wall_offset_ms.set(self.wall_offset_ms.get() + ms);
    }
}

impl Clock for Epoch {
    fn wall_ms(&self) -> i64 {
        self.wall_offset_ms.get() + i64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

impl Server {
    pub(crate) fn new(epoch: &Epoch) -> Self {
        let inner = Inner::default();
        inner.key.replace("right".to_owned());
        inner.last_id.set(100);
        Self(Rc::new(inner), epoch.clone())
    }

    /// Orders what happens to the next sendings.
    pub(crate) fn next(&self, fates: impl IntoIterator<Item = Fate>) -> &Self {
        self.0.fates.borrow_mut().extend(fates);
        self
    }

    /// Takes everything from now on.
    pub(crate) fn behaves(&self) {
        self.0.fates.borrow_mut().clear();
        self.0.missing.borrow_mut().clear();
    }

    /// Has no channel of this name for now.
    pub(crate) fn lacks(&self, channel: &str) {
        self.0.missing.borrow_mut().insert(channel.to_owned());
    }

    pub(crate) fn creates(&self, channel: &str) {
        self.0.missing.borrow_mut().remove(channel);
    }

    /// Lets the bot post to a private channel that it is not subscribed to.
    pub(crate) fn hides(&self, channel: &str) {
        self.0.unreadable.borrow_mut().insert(channel.to_owned());
    }

    /// Treats the bot as an incoming-webhook bot, which may only send.
    pub(crate) fn mutes(&self) {
        self.0.mute.set(true);
    }

    /// Puts in a message that no outbox sent.
    pub(crate) fn store(&self, channel: &str, topic: &str, content: &str) -> i64 {
        self.keep(channel, topic, content, Duration::ZERO)
    }

    pub(crate) fn move_message(&self, id: i64, topic: &str) {
        for message in self
            .0
            .messages
            .borrow_mut()
            .iter_mut()
            .filter(|message| message.id == id)
        {
            topic.clone_into(&mut message.topic);
        }
    }

    /// The messages as `topic: content`, in the order of their ids.
    pub(crate) fn got(&self) -> Vec<String> {
        let messages = self.0.messages.borrow();
        messages
            .iter()
            .map(|message| format!("{}: {}", message.topic, message.content))
            .collect()
    }

    /// The texts in one topic of a channel, in the order of their ids.
    pub(crate) fn topic(&self, channel: &str, topic: &str) -> Vec<String> {
        let messages = self.0.messages.borrow();
        let here = messages
            .iter()
            .filter(|message| message.channel == channel && message.topic == topic);
        here.map(|message| message.content.clone()).collect()
    }

    /// The requests as `METHOD path`.
    pub(crate) fn log(&self) -> Vec<String> {
        self.0
            .log
            .borrow()
            .iter()
            .map(|(_, line)| line.clone())
            .collect()
    }

    /// When sendings came.
    pub(crate) fn sendings(&self) -> Vec<Duration> {
        let log = self.0.log.borrow();
        log.iter()
            .filter(|(_, line)| line == "POST /messages")
            .map(|(at, _)| *at)
            .collect()
    }

    fn keep(&self, channel: &str, topic: &str, content: &str, later: Duration) -> i64 {
        let id = self.0.last_id.get() + 1;
        self.0.last_id.set(id);
        self.0.messages.borrow_mut().push(Message {
            id,
            channel: channel.to_owned(),
            topic: topic.to_owned(),
            content: content.trim_end().trim_start_matches('\n').to_owned(),
            from: self.1.monotonic() + later,
        });
        id
    }

    fn send(&self, params: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let text = |name: &str| {
            params
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (channel, topic, content) = (text("to"), text("topic"), text("content"));
        if self.0.missing.borrow().contains(&channel) {
            return Err(denied(400, "STREAM_DOES_NOT_EXIST"));
        }
        let fate = self.0.fates.borrow_mut().pop_front().unwrap_or(Fate::Take);
        match fate {
            Fate::Take => Ok(object(
                json!({"id": self.keep(&channel, &topic, &content, Duration::ZERO)}),
            )),
            Fate::Refuse => Err(refused()),
            Fate::TakeAndFail => {
                self.keep(&channel, &topic, &content, Duration::ZERO);
                Err(page(502))
            }
            Fate::TakeLate(later) => {
                self.keep(&channel, &topic, &content, later);
                Err(page(502))
            }
            Fate::Fail => Err(page(502)),
            Fate::Limit(wait) => Err(Error::RateLimited {
                retry_after: Some(wait),
            }),
            Fate::Deny(status, code) => Err(denied(status, code)),
        }
    }

    fn search(&self, params: &Map<String, Value>) -> Map<String, Value> {
        let narrow: Value = serde_json::from_str(params["narrow"].as_str().unwrap()).unwrap();
        let channel = narrow[0]["operand"].as_str().unwrap();
        let hidden = self.0.unreadable.borrow().contains(channel);
        let now = self.1.monotonic();
        let messages = self.0.messages.borrow();
        let seen = messages
            .iter()
            .filter(|message| !hidden && message.channel == channel && message.from <= now)
            .map(|message| {
                json!({
                    "id": message.id, "sender_id": 7, "content": message.content, "subject": message.topic,
                    "timestamp": self.1.wall_ms() / 1000
                })
            });
        object(json!({"messages": seen.collect::<Vec<_>>(), "found_newest": true}))
    }
}

impl Courier for Server {
    async fn attempt(
        &self,
        credentials: &Credentials,
        agent: &str,
        request: &Request,
    ) -> Result<Map<String, Value>, Error> {
        assert_eq!(agent, "ZulipGit");
        let line = format!("{} {}", request.method, request.path);
        self.0
            .log
            .borrow_mut()
            .push((self.1.monotonic(), line.clone()));
        let params: Map<String, Value> = request
            .params
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let sending = line == "POST /messages";
        let place = format!("{:?} {:?}", params.get("to"), params.get("topic"));
        let _one_at_a_time = sending.then(|| Busy::new(self, place));
        // A client may be killed before the server has read the request, or before it has read the answer.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let answer = self.answer(credentials, request, &line, &params);
        tokio::time::sleep(Duration::from_millis(5)).await;
        answer
    }
}

/// A place to which a sending is under way.
struct Busy(Server, String);

impl Busy {
    fn new(server: &Server, place: String) -> Self {
        let alone = server.0.busy.borrow_mut().insert(place.clone());
        assert!(alone, "two at once in {place}");
        Self(server.clone(), place)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.busy.borrow_mut().remove(&self.1);
    }
}

impl Server {
    fn answer(
        &self,
        credentials: &Credentials,
        request: &Request,
        line: &str,
        params: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Error> {
        let sending = line == "POST /messages";
        if credentials.key.expose_secret() != *self.0.key.borrow()
            || (self.0.mute.get() && !sending)
        {
            return Err(denied(401, "UNAUTHORIZED"));
        }
        match line {
            "POST /messages" => self.send(params),
            "GET /messages" => Ok(self.search(params)),
            "GET /users/me" => Ok(object(json!({"user_id": 7}))),
            "GET /users/me/subscriptions" => {
                Ok(object(json!({"subscriptions": [{"name": "Commits"}]})))
            }
            "GET /streams" => Ok(object(
                json!({"streams": [{"name": "open", "invite_only": false}]}),
            )),
            "POST /user_uploads" => Ok(object(
                json!({"url": format!("/user_uploads/{}", request.files[0].name)}),
            )),
            "PATCH /messages/101" => {
                let content = params["content"].as_str().unwrap();
                for message in self
                    .0
                    .messages
                    .borrow_mut()
                    .iter_mut()
                    .filter(|message| message.id == 101)
                {
                    content.clone_into(&mut message.content);
                }
                Ok(Map::new())
            }
            _ => panic!("unexpected: {line}"),
        }
    }
}

fn denied(status: u16, code: &str) -> Error {
    Error::Api(Box::new(ApiError {
        status,
        code: code.to_owned(),
        message: "the server's words".to_owned(),
        extra: Map::new(),
    }))
}

fn refused() -> Error {
    Error::Transport {
        site: "https://zulip.example.com".to_owned(),
        sent: false,
        source: "connection refused".into(),
    }
}

fn page(status: u16) -> Error {
    Error::Unexpected {
        url: "https://zulip.example.com/api/v1/messages".to_owned(),
        status,
        content_type: Some("text/html".to_owned()),
        excerpt: "Bad Gateway".to_owned(),
    }
}
