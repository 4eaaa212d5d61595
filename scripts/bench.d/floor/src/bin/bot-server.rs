//! The least of a Zulip server that a bot needs: it hands out so many messages, takes the replies, and says when.
//!
//! `bot-server PORT MESSAGES BATCH [CERTIFICATE KEY]`: so many direct messages for each account, so many in one answer of the
//! queue. It prints the times of the first and the last reply, in nanoseconds since 1970, and ends. With a certificate it speaks
//! HTTPS.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

struct Server {
    messages: u64,
    batch: u64,
    replies: AtomicU64,
    first: AtomicU64,
    /// By what tells accounts apart: up to which message each has asked.
    asked: Mutex<HashMap<String, u64>>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments[at].parse::<u64>().unwrap();
    let tls = arguments.get(3..5).map(|files| secure(&files[0], &files[1]));
    let listener = TcpListener::bind(("127.0.0.1", number(0) as u16)).unwrap();
    let server = Arc::new(Server {
        messages: number(1),
        batch: number(2),
        replies: AtomicU64::new(0),
        first: AtomicU64::new(0),
        asked: Mutex::default(),
    });
    for stream in listener.incoming().flatten() {
        stream.set_nodelay(true).unwrap();
        let (server, tls) = (server.clone(), tls.clone());
        std::thread::Builder::new()
            .stack_size(64 << 10)
            .spawn(move || match tls {
                Some(config) => server.serve(StreamOwned::new(ServerConnection::new(config).unwrap(), stream)),
                None => server.serve(stream),
            })
            .unwrap();
    }
}

fn secure(certificate: &str, key: &str) -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(certificate).unwrap();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let builder = ServerConfig::builder().with_no_client_auth();
    Arc::new(builder.with_single_cert(vec![certificate], key).unwrap())
}

impl Server {
    fn serve(&self, stream: impl Read + Write) -> Option<()> {
        let mut reader = BufReader::new(stream);
        let (mut line, mut body) = (String::new(), Vec::new());
        loop {
            line.clear();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let request = line.clone();
            let (mut length, mut account) = (0, String::new());
            loop {
                line.clear();
                reader.read_line(&mut line).ok()?;
                let Some((name, value)) = line.trim_end().split_once(": ") else {
                    break;
                };
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().ok()?,
                    "authorization" => account = value.to_owned(),
                    _ => {}
                }
            }
            body.resize(length, 0);
            reader.read_exact(&mut body).ok()?;
            let answer = self.answer(&request, &account);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
            let answer = format!("{head} {}\r\n\r\n{answer}", answer.len());
            reader.get_mut().write_all(answer.as_bytes()).ok()?;
            reader.get_mut().flush().ok()?;
        }
    }

    fn answer(&self, request: &str, account: &str) -> String {
        let good = r#""result": "success", "msg": """#;
        let path = request.split(' ').nth(1).unwrap_or_default();
        let path = path.trim_start_matches("/api/v1");
        match path.split('?').next().unwrap_or_default() {
            "/users/me" => format!(
                r#"{{{good}, "user_id": 7, "email": "bot@example.com", "full_name": "Bot", "is_bot": true, "max_message_id": 0}}"#
            ),
            "/register" => format!(
                r#"{{{good}, "queue_id": "q", "last_event_id": -1, "max_message_id": 0, "zulip_feature_level": 400, "zulip_version": "11.0"}}"#
            ),
            "/events" => format!(r#"{{{good}, "events": [{}]}}"#, self.events(account)),
            "/messages" => {
                let count = self.replied();
                format!(r#"{{{good}, "id": {}}}"#, 1_000_000 + count)
            }
            "/server_settings" => format!(
                r#"{{{good}, "zulip_feature_level": 400, "zulip_version": "11.0"}}"#
            ),
            path if path.starts_with("/users/") => format!(
                r#"{{{good}, "user": {{"user_id": 9, "email": "ada@example.com", "full_name": "Ada", "is_bot": false}}}}"#
            ),
            _ => format!("{{{good}}}"),
        }
    }

    /// The next messages of an account; once there are no more the poll waits.
    fn events(&self, account: &str) -> String {
        let first = {
            let mut asked = self.asked.lock().unwrap();
            let asked = asked.entry(account.to_owned()).or_default();
            let first = *asked;
            *asked = (first + self.batch).min(self.messages);
            first
        };
        let last = (first + self.batch).min(self.messages);
        if first == last {
            std::thread::sleep(Duration::from_secs(50));
            return format!(r#"{{"id": {}, "type": "heartbeat"}}"#, first + 1);
        }
        let events: Vec<String> = (first..last).map(event).collect();
        events.join(", ")
    }

    fn replied(&self) -> u64 {
        let count = self.replies.fetch_add(1, Ordering::Relaxed) + 1;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = now.as_nanos() as u64;
        if count == 1 {
            self.first.store(now, Ordering::Relaxed);
        }
        if count == self.messages {
            println!("{} {now}", self.first.load(Ordering::Relaxed));
            std::process::exit(0);
        }
        count
    }
}

/// A direct message of one of 64 people.
fn event(number: u64) -> String {
    let sender = 9 + number % 64;
    let people = format!(
        r#"[{{"id": 7, "email": "bot@example.com", "full_name": "Bot"}}, {{"id": {sender}, "email": "ada@example.com", "full_name": "Ada"}}]"#
    );
    format!(
        r#"{{"id": {number}, "type": "message", "flags": [], "message": {{"id": {id}, "type": "private", "display_recipient": {people}, "sender_id": {sender}, "sender_email": "ada@example.com", "sender_full_name": "Ada", "content": "hello", "content_type": "text/x-markdown", "subject": "", "timestamp": 1700000000, "client": "website", "is_me_message": false, "reactions": [], "submessages": []}}}}"#,
        id = number + 1,
    )
}
