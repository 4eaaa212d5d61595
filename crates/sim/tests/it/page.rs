//! The page, and what keeps it live.

use std::io::{BufRead as _, BufReader, Write as _};

use zulipkit_sim::Sim;

use crate::client::{Answer, call, connect, request, send, send_to};

fn page(sim: &Sim, path: &str) -> Answer {
    request(sim, None, "GET", path, &[], "").unwrap()
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
        ">commits</a> <h3>test</h3>",
        "<p>hello</p>",
        "<b>Example Bot</b>",
        ">audit<",
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
