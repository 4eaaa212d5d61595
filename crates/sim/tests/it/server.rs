//! The server's own ways: its log, its limits, its credentials, its queues.

use std::{
    io::{Read as _, Write as _},
    thread,
    time::Duration,
};

use secrecy::ExposeSecret as _;
use zulipkit_sim::Sim;

use crate::client::{call, connect, read, send, send_to};

#[test]
fn a_message_is_kept_with_all_that_was_sent() {
    let sim = Sim::builder().channel("commits").start().unwrap();
    send_to(&sim, "commits", "hello").unwrap();
    let [message] = &sim.got()[..] else {
        panic!("{:?}", sim.got())
    };
    assert_eq!(message.channel.as_deref(), Some("commits"));
    assert_eq!(
        (message.topic.as_str(), message.content.as_str()),
        ("test", "hello")
    );
    assert_eq!(
        (message.sender.as_str(), message.client.as_str()),
        (sim.bot().email.as_str(), "ZulipTest")
    );
    assert_eq!(read(&sim, "commits"), ["hello"]);
}

#[test]
fn every_request_is_logged_and_no_key() {
    let sim = Sim::start().unwrap();
    send(&sim, "hello").unwrap();
    call(
        &sim,
        &sim.bot(),
        "POST",
        "/fetch_api_key",
        &[("username", "x@example.com"), ("password", "hunter2")],
    )
    .unwrap();
    let requests = sim.requests();
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("POST", "/api/v1/messages")
    );
    assert_eq!(requests[0].param("content"), Some("hello"));
    assert_eq!(
        requests[0].user_agent.as_deref(),
        Some("ZulipTest/1.0 (Debian; 12)")
    );
    assert_eq!(requests[0].email.as_deref(), Some(sim.bot().email.as_str()));
    assert_eq!(requests[0].status, Some(200));
    assert_eq!(requests[1].param("password"), Some("…"));
    let log = format!("{requests:?}{sim:?}");
    assert!(!log.contains(sim.bot().key.expose_secret()) && !log.contains("hunter2"));
}

#[test]
fn limits_are_set_and_told() {
    let sim = Sim::builder()
        .max_topic_length(4)
        .max_message_length(30)
        .start()
        .unwrap();
    let params = [
        ("type", "channel"),
        ("to", "general"),
        ("topic", "topic"),
        ("content", &"x".repeat(31)),
    ];
    call(&sim, &sim.bot(), "POST", "/messages", &params).unwrap();
    let [message] = &sim.got()[..] else {
        panic!("{:?}", sim.got())
    };
    assert_eq!(
        (message.topic.as_str(), message.content.as_str()),
        ("t...", "xxxxxxxxxx\n[message truncated]")
    );
    let realm = call(
        &sim,
        &sim.bot(),
        "POST",
        "/register",
        &[("fetch_event_types", "[\"realm\"]")],
    )
    .unwrap()
    .json();
    assert_eq!(
        (&realm["max_topic_length"], &realm["max_message_length"]),
        (&4.into(), &30.into())
    );
}

#[test]
fn a_rate_limit_is_told_from_the_first_request_on() {
    let sim = Sim::builder().rate_limit(2).start().unwrap();
    assert_eq!(
        send(&sim, "one").unwrap().header("x-ratelimit-remaining"),
        Some("1")
    );
    assert_eq!(
        send(&sim, "two").unwrap().header("x-ratelimit-remaining"),
        Some("0")
    );
    let third = send(&sim, "three").unwrap();
    assert_eq!(third.status, 429);
    let wait: f64 = third.header("retry-after").unwrap().parse().unwrap();
    assert!(wait > 0.0 && wait <= 60.0, "{wait}");
    assert_eq!(third.json()["retry-after"], wait);
}

#[test]
fn a_new_key_makes_the_old_one_worthless() {
    let sim = Sim::start().unwrap();
    let old = sim.bot();
    let new = sim.rotate_key(&old.email).unwrap();
    assert_eq!(
        call(&sim, &old, "GET", "/users/me", &[]).unwrap().status,
        401
    );
    assert_eq!(
        call(&sim, &new, "GET", "/users/me", &[]).unwrap().status,
        200
    );
    assert_eq!(sim.bot().key.expose_secret(), new.key.expose_secret());
}

#[test]
fn a_channel_may_come_later() {
    let sim = Sim::start().unwrap();
    let answer = send_to(&sim, "later", "one").unwrap();
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &"STREAM_DOES_NOT_EXIST".into())
    );
    sim.add_channel("later");
    assert_eq!(send_to(&sim, "later", "two").unwrap().status, 200);
    assert_eq!(read(&sim, "later"), ["two"]);
}

#[test]
fn a_zuliprc_is_for_its_user_only() {
    let sim = Sim::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zuliprc");
    sim.zuliprc(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let key = sim.bot().key;
    assert_eq!(
        text,
        format!(
            "[api]\nemail={}\nkey={}\nsite={}\n",
            sim.bot().email,
            key.expose_secret(),
            sim.url()
        )
    );
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap()) & 0o777,
        0o600
    );
    // It says the same, as when a server goes on from what it was; another one's is not touched.
    sim.zuliprc(&path).unwrap();
    Sim::start().unwrap().zuliprc(&path).unwrap_err();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_poll_waits_for_its_message_or_a_heartbeat() {
    let sim = Sim::builder()
        .heartbeat(Duration::from_millis(300))
        .start()
        .unwrap();
    let bot = sim.bot();
    let register = call(
        &sim,
        &bot,
        "POST",
        "/register",
        &[("event_types", "[\"message\"]")],
    )
    .unwrap()
    .json();
    let queue = register["queue_id"].as_str().unwrap();
    let poll = |last: &str| {
        let params = [("queue_id", queue), ("last_event_id", last)];
        call(&sim, &bot, "GET", "/events", &params).unwrap().json()
    };
    assert_eq!(
        poll("-1")["events"],
        serde_json::json!([{"type": "heartbeat", "id": 0}])
    );
    thread::scope(|scope| {
        let waiting = scope.spawn(|| poll("0"));
        send(&sim, "hello").unwrap();
        let answer = waiting.join().unwrap();
        assert_eq!(answer["events"][0]["message"]["content"], "hello");
        assert_eq!(answer["events"][0]["id"], 1);
    });
}

#[test]
fn no_bytes_end_the_server() {
    let sim = Sim::start().unwrap();
    let pieces: [&[u8]; 8] = [
        b"",
        b"\0\xff\xfe\r\n\r\n",
        b"GET /api/v1/%ff%00?%ff=%&&=&a=%zz HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"POST /api/v1/messages HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /api/v1/messages HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /api/v1/user_uploads HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n          Content-Length: 9\r\n\r\n--b\r\n\xff\0\r",
        b"GET //..//%2e%2e/api/v1/users/me/../../messages HTTP/1.1\r\nAuthorization: Basic \xff\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for piece in pieces {
        let mut stream = connect(&sim).unwrap();
        stream.write_all(piece).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        // What it answers does not matter here, nor whether it does.
        stream.read_to_end(&mut Vec::new()).ok();
    }
    assert_eq!(send(&sim, "still there").unwrap().status, 200);
}
