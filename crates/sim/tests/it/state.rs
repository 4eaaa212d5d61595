//! A state that is saved and loaded, and a server that holds much.

use std::{fs, io};

use secrecy::ExposeSecret as _;
use zulipkit_sim::Sim;

use crate::client::{call, read, send, send_to};

#[test]
fn what_is_stored_survives() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let sim = Sim::builder()
        .channel("commits")
        .person("Ada", "ada@example.com")
        .start()
        .unwrap();
    send_to(&sim, "commits", "hello **you**").unwrap();
    let storage = [("storage", r#"{"key": "value"}"#)];
    call(&sim, &sim.bot(), "PUT", "/bot_storage", &storage).unwrap();
    let words = [("alert_words", r#"["fire"]"#)];
    call(
        &sim,
        &sim.account("ada@example.com").unwrap(),
        "POST",
        "/users/me/alert_words",
        &words,
    )
    .unwrap();
    let (messages, key) = (sim.messages(), sim.bot().key);
    sim.save(&file).unwrap();
    drop(sim);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "the file holds keys");
    }

    let sim = Sim::builder().load(&file).channel("more").start().unwrap();
    assert_eq!(sim.messages(), messages);
    assert_eq!(sim.bot().key.expose_secret(), key.expose_secret());
    assert_eq!(read(&sim, "commits"), ["hello **you**"]);
    let stored = call(&sim, &sim.bot(), "GET", "/bot_storage", &[])
        .unwrap()
        .json();
    assert_eq!(stored["storage"]["key"], "value");
    let ada = sim.account("ada@example.com").unwrap();
    let words = call(&sim, &ada, "GET", "/users/me/alert_words", &[])
        .unwrap()
        .json();
    assert_eq!(words["alert_words"][0], "fire");
    send_to(&sim, "more", "a new channel").unwrap();
    send_to(&sim, "commits", "again").unwrap();
    assert_eq!(read(&sim, "commits"), ["hello **you**", "again"]);
}

#[test]
fn a_file_of_another_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let load = |text: &str| {
        fs::write(&file, text).unwrap();
        Sim::builder().load(&file).start().unwrap_err()
    };
    let newer = load(r#"{"format": "zulipkit-sim", "version": 99, "rooms": []}"#);
    assert_eq!(newer.kind(), io::ErrorKind::InvalidData);
    assert_eq!(
        newer.to_string(),
        "the state was saved in version 99 of its format, and only version 1 can be read"
    );
    let other = load(r#"{"format": "something", "version": 1}"#);
    assert_eq!(
        other.to_string(),
        "this is no saved state of a simulated server"
    );
    assert_eq!(load("{").kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn the_log_of_requests_is_bounded() {
    let sim = Sim::start().unwrap();
    // Below the router a request is cheap, and the log is all that matters here.
    for number in 0..10_050 {
        let path = format!("/users/me?number={number}");
        crate::client::request(&sim, None, "OPTIONS", &format!("/api/v1{path}"), &[], "").unwrap();
    }
    let requests = sim.requests();
    assert_eq!(requests.len(), 10_000);
    assert_eq!(requests[0].param("number"), Some("50"));
    assert_eq!(requests[9_999].status, Some(204));
    assert!(requests[9_999].took.is_some());
}

#[test]
fn many_messages_reach_many_queues() {
    let (queues, messages) = (100, 300);
    let sim = Sim::start().unwrap();
    let bot = sim.bot();
    let register = || {
        let params = [("event_types", r#"["message"]"#)];
        let mut answer = call(&sim, &bot, "POST", "/register", &params)
            .unwrap()
            .json();
        answer["queue_id"].take().as_str().unwrap().to_owned()
    };
    let ids: Vec<String> = (0..queues).map(|_| register()).collect();
    for number in 0..messages {
        send(&sim, &format!("message {number}")).unwrap();
    }
    for id in &ids {
        let params = [
            ("queue_id", id.as_str()),
            ("last_event_id", "-1"),
            ("dont_block", "true"),
        ];
        let events = call(&sim, &bot, "GET", "/events", &params).unwrap().json();
        let events = events["events"].as_array().unwrap();
        assert_eq!(events.len(), messages);
        assert_eq!(events[messages - 1]["message"]["content"], "message 299");
    }
}
