//! The clock that is moved by hand.

use std::time::Duration;

use zulipkit_sim::Sim;

use crate::client::call;

#[test]
fn a_queue_ends_when_nobody_asks_for_it() {
    let sim = Sim::start().unwrap();
    let bot = sim.bot();
    let queue = call(&sim, &bot, "POST", "/register", &[]).unwrap().json()["queue_id"].take();
    let queue = queue.as_str().unwrap();
    let params = [
        ("queue_id", queue),
        ("last_event_id", "-1"),
        ("dont_block", "true"),
    ];
    let ask = || call(&sim, &bot, "GET", "/events", &params).unwrap().json();
    sim.advance(Duration::from_secs(599));
    assert_eq!(ask()["result"], "success");
    sim.advance(Duration::from_secs(601));
    assert_eq!(ask()["code"], "BAD_EVENT_QUEUE_ID");
}

#[test]
fn a_waiting_poll_gets_its_heartbeat() {
    let sim = Sim::start().unwrap();
    let bot = sim.bot();
    let queue = call(&sim, &bot, "POST", "/register", &[]).unwrap().json()["queue_id"].take();
    let params = [
        ("queue_id", queue.as_str().unwrap()),
        ("last_event_id", "-1"),
    ];
    std::thread::scope(|scope| {
        let poll = scope.spawn(|| call(&sim, &bot, "GET", "/events", &params).unwrap().json());
        while !poll.is_finished() {
            sim.advance(Duration::from_secs(10));
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(poll.join().unwrap()["events"][0]["type"], "heartbeat");
    });
}

#[test]
fn a_rate_limit_ends_after_a_minute() {
    let sim = Sim::builder().rate_limit(2).start().unwrap();
    let ask = || call(&sim, &sim.bot(), "GET", "/users/me", &[]).unwrap();
    assert_eq!([ask().status, ask().status, ask().status], [200, 200, 429]);
    sim.advance(Duration::from_secs(61));
    assert_eq!(ask().status, 200);
}

#[test]
fn a_scheduled_message_is_sent_when_its_time_comes() {
    let sim = Sim::start().unwrap();
    let channel = [("stream", "general")];
    let channel = call(&sim, &sim.bot(), "GET", "/get_stream_id", &channel)
        .unwrap()
        .json();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let due = now.unwrap().as_secs() + 3600;
    let params = [
        ("type", "channel"),
        ("to", &channel["stream_id"].to_string()),
        ("topic", "later"),
        ("content", "now"),
        ("scheduled_delivery_timestamp", &due.to_string()),
    ];
    let answer = call(&sim, &sim.bot(), "POST", "/scheduled_messages", &params).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(sim.got().is_empty());
    sim.advance(Duration::from_secs(3601));
    let sent = sim.wait_for(1, Duration::from_secs(30));
    assert_eq!(
        (sent[0].topic.as_str(), sent[0].content.as_str()),
        ("later", "now")
    );
    assert!(sent[0].timestamp >= due);
}
