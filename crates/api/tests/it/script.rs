use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use zulipkit_api::{Answer, Client, Failure, Request, Sending, Transport};

/// What becomes of one try.
#[derive(Debug)]
pub(crate) enum Try {
    Answer(u16, &'static [(&'static str, &'static str)], &'static str),
    Refused,
    Lost,
}

pub(crate) const SENT: Try = Try::Answer(200, &[], r#"{"result": "success", "msg": "", "id": 42}"#);

/// Answers from a list and notes when each try came.
#[derive(Debug)]
pub(crate) struct Script {
    start: Instant,
    tries: Mutex<VecDeque<Try>>,
    times: Mutex<Vec<Duration>>,
    lines: Mutex<Vec<String>>,
    /// How long a poll takes.
    poll: Mutex<Duration>,
}

impl Script {
    pub(crate) fn new(tries: impl IntoIterator<Item = Try>) -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            tries: Mutex::new(tries.into_iter().collect()),
            times: Mutex::default(),
            lines: Mutex::default(),
            poll: Mutex::default(),
        })
    }

    pub(crate) fn client(self: &Arc<Self>, email: &str) -> Client {
        let credentials = crate::credentials("http://zulip.example.com", email);
        Client::with_transport(credentials, Arc::<Self>::clone(self))
    }

    /// Lets polls take so long.
    pub(crate) fn answer_after(&self, time: Duration) {
        *self.poll.lock().unwrap() = time;
    }

    /// Returns each try in one line.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// Returns how long after the start each try came.
    pub(crate) fn times(&self) -> Vec<Duration> {
        self.times.lock().unwrap().clone()
    }
}

/// Writes a request in one line: method, path, parameters.
fn line(request: &Request) -> String {
    let mut params = request.params.clone();
    params.sort();
    let params: String = params
        .iter()
        .map(|(name, value)| format!(" {name}={value}"))
        .collect();
    format!("{} {}{params}", request.method, request.path)
}

impl Transport for Script {
    fn send<'a>(&'a self, request: &'a Request, _within: Duration) -> Sending<'a> {
        self.times.lock().unwrap().push(self.start.elapsed());
        self.lines.lock().unwrap().push(line(request));
        let next = self.tries.lock().unwrap().pop_front();
        let failure = |sent| {
            Err(Failure {
                sent,
                cause: "the network is away".into(),
            })
        };
        let outcome = match next.expect("no more tries than the test foresees") {
            Try::Refused => failure(false),
            Try::Lost => failure(true),
            Try::Answer(status, headers, body) => Ok(Answer {
                status,
                headers: headers
                    .iter()
                    .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                    .collect(),
                body: body.as_bytes().to_vec(),
            }),
        };
        let time = if request.waits() {
            *self.poll.lock().unwrap()
        } else {
            Duration::ZERO
        };
        Box::pin(async move {
            if !time.is_zero() {
                tokio::time::sleep(time).await;
            }
            outcome
        })
    }
}
