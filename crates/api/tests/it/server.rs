use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does with one request, in order; the last goes on for ever.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answers, and keeps the connection.
    Answer(String),
    /// Answers, and closes the connection.
    AnswerAndClose(String),
    /// Resets the connection as soon as it is there.
    ResetAtOnce,
    /// Reads the request and resets the connection.
    Reset,
    /// Reads the request and never answers.
    Hang,
    /// Promises a long answer and sends a byte of it now and then.
    Trickle,
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) site: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    acts: Mutex<VecDeque<Act>>,
    got: Mutex<Vec<String>>,
    closed: Notify,
}

impl Server {
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            acts: Mutex::new(acts.into_iter().collect()),
            got: Mutex::default(),
            closed: Notify::new(),
        });
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&serving).serve(stream));
            }
        });
        Self { site, shared }
    }

    pub(crate) async fn answering(status: &str, content_type: &str, body: &str) -> Self {
        Self::start([Act::Answer(answer(
            status,
            &[("Content-Type", content_type)],
            body,
        ))])
        .await
    }

    /// Returns the requests that arrived, whole.
    pub(crate) fn got(&self) -> Vec<String> {
        self.shared.got.lock().unwrap().clone()
    }

    /// Waits until the server has closed a connection.
    pub(crate) async fn closed(&self) {
        self.shared.closed.notified().await;
    }
}

impl Shared {
    async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        if matches!(self.acts.lock().unwrap().front(), Some(Act::ResetAtOnce)) {
            self.next_act();
            stream.set_zero_linger().unwrap();
            return;
        }
        while let Some(request) = read_request(&mut stream).await {
            self.got.lock().unwrap().push(request);
            match self.next_act() {
                Act::Answer(text) => stream.write_all(text.as_bytes()).await.unwrap(),
                Act::AnswerAndClose(text) => {
                    stream.write_all(text.as_bytes()).await.unwrap();
                    break;
                }
                Act::ResetAtOnce | Act::Reset => {
                    stream.set_zero_linger().unwrap();
                    break;
                }
                Act::Hang => std::future::pending().await,
                Act::Trickle => trickle(&mut stream).await,
            }
        }
        drop(stream);
        self.closed.notify_one();
    }

    fn next_act(&self) -> Act {
        let mut acts = self.acts.lock().unwrap();
        match acts.len() {
            1 => acts[0].clone(),
            _ => acts.pop_front().unwrap(),
        }
    }
}

pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

pub(crate) fn success(body: &str) -> String {
    answer("200 OK", &[("Content-Type", "application/json")], body)
}

/// Returns a request with its body; none if the connection ends before.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return Some(text.into_owned());
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn content_length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.parse().unwrap())
}

async fn trickle(stream: &mut TcpStream) {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    while stream.write_all(b" ").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
