//! What is answered, to a server that behaves.

use std::time::Duration;

use serde_json::json;
use zulipkit_api::bots::WebhookFormat;
use zulipkit_bots::server::ServerSettings;

use super::world::{MOMENT, WEBHOOK, World, impatient, until, world};

#[tokio::test(flavor = "multi_thread")]
async fn one_reply_goes_in_the_answer() {
    let world = world().await;
    world.say("@**Parrot** hello").await;
    let got = world.messages(2).await;
    assert_eq!(got[1], (WEBHOOK.to_owned(), "hello!".to_owned()));
    world.say_directly("hi").await;
    let got = world.messages(4).await;
    assert_eq!(got[3], (WEBHOOK.to_owned(), "hi!".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replies_go_by_the_api_in_order() {
    let world = world().await;
    world.say("@**Parrot** twice").await;
    let got = world.messages(3).await;
    assert_eq!((got[1].1.as_str(), got[2].1.as_str()), ("one", "two"));
    assert!(
        got[1..].iter().all(|(client, _)| client != WEBHOOK),
        "{got:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_number_is_wanted_goes_by_the_api() {
    let world = world().await;
    world.say("@**Parrot** edit").await;
    world.messages(2).await;
    until("it is edited", || world.sim.got()[1].content == "final").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_bot_answers_by_the_api() {
    let mut world = World::new(WebhookFormat::Zulip, impatient()).await;
    world.say("@**Parrot** wait").await;
    let got = world.messages(2).await;
    assert_eq!(got[1].1, "first");
    assert_ne!(got[1].0, WEBHOOK);
    // What was accepted is finished, although the server is asked to stop meanwhile.
    let go_on = world.bot.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        go_on.go_on.notify_one();
    });
    world.server.stop().await;
    let got = world.messages(3).await;
    assert_eq!(got[2].1, "second");
    assert_eq!(world.bot.handled(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_handled_once_and_answered_the_same() {
    let world = world().await;
    let call = world.call(77, "hello");
    let calls = (0..4).map(|_| world.post(&call));
    let answers = futures_util::future::join_all(calls).await;
    for answer in answers {
        assert_eq!(answer, (200, json!({"content": "hello!"})));
    }
    assert_eq!(world.post(&call).await, (200, json!({"content": "hello!"})));
    assert_eq!(world.bot.handled(), 1);
    assert_eq!(world.post(&world.call(78, "hello")).await.0, 200);
    assert_eq!(world.bot.handled(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_its_places_a_bot_is_busy() {
    let settings = ServerSettings {
        per_bot: 1,
        ..impatient()
    };
    let world = World::new(WebhookFormat::Zulip, settings).await;
    assert_eq!(world.post(&world.call(1, "wait")).await.0, 200);
    let sent = reqwest::Client::new()
        .post(&world.server.url)
        .json(&world.call(2, "hello"))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 503);
    assert_eq!(sent.headers()["retry-after"], "1");
    // The same call finds what it began, and later there is a place again.
    assert_eq!(world.post(&world.call(1, "wait")).await.0, 200);
    world.bot.go_on.notify_one();
    let deadline = std::time::Instant::now() + MOMENT;
    while world.post(&world.call(2, "hello")).await.0 != 200 {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_format_of_slack() {
    let world = World::new(WebhookFormat::Slack, ServerSettings::default()).await;
    world.say("@**Parrot** hello").await;
    let got = world.messages(2).await;
    assert_eq!(got[1], (WEBHOOK.to_owned(), "hello!".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_format_of_slack_messages_are_told_apart_by_what_there_is() {
    let world = World::new(WebhookFormat::Slack, ServerSettings::default()).await;
    let recorded = include_str!("../../data/outgoing_webhook/slack_channel_mention.form");
    let form = recorded
        .trim_end()
        .replace("service_id=54", &format!("service_id={}", world.parrot.id))
        .replace("slackbottokeXXXXXXXXXXXXXXXXXXXX", &world.parrot.token);
    let elsewhere = form.replace("channel_id=C", "channel_id=C1");
    let later = form.replace("1795570442", "1795570443");
    for (form, handled) in [(&form, 1), (&elsewhere, 2), (&later, 3), (&form, 3)] {
        let post = reqwest::Client::new()
            .post(&world.server.url)
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = post.body(form.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(world.bot.handled(), handled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_changes_is_read_again() {
    zulipkit_api::install_crypto_provider();
    let folder = tempfile::tempdir().unwrap();
    let write = || {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(
            folder.path().join("key.pem"),
            made.signing_key.serialize_pem(),
        )
        .unwrap();
        std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
    };
    let old = write();
    let settings = ServerSettings {
        certificate: Some(folder.path().join("cert.pem")),
        certificate_key: Some(folder.path().join("key.pem")),
        ..ServerSettings::default()
    };
    let world = World::new(WebhookFormat::Zulip, settings).await;
    let url = world
        .server
        .url
        .replace("http://127.0.0.1", "https://localhost");
    let get = async |certificate: &reqwest::Certificate| {
        let client = reqwest::Client::builder()
            .tls_certs_only([certificate.clone()])
            .build()
            .unwrap();
        client.get(format!("{url}healthz")).send().await
    };
    assert_eq!(get(&old).await.unwrap().status(), 200);
    let new = write();
    let deadline = std::time::Instant::now() + MOMENT;
    while get(&new).await.is_err() {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(get(&old).await.is_err());
}
