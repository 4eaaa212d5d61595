use std::time::Duration;

use zulipkit_api::MessageId;
use zulipkit_api::events::{
    Ended, Event, EventKind, EventStream, Gap, Item, Position, Register, Registration, State,
};
use zulipkit_api::messages::MessageType;

use crate::script::{Script, Try};

const fn ok(body: &'static str) -> Try {
    Try::Answer(200, &[], body)
}

pub(crate) const Q1: Try =
    ok(r#"{"result": "success", "queue_id": "q1", "last_event_id": -1, "max_message_id": 40}"#);
const Q2: Try =
    ok(r#"{"result": "success", "queue_id": "q2", "last_event_id": -1, "max_message_id": 60}"#);
const NOTHING: Try = ok(r#"{"result": "success", "events": []}"#);
const GONE: Try = Try::Answer(
    400,
    &[],
    r#"{"result": "error", "code": "BAD_EVENT_QUEUE_ID", "msg": "Ereignisschlange unbekannt", "queue_id": "q1"}"#,
);
const BAD_KEY: Try = Try::Answer(
    401,
    &[],
    r#"{"result": "error", "code": "INVALID_API_KEY", "msg": "Invalid API key"}"#,
);
const HTML: Try = Try::Answer(502, &[], "<html>Bad Gateway</html>");
pub(crate) const MESSAGE_50: Try = ok(concat!(
    r#"{"result": "success", "events": [{"id": 4, "type": "message", "flags": [], "message": {"id": 50, "type": "stream","#,
    r#" "display_recipient": "commits", "subject": "t", "sender_id": 9, "content": "x", "timestamp": 1}}]}"#
));

fn events(script: &std::sync::Arc<Script>, email: &str) -> EventStream {
    script.client(email).events(Registration::messages())
}

pub(crate) async fn item(stream: &mut EventStream) -> Item {
    stream
        .next()
        .await
        .expect("it never ends by itself")
        .unwrap()
}

pub(crate) async fn event(stream: &mut EventStream) -> Event {
    match item(stream).await {
        Item::Event(event) => *event,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn gap(stream: &mut EventStream) -> Gap {
    match item(stream).await {
        Item::Gap(gap) => *gap,
        other => panic!("{other:?}"),
    }
}

fn poll(queue: &str, after: i64) -> String {
    format!("GET /events last_event_id={after} queue_id={queue}")
}

fn is_poll(line: &str) -> bool {
    line.starts_with("GET /events")
}

#[tokio::test(start_paused = true)]
async fn a_lost_queue_is_known_by_its_code_and_leaves_a_gap() {
    let script = Script::new([Q1, MESSAGE_50, GONE, Q2, MESSAGE_50]);
    let mut stream = events(&script, "gap@example.com");
    assert!(matches!(item(&mut stream).await, Item::Opened(_)));
    assert_eq!(event(&mut stream).await.id, 4);
    let gap = gap(&mut stream).await;
    assert_eq!(gap.before.queue_id.0, "q1");
    assert_eq!(
        (gap.before.last_message_id, gap.after.max_message_id),
        (Some(MessageId(50)), Some(MessageId(60)))
    );
    assert_eq!(event(&mut stream).await.id, 4);
    let lines = script.lines();
    assert_eq!(lines[1..3], [poll("q1", -1), poll("q1", 4)]);
    assert!(lines[3].starts_with("POST /register "));
    assert_eq!(lines[4], poll("q2", -1));
    assert_eq!(script.times().last(), Some(&Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_a_restart_took_is_replaced_as_soon_as_the_server_says_so() {
    let script = Script::new([Q1, HTML, HTML, HTML, GONE, Q2, MESSAGE_50]);
    let mut stream = events(&script, "restarted@example.com");
    item(&mut stream).await;
    gap(&mut stream).await;
    let times = script.times();
    assert!(times[4] >= Duration::from_secs(3));
    assert_eq!(times[5], times[4]);
}

#[tokio::test(start_paused = true)]
async fn words_without_the_code_do_not_lose_the_queue_at_once() {
    let words = || {
        Try::Answer(
            400,
            &[],
            r#"{"result": "error", "code": "BAD_REQUEST", "msg": "Bad event queue ID: q1"}"#,
        )
    };
    let script = Script::new([Q1, words(), MESSAGE_50]);
    let mut stream = events(&script, "words@example.com");
    item(&mut stream).await;
    assert_eq!(event(&mut stream).await.id, 4);

    let script = Script::new([words(), words(), words(), words(), Q2]);
    let mut stream = script.client("pruned@example.com").events(resumed());
    assert_eq!(gap(&mut stream).await.before, position());
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_is_hidden_and_an_unknown_event_is_not() {
    let beat_and_more = ok(concat!(
        r#"{"result": "success", "events": [{"id": 0, "type": "heartbeat"},"#,
        r#" {"id": 1, "type": "brand_new", "deep": {"x": [1]}}]}"#
    ));
    let script = Script::new([Q1, beat_and_more, MESSAGE_50, Try::Lost]);
    let mut stream = events(&script, "beat@example.com");
    item(&mut stream).await;
    let unknown = event(&mut stream).await;
    let EventKind::Unknown(unknown) = unknown.kind else {
        panic!("{unknown:?}");
    };
    assert_eq!(
        (unknown.name.as_str(), &unknown.data["deep"]["x"][0]),
        ("brand_new", &1.into())
    );
    let message = event(&mut stream).await;
    let EventKind::Message(new) = message.kind else {
        panic!("{message:?}");
    };
    assert_eq!(
        (new.message.id, new.message.kind),
        (MessageId(50), MessageType::Channel)
    );
    let position = stream.position().unwrap();
    assert_eq!(
        (position.last_event_id, position.last_message_id),
        (4, Some(MessageId(50)))
    );
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_counts_as_a_sign_of_life() {
    let script = Script::new([
        Q1,
        ok(r#"{"result": "success", "events": [{"id": 2, "type": "heartbeat"}]}"#),
        MESSAGE_50,
    ]);
    script.answer_after(Duration::from_secs(50));
    let mut stream = events(&script, "life@example.com");
    item(&mut stream).await;
    assert_eq!(stream.position().unwrap().last_event_id, -1);
    event(&mut stream).await;
    assert_eq!(script.lines()[2], poll("q1", 2));
    // No wait of its own between what the server answers after a while.
    assert_eq!(script.times()[2], Duration::from_secs(50));
}

#[tokio::test(start_paused = true)]
async fn after_failures_it_goes_on_where_it_was_with_growing_waits() {
    let failures = || {
        [
            Try::Lost,
            Try::Refused,
            Try::Refused,
            Try::Refused,
            Try::Refused,
            HTML,
            HTML,
        ]
    };
    let script = Script::new(
        [Q1].into_iter()
            .chain(failures())
            .chain(failures())
            .chain([MESSAGE_50]),
    );
    let mut stream = events(&script, "restart@example.com");
    item(&mut stream).await;
    let state = stream.state();
    assert!(matches!(*state.borrow(), State::Connected { .. }));
    assert_eq!(event(&mut stream).await.id, 4);
    assert!(matches!(*state.borrow(), State::Connected { .. }));
    let polls = script.lines().split_off(1);
    assert_eq!(polls, vec![poll("q1", -1); 15]);
    let times = script.times().split_off(1);
    let waits: Vec<_> = times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs_f64())
        .collect();
    for (wait, grown) in waits
        .iter()
        .zip([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 90.0, 90.0])
    {
        // Timers go by milliseconds.
        assert!((grown / 2.0..=grown + 0.01).contains(wait), "{waits:?}");
    }
    assert!(waits.iter().all(|wait| *wait <= 90.01), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn why_it_waits_can_be_seen_from_beside_it() {
    let script = Script::new([Q1, Try::Refused, Try::Refused, MESSAGE_50]);
    let mut stream = events(&script, "why@example.com");
    let mut state = stream.state();
    assert_eq!(*state.borrow_and_update(), State::Opening);
    let reader = tokio::spawn(async move { (item(&mut stream).await, item(&mut stream).await) });
    let waiting = state
        .wait_for(|state| matches!(state, State::Waiting { failures: 2, .. }))
        .await
        .unwrap()
        .clone();
    let State::Waiting { why, .. } = waiting else {
        unreachable!();
    };
    assert_eq!(
        why,
        "no answer from http://zulip.example.com: the network is away"
    );
    reader.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn bad_credentials_end_it_at_once() {
    for tries in [vec![BAD_KEY], vec![Q1, BAD_KEY]] {
        let count = tries.len();
        let script = Script::new(tries);
        let mut stream = events(&script, "key@example.com");
        if count == 2 {
            item(&mut stream).await;
        }
        let ended = stream.next().await.unwrap().unwrap_err();
        assert!(matches!(ended, Ended::Credentials(_)), "{ended:?}");
        assert_eq!(ended.to_string(), "the server refuses the credentials");
        assert!(stream.next().await.is_none());
        assert_eq!(script.lines().len(), count);
        assert!(matches!(&*stream.state().borrow(), State::Ended { .. }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_registration_that_is_refused_ends_it() {
    let refused = Try::Answer(
        400,
        &[],
        r#"{"result": "error", "code": "BAD_REQUEST", "msg": "Operator x not supported."}"#,
    );
    let mut stream = events(&Script::new([refused]), "refused@example.com");
    assert!(matches!(stream.next().await, Some(Err(Ended::Refused(_)))));
    assert!(stream.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_narrow_goes_to_the_server_unless_nothing_can_match() {
    let script = Script::new([Q1]);
    let mut register = Register::new();
    register.narrow = Some(vec![("channel".to_owned(), "commits".to_owned())]);
    item(&mut script.client("narrow@example.com").events(register)).await;
    assert_eq!(
        script.lines(),
        [r#"POST /register narrow=[["channel","commits"]]"#]
    );

    let two = Registration::messages()
        .narrow("channel", "commits")
        .narrow("channel", "general");
    let script = Script::new([]);
    let mut stream = script.client("narrow@example.com").events(two);
    assert!(matches!(
        stream.next().await,
        Some(Err(Ended::Contradiction(_)))
    ));
    assert!(stream.next().await.is_none());
    assert_eq!(script.lines().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_has_nothing_at_once_is_asked_ever_more_slowly() {
    let script = Script::new(
        [Q1].into_iter()
            .chain((0..20).map(|_| NOTHING))
            .chain([MESSAGE_50]),
    );
    let mut stream = events(&script, "nothing@example.com");
    item(&mut stream).await;
    event(&mut stream).await;
    let times = script.times();
    assert!(times[21] > Duration::from_secs(10 * 45), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn an_event_that_was_handed_out_does_not_come_again() {
    let script = Script::new([Q1, MESSAGE_50, MESSAGE_50, MESSAGE_50, GONE, Q2]);
    let mut stream = events(&script, "again@example.com");
    item(&mut stream).await;
    event(&mut stream).await;
    gap(&mut stream).await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_the_server_asks_for_is_kept() {
    let limited = Try::Answer(
        429,
        &[("Retry-After", "30")],
        r#"{"result": "error", "code": "RATE_LIMIT_HIT", "retry-after": 30.5}"#,
    );
    let script = Script::new([Q1, limited, MESSAGE_50]);
    let mut stream = events(&script, "limited@example.com");
    item(&mut stream).await;
    event(&mut stream).await;
    let waited = script.times()[2].as_secs_f64();
    assert!((30.5..31.1).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn queues_that_are_lost_over_and_over_slow_it_down() {
    let script = Script::new([Q1, GONE, Q1, GONE, Q1, GONE, Q1, GONE, Q1]);
    let mut stream = events(&script, "flapping@example.com");
    item(&mut stream).await;
    for _ in 0..4 {
        gap(&mut stream).await;
    }
    assert!(*script.times().last().unwrap() >= Duration::from_secs(1 + 2 + 4));
}

fn position() -> Position {
    serde_json::from_str(r#"{"queue_id": "q1", "last_event_id": 2, "last_message_id": 44}"#)
        .unwrap()
}

fn resumed() -> Registration {
    Registration::messages().resume(position())
}

#[tokio::test(start_paused = true)]
async fn a_saved_position_is_gone_on_with() {
    let script = Script::new([MESSAGE_50, GONE, Q2]);
    let mut stream = script.client("resumed@example.com").events(resumed());
    assert_eq!(stream.position(), Some(position()));
    assert_eq!(event(&mut stream).await.id, 4);
    assert_eq!(script.lines()[0], poll("q1", 2));
    assert_eq!(
        gap(&mut stream).await.before.last_message_id,
        Some(MessageId(50))
    );
    assert!(!is_poll(&script.lines()[2]));
}
