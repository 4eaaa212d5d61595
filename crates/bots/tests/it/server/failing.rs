//! Bots that fail, and servers that do.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;
use zulipkit_api::bots::WebhookFormat;

use super::world::{Parrot, World, impatient, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_fails_or_panics_hurts_nobody() {
    let world = world().await;
    let nothing = (200, json!({"response_not_required": true}));
    for (id, text) in [(1, "fail"), (2, "panic"), (3, "silence")] {
        assert_eq!(world.post(&world.call(id, text)).await, nothing, "{text}");
    }
    assert_eq!(
        world.post(&world.call(4, "still there?")).await.1,
        json!({"content": "still there?!"})
    );
    let page = world.server.operator("/").await;
    assert!(page.contains("<td class=\"number\">4</td>"), "{page}");
    assert!(page.contains("the bot panicked"), "{page}");
    let metrics = world.server.operator("/metrics").await;
    assert!(
        metrics.contains("zulipkit_botserver_failures_total{bot=\"parrot\"} 2"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_whose_key_is_revoked_says_so_until_it_has_a_new_one() {
    let mut world = world().await;
    let bot = Arc::new(Parrot::default());
    let revoked = world.served(bot.clone());
    world.sim.rotate_key(&world.parrot.email).unwrap();
    world.server.stop().await;
    let server = world.another(impatient(), revoked);
    let answer = server.post(&world.call(1, "hello")).await;
    let words = "this bot cannot work; its operator sees why";
    assert_eq!(answer, (503, json!({"result": "error", "msg": words})));
    let page = server.operator("/").await;
    assert!(
        page.contains("<td class=\"failed said\">failed<br>"),
        "{page}"
    );
    assert!(
        page.contains("cannot learn the bot&#x27;s account"),
        "{page}"
    );
    let fresh = world.served(bot.clone());
    server.server.replace(vec![fresh]).await.unwrap();
    assert_eq!(
        server.post(&world.call(1, "hello")).await,
        (200, json!({"content": "hello!"}))
    );
    assert_eq!(bot.handled(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_for_a_bot_goes_on_with_its_successor() {
    let mut world = world().await;
    world.server.stop().await;
    // Nobody says whether it can work.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = format!("http://{}", silent.local_addr().unwrap());
    let lost = world.served_at(&site);
    let server = world.another(impatient(), lost);
    let call = world.call(1, "hello");
    let mut answer = Box::pin(server.post(&call));
    tokio::select! {
        answer = &mut answer => panic!("answered before anything was known: {answer:?}"),
        () = tokio::time::sleep(Duration::from_millis(300)) => {}
    }
    let bot = Arc::new(Parrot::default());
    let found = world.served(bot.clone());
    server.server.replace(vec![found]).await.unwrap();
    assert_eq!(answer.await.0, 200);
    world.messages(1).await;
    assert_eq!(bot.handled(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_journal_an_answer_waits_for_what_it_promises() {
    let world = World::new(WebhookFormat::Zulip, impatient()).await;
    let call = world.call(1, "wait");
    // The journal cannot be written, like on a full disk, since somebody else does not let go of it.
    let other = Connection::open(world.state().join("bots.sqlite3")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut answer = Box::pin(world.post(&call));
    // It gives up after five seconds, and then sends off what it held.
    tokio::select! {
        answer = &mut answer => panic!("answered before the message was handled: {answer:?}"),
        _ = world.messages(1) => {}
    }
    drop(other);
    tokio::select! {
        answer = &mut answer => panic!("answered before the message was handled: {answer:?}"),
        () = tokio::time::sleep(Duration::from_millis(300)) => {}
    }
    world.bot.go_on.notify_one();
    assert_eq!(answer.await, (200, json!({"response_not_required": true})));
    let got = world.messages(2).await;
    assert_eq!((got[0].1.as_str(), got[1].1.as_str()), ("first", "second"));
}
