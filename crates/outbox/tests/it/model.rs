//! Whatever happens in whatever order: what can be read back is there exactly once and in order, the rest at least once.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::json;
use zulipkit_outbox::{Destination, Filter, Outbox, Patience};

use crate::scene::{Scene, run};
use crate::server::Fate;

const TOPICS: [&str; 3] = ["t", "u", "v"];
/// The first is public, the second may be written and not read.
const CHANNELS: [&str; 2] = ["commits", "secret"];

#[derive(Debug, Clone)]
enum Event {
    /// Some rows are accepted at once; texts may be equal.
    Accept(Vec<(usize, usize, u8)>),
    /// What the server does with the next sending.
    Fate(Fate),
    /// A deliverer runs, and is killed after so many milliseconds.
    Deliver(u64),
    /// The wall clock is set.
    Jump(i64),
    /// The channel vanishes, or is there again.
    Channel(bool),
    /// The settings file holds a wrong or the right key.
    Key(bool),
}

fn event() -> impl Strategy<Value = Event> {
    let day = 24 * 3_600_000_i64;
    prop_oneof![
        4 => proptest::collection::vec((0..2usize, 0..3usize, 0..3u8), 1..4).prop_map(Event::Accept),
        6 => fate().prop_map(Event::Fate),
        6 => prop_oneof![0..60u64, 0..90_000u64].prop_map(Event::Deliver),
        1 => prop_oneof![-10_000 * day..10_000 * day, -1_000..1_000i64].prop_map(Event::Jump),
        1 => any::<bool>().prop_map(Event::Channel),
        1 => any::<bool>().prop_map(Event::Key),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Take),
        Just(Fate::Refuse),
        Just(Fate::TakeAndFail),
        Just(Fate::Fail),
        (1..55_000u64).prop_map(|ms| Fate::TakeLate(Duration::from_millis(ms))),
        (1..5_000u64).prop_map(|ms| Fate::Limit(Duration::from_millis(ms))),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 128, failure_persistence: None, ..Config::default() })]

    #[test]
    fn once_and_in_order(events in proptest::collection::vec(event(), 1..40)) {
        run(async |scene: Scene| play(scene, &events).await);
    }
}

async fn play(scene: Scene, events: &[Event]) {
    scene.server.hides(CHANNELS[1]);
    // As after an installation, which sends a test message: the clock may be anything from the first row on.
    let site = "https://zulip.example.com".parse().unwrap();
    Outbox::open(&scene.world.dir())
        .unwrap()
        .saw_message(&site, 100)
        .unwrap();
    let mut accepted = Vec::new();
    for event in events {
        match event {
            Event::Accept(rows) => {
                let rows: Vec<_> = rows
                    .iter()
                    .map(|(c, t, n)| (CHANNELS[*c], TOPICS[*t], format!("text {n}")))
                    .collect();
                accept(&scene, &rows);
                accepted.extend(rows);
            }
            Event::Fate(fate) => drop(scene.server.next([fate.clone()])),
            Event::Deliver(ms) => {
                let deliver = scene.deliver_for(Patience::Forever);
                let _killed = tokio::time::timeout(Duration::from_millis(*ms), deliver).await;
            }
            Event::Jump(ms) => scene.epoch.jump(*ms),
            Event::Channel(there) if *there => scene.server.creates(CHANNELS[0]),
            Event::Channel(_) => scene.server.lacks(CHANNELS[0]),
            Event::Key(right) => scene
                .world
                .write_key(if *right { "right" } else { "wrong" }),
        }
    }
    finish(&scene).await;
    check(&scene, &accepted);
}

fn accept(scene: &Scene, rows: &[(&str, &str, String)]) {
    let rows: Vec<_> = rows
        .iter()
        .map(|(channel, topic, text)| {
            let mut row = scene.row(topic, text);
            row.body.insert("to".to_owned(), json!(channel));
            row.destination = Destination::channel(channel, topic);
            // Late lines have a test of their own.
            row.happened_ms = i64::MAX;
            row
        })
        .collect();
    scene.accept(&rows);
}

/// Everything is well again: what waits must go out.
async fn finish(scene: &Scene) {
    scene.server.behaves();
    scene.world.write_key("right");
    for _ in 0..20 {
        let mut outbox = Outbox::open(&scene.world.dir()).unwrap();
        if outbox.list(&Filter::default()).unwrap().is_empty() {
            return;
        }
        outbox.flush().unwrap();
        scene.deliver().await;
    }
    let outbox = Outbox::open(&scene.world.dir()).unwrap();
    panic!("left: {:#?}", outbox.list(&Filter::default()).unwrap());
}

fn check(scene: &Scene, accepted: &[(&str, &str, String)]) {
    for topic in TOPICS {
        let sent = |channel| -> Vec<_> {
            let here = accepted
                .iter()
                .filter(|row| row.0 == channel && row.1 == topic);
            here.map(|row| row.2.clone()).collect()
        };
        assert_eq!(
            scene.server.topic(CHANNELS[0], topic),
            sent(CHANNELS[0]),
            "{topic}"
        );
        let mut left = scene.server.topic(CHANNELS[1], topic).into_iter();
        for text in sent(CHANNELS[1]) {
            assert!(left.any(|got| got == text), "{text} in {topic}");
        }
    }
}
