//! What one process accepted and another finds.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;
use zulipkit_api::bots::WebhookFormat;
use zulipkit_sim::Fault;

use super::world::{Parrot, World, impatient, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_left_is_fetched_until_the_server_answers() {
    let mut world = World::new(WebhookFormat::Zulip, impatient()).await;
    world.say("@**Parrot** twice").await;
    world.messages(3).await;
    world.server.stop().await;
    // As a process leaves it that is killed before it said anything.
    let journal = Connection::open(world.state().join("bots.sqlite3")).unwrap();
    let left = "UPDATE message SET state = 1, sendings = NULL, replies = NULL";
    assert_eq!(journal.execute(left, []).unwrap(), 1);
    drop(journal);
    let id = world.sim.got()[0].id;
    world
        .sim
        .fail(&format!("GET /messages/{id}"), Fault::Status(500))
        .times(1);
    let second = Arc::new(Parrot::default());
    let other = world.another(impatient(), world.served(second.clone()));
    other.until_ready().await;
    until("it is handled again", || second.handled() == 1).await;
    world.messages(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_do_not_handle_the_same() {
    let mut world = World::new(WebhookFormat::Zulip, impatient()).await;
    world.say("@**Parrot** wait").await;
    world.messages(2).await;
    // Another one begins while the first still has something to finish, as when one takes the place of the other.
    let second = Arc::new(Parrot::default());
    let other = world.another(impatient(), world.served(second.clone()));
    other.until_ready().await;
    // What the first accepts from now on the other finds in the journal, should Zulip repeat its call there.
    let meanwhile = world.call(7, "twice");
    for server in [&world.server, &other] {
        let nothing = (200, json!({"response_not_required": true}));
        assert_eq!(server.post(&meanwhile).await, nothing);
    }
    world.messages(4).await;
    world.server.ask_to_stop();
    // The other one looks every second whether it may go on with what was left.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(other.post(&world.call(2, "hello")).await.0, 200);
    world.bot.go_on.notify_one();
    world.server.stop().await;
    let got = world.messages(5).await;
    assert_eq!(got[4].1, "second");
    let message = world.sim.got()[0].id;
    assert_eq!(
        other.post(&world.call(message, "wait")).await.1,
        json!({"response_not_required": true})
    );
    assert_eq!((world.bot.handled(), second.handled()), (2, 1));
}
