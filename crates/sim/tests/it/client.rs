//! An HTTP client of plain sockets, which sees what really comes over the wire.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use zulipkit_sim::{Credentials, Sim};

/// No answer of these tests takes so long unless it never comes.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Sends a request and reads its answer until the connection ends. Without an answer it is an error.
pub(crate) fn request(
    sim: &Sim,
    who: Option<&Credentials>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<Answer> {
    let mut stream = connect(sim)?;
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        sim.url()
    );
    if let Some(Credentials { email, key, .. }) = who {
        let encoded = STANDARD.encode(format!("{email}:{}", key.expose_secret()));
        head += &format!("Authorization: Basic {encoded}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    // In one piece: small ones would wait for each other's acknowledgement.
    let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text
        .split_once("\r\n\r\n")
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or(io::ErrorKind::InvalidData)?;
    Ok(Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

pub(crate) fn connect(sim: &Sim) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", sim.port()))?;
    stream.set_read_timeout(Some(LIMIT))?;
    Ok(stream)
}

/// A request of the API with parameters: in the URL for GET, else as a form.
pub(crate) fn call(
    sim: &Sim,
    who: &Credentials,
    method: &str,
    path: &str,
    params: &[(&str, &str)],
) -> io::Result<Answer> {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = params
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    let form = pairs.join("&");
    let path = format!("/api/v1{path}");
    if method == "GET" {
        request(sim, Some(who), method, &format!("{path}?{form}"), &[], "")
    } else {
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("User-Agent", "ZulipTest/1.0 (Debian; 12)"),
        ];
        request(sim, Some(who), method, &path, &headers, &form)
    }
}

/// Sends a message to `general > test` as the bot.
pub(crate) fn send(sim: &Sim, content: &str) -> io::Result<Answer> {
    send_to(sim, "general", content)
}

pub(crate) fn send_to(sim: &Sim, channel: &str, content: &str) -> io::Result<Answer> {
    let params = [
        ("type", "channel"),
        ("to", channel),
        ("topic", "test"),
        ("content", content),
    ];
    call(sim, &sim.bot(), "POST", "/messages", &params)
}

/// What the bot reads in a channel.
pub(crate) fn read(sim: &Sim, channel: &str) -> Vec<String> {
    let narrow = format!("[[\"channel\",\"{channel}\"]]");
    let params = [
        ("anchor", "newest"),
        ("num_before", "100"),
        ("apply_markdown", "false"),
        ("narrow", &narrow),
    ];
    let answer = call(sim, &sim.bot(), "GET", "/messages", &params)
        .unwrap()
        .json();
    let messages = answer["messages"].as_array().unwrap().iter();
    messages
        .map(|message| message["content"].as_str().unwrap().to_owned())
        .collect()
}
