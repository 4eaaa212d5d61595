//! The page, and what keeps it live.

use std::io::{BufRead as _, BufReader, Write as _};

use serde_json::json;
use zulipkit_sim::{Credentials, Sim};

use crate::client::{Answer, call, connect, request, send, send_to};

fn page(sim: &Sim, path: &str) -> Answer {
    let mut answer = request(sim, None, "GET", path, &[], "").unwrap();
    // The template engine writes slashes in text so.
    answer.body = answer.body.replace("&#x2f;", "/");
    answer
}

#[test]
fn it_shows_channels_topics_and_messages() {
    let sim = Sim::builder()
        .name("Mill & Co")
        .channel("commits")
        .write_only_channel("audit")
        .start()
        .unwrap();
    send_to(&sim, "commits", "hello").unwrap();
    let answer = page(&sim, "/");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    for part in [
        "<h1>Mill &amp; Co</h1>",
        ">commits</a> <h3><a href=\"/?channel=commits&amp;topic=test\">test</a></h3>",
        "<p>hello</p>",
        "<b>Example Bot</b>",
        "<span class=\"name\">audit</span>",
    ] {
        assert!(answer.body.contains(part), "{part} is in\n{}", answer.body);
    }
}

#[test]
fn text_from_outside_is_no_html() {
    let sim = Sim::builder().channel("<i>x</i>").start().unwrap();
    let evil = "<script>alert(1)</script>";
    let params = [
        ("type", "channel"),
        ("to", "<i>x</i>"),
        ("topic", evil),
        ("content", evil),
    ];
    assert_eq!(
        call(&sim, &sim.bot(), "POST", "/messages", &params)
            .unwrap()
            .status,
        200
    );
    for path in [
        "/",
        "/sim/feed",
        "/sim/sidebar",
        "/sim/panel",
        "/?channel=%3Ci%3Ex%3C%2Fi%3E",
        "/?channel=%3Cscript%3Ealert(1)",
    ] {
        let body = page(&sim, path).body;
        assert!(
            !body.contains("<script>") && !body.contains("<i>"),
            "{path}:\n{body}"
        );
    }
}

#[test]
fn nothing_but_its_own_files_runs() {
    let sim = Sim::start().unwrap();
    let answer = page(&sim, "/");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert!(!answer.body.contains(" style=") && !answer.body.contains(" onclick="));
    for (path, kind) in [
        ("/sim/page.js", "text/javascript"),
        ("/sim/page.css", "text/css"),
        ("/sim/content.css", "text/css"),
        ("/sim/content.js", "text/javascript"),
        ("/sim/icon.svg", "image/svg+xml"),
    ] {
        let file = page(&sim, path);
        assert!(
            file.status == 200 && file.header("content-type").unwrap().starts_with(kind),
            "{path}: {}",
            file.head
        );
    }
}

#[test]
fn a_channel_may_be_looked_at_alone() {
    let sim = Sim::builder()
        .channel("one")
        .channel("two")
        .start()
        .unwrap();
    send_to(&sim, "one", "first").unwrap();
    send_to(&sim, "two", "second").unwrap();
    let body = page(&sim, "/?channel=one").body;
    assert!(body.contains("<p>first</p>") && !body.contains("<p>second</p>"));
    let all = page(&sim, "/sim/feed").body;
    let place = |text: &str| {
        all.find(text)
            .unwrap_or_else(|| panic!("{text} is in\n{all}"))
    };
    assert!(
        place("<p>second</p>") < place("<p>first</p>"),
        "the newest topic comes first"
    );
}

#[test]
fn open_pages_are_told_of_each_message() {
    let sim = Sim::start().unwrap();
    let mut stream = connect(&sim).unwrap();
    write!(stream, "GET /sim/events HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "content-type: text/event-stream"));
    assert!(
        lines.any(|line| line.is_empty()),
        "the head is complete, so the server listens"
    );
    send(&sim, "hello").unwrap();
    assert!(lines.any(|line| line == "event: messages"));
}

/// A request as the page's own script sends it.
fn act(sim: &Sim, path: &str, body: &serde_json::Value) -> Answer {
    let headers = [("Content-Type", "application/json")];
    request(sim, None, "POST", path, &headers, &body.to_string()).unwrap()
}

fn id_of(sim: &Sim, who: &Credentials) -> u64 {
    let me = call(sim, who, "GET", "/users/me", &[]).unwrap().json();
    me["user_id"].as_u64().unwrap()
}

#[test]
fn a_person_writes_reacts_and_talks_to_a_bot() {
    let sim = Sim::builder()
        .person("Ada", "ada@example.com")
        .start()
        .unwrap();
    let ada = id_of(&sim, &sim.account("ada@example.com").unwrap());
    let bot = id_of(&sim, &sim.bot());

    let message =
        json!({"as": ada, "channel": "general", "topic": "hi", "content": "@**Example Bot**"});
    let sent = act(&sim, "/sim/messages", &message).json()["id"].as_u64();
    let direct = json!({"as": ada, "people": [bot], "content": "help"});
    assert_eq!(act(&sim, "/sim/messages", &direct).status, 200);
    let got = sim.got();
    assert_eq!(
        (got[0].sender.as_str(), got[0].client.as_str()),
        ("ada@example.com", "website")
    );
    assert_eq!(got[1].people.len(), 2);

    let reaction = json!({"as": ada, "message": sent, "emoji": "tada"});
    let is_shown = || page(&sim, "/?channel=general").body.contains("🎉 1");
    assert_eq!(act(&sim, "/sim/reactions", &reaction).status, 200);
    assert!(is_shown());
    assert_eq!(act(&sim, "/sim/reactions", &reaction).status, 200);
    assert!(!is_shown(), "the second click takes it back");

    let conversation = page(&sim, &format!("/?with={ada},{bot}")).body;
    assert!(conversation.contains("<p>help</p>") && !conversation.contains("🎉 1"));
    let nowhere = json!({"as": ada, "channel": "nowhere", "topic": "hi", "content": "x"});
    let refused = act(&sim, "/sim/messages", &nowhere).json();
    assert_eq!(refused["msg"], "Channel 'nowhere' does not exist");
    let as_bot = json!({"as": bot, "channel": "general", "topic": "hi", "content": "x"});
    assert_eq!(act(&sim, "/sim/messages", &as_bot).status, 400);
}

#[test]
fn a_form_of_a_foreign_page_does_nothing() {
    let sim = Sim::start().unwrap();
    let body = r#"{"as": 2, "channel": "general", "topic": "x", "content": "x"}"#;
    for path in ["/sim/messages", "/sim/reactions", "/sim/faults"] {
        let headers = [("Content-Type", "text/plain")];
        let answer = request(&sim, None, "POST", path, &headers, body).unwrap();
        assert_eq!(answer.status, 415, "{path}");
    }
    assert!(sim.got().is_empty());
}

#[test]
fn requests_are_shown_and_faults_switched() {
    let sim = Sim::start().unwrap();
    let params = [
        ("type", "channel"),
        ("to", "nowhere"),
        ("topic", "t"),
        ("content", "<b>"),
    ];
    call(&sim, &sim.bot(), "POST", "/messages", &params).unwrap();
    let body = page(&sim, "/sim/panel").body;
    for part in [
        "<span class=\"path\">/messages</span>",
        "<span class=\"status refused\">400</span>",
        "<dd>ZulipTest/1.0 (Debian; 12)</dd>",
        "<dt class=\"param\">content</dt><dd><code>&lt;b&gt;</code></dd>",
        "STREAM_DOES_NOT_EXIST",
        " ms</span>",
    ] {
        assert!(body.contains(part), "{part} is in\n{body}");
    }
    let pressed = || {
        page(&sim, "/sim/panel")
            .body
            .matches("aria-pressed=\"true\"")
            .count()
    };
    assert_eq!(pressed(), 0);
    let order = json!({"on": "*", "fault": {"html": 502}});
    act(&sim, "/sim/faults", &order);
    assert_eq!((pressed(), send(&sim, "x").unwrap().status), (1, 502));
    act(&sim, "/sim/faults/end", &order);
    assert_eq!((pressed(), send(&sim, "x").unwrap().status), (0, 200));
}
