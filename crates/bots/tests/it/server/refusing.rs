//! What is answered to strangers, to what is no call, and to whoever is slow.

use std::time::Duration;

use serde_json::{Value, json};
use zulipkit_api::bots::WebhookFormat;
use zulipkit_bots::server::ServerSettings;

use super::world::{World, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_nothing() {
    let world = world().await;
    let mut wrong_token = world.call(1, "hello");
    wrong_token["token"] = json!("guess");
    let mut no_token = world.call(2, "hello");
    no_token["token"] = json!("");
    let mut unknown = world.call(3, "hello");
    unknown["bot_email"] = json!("nobody@example.com");
    let mut of_another = world.call(4, "hello");
    of_another["token"] = json!(world.owl.token);
    let mut answers = Vec::new();
    for call in [wrong_token, no_token, unknown, of_another] {
        answers.push(world.post(&call).await);
    }
    assert_eq!(answers[0].0, 401);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(world.bot.handled(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_call_is_answered_in_json() {
    let settings = ServerSettings {
        max_body: 2_000,
        arrive_within: Duration::from_millis(300),
        ..ServerSettings::default()
    };
    let world = World::new(WebhookFormat::Zulip, settings).await;
    for body in [
        json!([]),
        json!({"token": 7}),
        json!("x"),
        json!({"message": null}),
    ] {
        assert_eq!(world.post(&body).await.0, 400, "{body}");
    }
    assert_eq!(world.post(&world.call(1, &"x".repeat(3_000))).await.0, 413);
    let mut strange = world.call(2, "hello");
    strange["trigger"] = json!("full_moon");
    assert_eq!(
        world.post(&strange).await,
        (200, json!({"response_not_required": true}))
    );
    for (path, status) in [("", 405), ("admin", 404), ("healthz", 200), ("readyz", 200)] {
        let answer = reqwest::get(format!("{}{path}", world.server.url))
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        answer.json::<Value>().await.unwrap();
    }
    // What is cut off is no call, whatever its size.
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    for cut in [
        "Content-Length: 100\r\n\r\n{",
        "Transfer-Encoding: chunked\r\n\r\nxx",
    ] {
        let mut stream = tokio::net::TcpStream::connect(world.server.address())
            .await
            .unwrap();
        let request = format!("POST / HTTP/1.1\r\nHost: x\r\n{cut}");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    // A request that trickles in is given up.
    let address = world.server.address();
    for beginning in [
        "POST / HTTP/1.1\r\nContent-",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    ] {
        let mut slow = tokio::net::TcpStream::connect(address).await.unwrap();
        slow.write_all(beginning.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
            "{answer}"
        );
    }
    assert_eq!(world.bot.handled(), 0);
}
