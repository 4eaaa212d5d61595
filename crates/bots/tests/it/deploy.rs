//! The files in `deploy/botserver`, as far as their programs are to be had here.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zulipkit_bots::Journal;
use zulipkit_bots::server::{Listeners, Server, ServerSettings};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy/botserver")
        .join(name)
}

#[test]
fn systemd_takes_the_units() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for name in ["zulipkit-botserver.service", "zulipkit-botserver.socket"] {
        // The program is not installed here; any other that is there stands in for it.
        let unit = fs_err::read_to_string(file(name))
            .unwrap()
            .replace("/usr/local/bin/zulipkit", "/bin/true");
        let path = folder.path().join(name);
        fs_err::write(&path, unit).unwrap();
        paths.push(path);
    }
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(&paths)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&verified.stderr);
    // What it says of other units of this machine is not our business.
    let ours: Vec<_> = words
        .lines()
        .filter(|line| line.contains("zulipkit-botserver"))
        .collect();
    assert!(ours.is_empty() && verified.status.success(), "{words}");
}

/// nginx with the snippet, in the foreground until it is dropped.
struct Nginx {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Nginx {
    fn before(server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let snippet = fs_err::read_to_string(file("nginx.conf"))
            .unwrap()
            .replace("127.0.0.1:5002", server);
        let here = folder.path().display();
        let conf = format!(
            "daemon off; master_process off; pid {here}/pid; error_log stderr; events {{}}
             http {{
                 access_log off; client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;
                 fastcgi_temp_path {here}/f; uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
                 server {{ listen 127.0.0.1:{port}; {snippet} }}
             }}"
        );
        let path = folder.path().join("nginx.conf");
        fs_err::write(&path, conf).unwrap();
        let child = Command::new("/usr/sbin/nginx")
            .args([
                "-p",
                folder.path().to_str().unwrap(),
                "-c",
                path.to_str().unwrap(),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            child,
            address: format!("http://127.0.0.1:{port}"),
            _folder: folder,
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_hands_calls_on() {
    zulipkit_api::install_crypto_provider();
    let calls = TcpListener::bind("127.0.0.1:0").unwrap();
    let nginx = Nginx::before(&calls.local_addr().unwrap().to_string());
    let settings = ServerSettings {
        prefix: "/bots".to_owned(),
        proxies: vec!["127.0.0.1".parse().unwrap()],
        ..ServerSettings::default()
    };
    let listeners = Listeners {
        calls: Some(calls),
        operator: Some(TcpListener::bind("127.0.0.1:0").unwrap()),
    };
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&folder.path().join("state")).unwrap();
    let server = Server::new(settings, journal, None, Vec::new()).unwrap();
    let running = tokio::spawn(async move { server.run(listeners, std::future::pending()).await });
    let client = reqwest::Client::new();
    let health = format!("{}/bots/healthz", nginx.address);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !client
        .get(&health)
        .send()
        .await
        .is_ok_and(|answer| answer.status() == 200)
    {
        assert!(Instant::now() < deadline && !running.is_finished());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let call: Value = serde_json::from_str(include_str!(
        "../data/outgoing_webhook/channel_mention.json"
    ))
    .unwrap();
    let answer = client
        .post(format!("{}/bots/", nginx.address))
        .json(&call)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["result"], json!("error"));
    assert_eq!(
        client
            .post(format!("{}/", nginx.address))
            .json(&call)
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}
