use std::time::Duration;

use zulipkit_api::messages::{GetMessages, SendMessage, Sent, To};
use zulipkit_api::{Client, Error, MessageId, Policy, Request, Retry};

use crate::script::{SENT, Script, Try};

const LIMITED: &str = r#"{"result": "error", "msg": "API usage exceeded rate limit", "code": "RATE_LIMIT_HIT", "retry-after": 1.3}"#;

/// How much longer than told a client may wait, so that not all come back at once.
const SPREAD: Duration = Duration::from_millis(250);

async fn send(client: &Client) -> Result<Sent, Error> {
    client
        .send(&SendMessage::new(To::channel("commits", "main"), "hello"))
        .await
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[tokio::test(start_paused = true)]
async fn the_larger_wish_of_header_and_body_is_met_and_one_message_goes_out() {
    let limited = || Try::Answer(429, &[("retry-after", "1")], LIMITED);
    let script = Script::new([limited(), limited(), SENT]);
    let sent = send(&script.client("larger@example.com")).await.unwrap();
    assert_eq!(sent.id, MessageId(42));
    let times = script.times();
    assert_eq!(times.len(), 3);
    for pair in times.windows(2) {
        let gap = pair[1] - pair[0];
        assert!((ms(1300)..=ms(1301) + SPREAD * 2).contains(&gap), "{gap:?}");
    }
}

/// Returns what the server's wish is taken to be.
async fn wish(
    name: &str,
    headers: &'static [(&str, &str)],
    body: &'static str,
) -> Option<Duration> {
    let script = Script::new([Try::Answer(429, headers, body)]);
    let client = script.client(&format!("wish-{name}@example.com"));
    let request = Request::of(&GetMessages::newest(1, []));
    match client.attempt(&request).await.unwrap_err() {
        Error::RateLimited { retry_after } => {
            assert_eq!(client.pause(), retry_after);
            retry_after
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn every_way_to_say_how_long_is_understood() {
    let html = "<html>slow down</html>";
    let dates: &[_] = &[
        ("date", "Wed, 25 Nov 2026 03:00:00 GMT"),
        ("retry-after", "Wed, 25 Nov 2026 03:00:07 GMT"),
    ];
    assert_eq!(
        wish("fraction", &[("retry-after", "48.59")], html).await,
        Some(ms(48_590))
    );
    assert_eq!(wish("date", dates, html).await, Some(ms(7000)));
    assert_eq!(wish("body", &[], LIMITED).await, Some(ms(1300)));
    assert_eq!(
        wish("header", &[("retry-after", "2")], LIMITED).await,
        Some(ms(2000))
    );
    let null = r#"{"result": "error", "code": "RATE_LIMIT_HIT", "retry-after": null}"#;
    assert_eq!(wish("null", &[], null).await, None);
    assert_eq!(wish("none", &[], html).await, None);
    for nonsense in ["-5", "NaN", "soon"] {
        let headers: &'static [_] = vec![("retry-after", nonsense)].leak();
        assert_eq!(wish(nonsense, headers, html).await, None);
    }
    let day = Duration::from_secs(24 * 60 * 60);
    assert_eq!(
        wish("ever", &[("retry-after", "1e300")], html).await,
        Some(day)
    );
}

#[tokio::test(start_paused = true)]
async fn every_client_of_the_identity_waits_and_no_other() {
    let limited = Script::new([Try::Answer(429, &[("retry-after", "30")], "")]);
    let error = send(
        &limited
            .client("shared@example.com")
            .with_policy(Policy::once()),
    )
    .await
    .unwrap_err();
    assert_eq!(error.retry(), Retry::Transient(Some(ms(30_000))));

    let other = Script::new([SENT]);
    send(&other.client("other@example.com")).await.unwrap();
    assert_eq!(other.times(), [Duration::ZERO]);

    let same = Script::new([SENT]);
    send(&same.client("Shared@example.com")).await.unwrap();
    let waited = same.times()[0];
    assert!(
        (ms(30_000)..=ms(30_001) + SPREAD).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_single_try_does_not_wait_for_the_pause() {
    let script = Script::new([Try::Answer(429, &[("retry-after", "30")], ""), SENT]);
    let client = script.client("single@example.com");
    let request = Request::of(&GetMessages::newest(1, []));
    client.attempt(&request).await.unwrap_err();
    client.attempt(&request).await.unwrap();
    assert_eq!(script.times(), [Duration::ZERO; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_the_total_is_an_error_that_says_how_long() {
    let script = Script::new([Try::Answer(429, &[("retry-after", "90.5")], "")]);
    let client = script.client("beyond@example.com");
    for _ in 0..2 {
        match send(&client).await.unwrap_err() {
            Error::RateLimited { retry_after } => assert_eq!(retry_after, Some(ms(90_500))),
            other => panic!("{other}"),
        }
    }
    assert_eq!(script.times().len(), 1, "the second did not go out");
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_is_tried_again_with_growing_waits_until_the_total() {
    let script = Script::new((0..100).map(|_| Try::Refused));
    let error = send(&script.client("refused@example.com"))
        .await
        .unwrap_err();
    assert_eq!(error.retry(), Retry::NothingSent);
    let times = script.times();
    assert!(*times.last().unwrap() <= ms(60_001));
    assert!((7..=12).contains(&times.len()), "{times:?}");
    let first = times[1] - times[0];
    let fifth = times[5] - times[4];
    assert!(first <= ms(501) && fifth >= ms(4000), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_unclear_is_repeated_only_if_that_changes_nothing() {
    let script = Script::new([Try::Lost]);
    let error = send(&script.client("unclear@example.com"))
        .await
        .unwrap_err();
    assert_eq!(error.retry(), Retry::Unclear);

    let messages = r#"{"result": "success", "msg": "", "messages": []}"#;
    let script = Script::new([
        Try::Lost,
        Try::Answer(502, &[], "<html>"),
        Try::Answer(200, &[], messages),
    ]);
    let client = script.client("reading@example.com");
    let answer = client.send(&GetMessages::newest(1, [])).await.unwrap();
    assert_eq!(answer.messages, []);
    assert_eq!(script.times().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_log_in_page_is_not_asked_for_again() {
    let script = Script::new([Try::Answer(200, &[], "<html>Log in</html>")]);
    let client = script.client("page@example.com");
    let error = client.send(&GetMessages::newest(1, [])).await.unwrap_err();
    assert_eq!(error.status(), Some(200));
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_good_is_not_repeated() {
    let refused = r#"{"result": "error", "msg": "no", "code": "BAD_REQUEST"}"#;
    let script = Script::new([Try::Answer(400, &[], refused)]);
    let error = send(&script.client("permanent@example.com"))
        .await
        .unwrap_err();
    assert_eq!(error.retry(), Retry::Permanent);
}

#[tokio::test(start_paused = true)]
async fn the_budget_that_the_server_tells_can_be_read() {
    let headers: &[_] = &[
        ("x-ratelimit-limit", "200"),
        ("x-ratelimit-remaining", "7"),
        ("x-ratelimit-reset", "1795571041"),
    ];
    let messages = r#"{"result": "success", "msg": "", "messages": []}"#;
    let script = Script::new([
        Try::Answer(200, headers, messages),
        Try::Answer(200, &[], messages),
    ]);
    let client = script.client("budget@example.com");
    assert_eq!(client.rate_limit(), None);
    for _ in 0..2 {
        client.send(&GetMessages::newest(1, [])).await.unwrap();
        let budget = client.rate_limit().unwrap();
        assert_eq!((budget.limit, budget.remaining), (200, 7));
        assert_eq!(budget.reset, 1_795_571_041.0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_can_send() {
    let script = Script::new([Try::Refused, SENT]);
    let client = script.client("task@example.com");
    let task = tokio::spawn(async move { send(&client).await.map(|sent| sent.id) });
    assert_eq!(task.await.unwrap().unwrap(), MessageId(42));
}
