//! Calls as a real server makes them, with something wrong: each is answered in JSON, and none does harm.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use zulipkit_api::bots::WebhookFormat;
use zulipkit_bots::server::ServerSettings;

use super::world::{Account, World};

const FORM: &str = "application/x-www-form-urlencoded";
const RECORDED: [&str; 4] = [
    include_str!("../../data/outgoing_webhook/channel_mention.json"),
    include_str!("../../data/outgoing_webhook/direct_message.json"),
    include_str!("../../data/outgoing_webhook/group_direct_message.json"),
    include_str!("../../data/outgoing_webhook/group_direct_message_mention.json"),
];
const SLACK: &str = include_str!("../../data/outgoing_webhook/slack_channel_mention.form");

/// What is done to a body.
#[derive(Debug, Clone)]
enum Change {
    /// Puts something in the place of a value; not in a form, and not in what is no JSON any more.
    Value(Index, Value),
    Byte(Index, u8),
    Insert(Index, Vec<u8>),
    Cut(Index),
    Twice(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let bytes = proptest::collection::vec(any::<u8>(), 0..20);
    prop_oneof![
        4 => (index(), value()).prop_map(|(at, value)| Change::Value(at, value)),
        1 => (index(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        1 => (index(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => index().prop_map(Change::Cut),
        1 => (index(), index()).prop_map(|(from, to)| Change::Twice(from, to)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let deep = (0..200).fold(json!(1), |inside, _| json!([inside]));
    prop_oneof![
        Just(Value::Null),
        Just(deep),
        Just(json!({})),
        Just(json!([])),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
        prop::sample::select(vec![
            "\0",
            "stream",
            "private",
            "mention",
            "direct_message",
            "@**Parrot** hi",
            "@**",
            "@**Parrot|99999999999999999999** x",
        ])
        .prop_map(Value::from),
    ]
}

impl Change {
    fn apply(&self, body: &mut Vec<u8>) {
        let length = body.len();
        match self {
            Self::Value(at, value) => {
                let Ok(mut whole) = serde_json::from_slice::<Value>(body) else {
                    return;
                };
                let mut pointers = Vec::new();
                collect(&whole, String::new(), &mut pointers);
                let pointer = at.get(&pointers);
                *whole.pointer_mut(pointer).unwrap() = value.clone();
                *body = serde_json::to_vec(&whole).unwrap();
            }
            Self::Byte(at, byte) if length > 0 => body[at.index(length)] = *byte,
            Self::Byte(..) => {}
            Self::Insert(at, bytes) => {
                let at = at.index(length + 1);
                body.splice(at..at, bytes.iter().copied());
            }
            Self::Cut(at) => body.truncate(at.index(length + 1)),
            Self::Twice(from, to) => {
                let (from, to) = (from.index(length + 1), to.index(length + 1));
                body.extend_from_within(from.min(to)..from.max(to));
            }
        }
    }
}

/// Collects the places of all values of a call, itself among them.
fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(value, format!("{pointer}/{key}"), pointers);
            }
        }
        Value::Array(array) => {
            for (at, value) in array.iter().enumerate() {
                collect(value, format!("{pointer}/{at}"), pointers);
            }
        }
        _ => {}
    }
    pointers.push(pointer);
}

/// Returns a recorded call, made out to a bot that is served, about a message of its own.
fn body(which: usize, bot: &Account, id: u64) -> Vec<u8> {
    let Some(recorded) = RECORDED.get(which) else {
        let form = SLACK
            .trim_end()
            .replace("service_id=54", &format!("service_id={}", bot.id));
        let form = form.replace("slackbottokeXXXXXXXXXXXXXXXXXXXX", &bot.token);
        return form.replace("1795570442", &id.to_string()).into_bytes();
    };
    let mut call: Value = serde_json::from_str(recorded).unwrap();
    call["bot_email"] = json!(bot.email);
    call["token"] = json!(bot.token);
    call["message"]["id"] = json!(id);
    serde_json::to_vec(&call).unwrap()
}

#[test]
fn whatever_comes_is_answered_in_json() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::new(WebhookFormat::Zulip, ServerSettings::default()));
    let client = reqwest::Client::new();
    let content_type = prop_oneof![
        4 => Just("application/json".to_owned()),
        3 => Just(FORM.to_owned()),
        1 => "[ -~]{0,40}",
    ];
    let input = (
        0..=RECORDED.len(),
        content_type,
        proptest::collection::vec(change(), 0..4),
        1..u32::MAX,
    );
    let mut runner = TestRunner::new(Config {
        cases: 1_000,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&input, |(which, content_type, changes, id)| {
        let mut body = body(which, &world.parrot, id.into());
        for change in &changes {
            change.apply(&mut body);
        }
        runtime.block_on(async {
            let request = client
                .post(&world.server.url)
                .header("content-type", content_type);
            let answer = request.body(body).send().await.unwrap();
            let status = answer.status().as_u16();
            prop_assert!([200, 400, 401].contains(&status), "{}", status);
            let answer = answer.bytes().await.unwrap();
            let answer: Result<Value, _> = serde_json::from_slice(&answer);
            prop_assert!(answer.as_ref().is_ok_and(Value::is_object), "{:?}", answer);
            Ok(())
        })
    });
    outcome.unwrap();
    runtime.block_on(is_well(&world));
}

#[test]
fn what_is_no_http_does_no_harm() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::new(WebhookFormat::Zulip, ServerSettings::default()));
    let mut runner = TestRunner::new(Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    });
    let input = (proptest::collection::vec(change(), 1..4), 1..u32::MAX);
    let outcome = runner.run(&input, |(changes, id)| {
        let body = body(0, &world.parrot, id.into());
        let length = body.len();
        let mut request = format!(
            "POST / HTTP/1.1\r\nHost: bots.example.com\r\nContent-Type: application/json\r\nX-Forwarded-For: 192.0.2.7\r\n\
             Content-Length: {length}\r\n\r\n"
        )
        .into_bytes();
        for change in &changes {
            change.apply(&mut request);
        }
        request.extend(body);
        let answer = runtime.block_on(async {
            let mut stream = tokio::net::TcpStream::connect(world.server.address()).await.unwrap();
            // The server may have had enough before all of it is there.
            let _ = stream.write_all(&request).await;
            let _ = stream.shutdown().await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            answer
        });
        let answer = String::from_utf8_lossy(&answer);
        prop_assert!(!answer.starts_with("HTTP/1.1 5"), "{}", answer);
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(is_well(&world));
}

/// Checks that nothing is left undone, no handling panicked, and a call is answered as ever.
async fn is_well(world: &World) {
    let metrics = world.server.operator("/metrics").await;
    assert!(
        metrics.contains("zulipkit_botserver_running 0"),
        "{metrics}"
    );
    let page = world.server.operator("/").await;
    assert!(!page.contains("panicked"), "{page}");
    let answer = world
        .post(&world.call(u64::from(u32::MAX) + 1, "well?"))
        .await;
    assert_eq!(answer, (200, json!({"content": "well?!"})));
}
