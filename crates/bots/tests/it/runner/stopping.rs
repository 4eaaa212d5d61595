//! Ends and reloads in the middle of things.

use std::time::Duration;

use serde_json::json;
use zulipkit_api::MessageId;
use zulipkit_bots::runner::{Order, RunBot};
use zulipkit_sim::Fault;

use super::world::{Running, World, call, until};

const GRACE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_of_catching_up_loses_nothing() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("zero").await;
    world.replied(1).await;
    running.stop().await;
    world.lose_queue().await;
    for text in ["one", "two", "three"] {
        world.say(text).await;
    }
    world.sim.fail("GET /messages", Fault::Hang);
    let running = world.launch(vec![world.spec()], GRACE);
    until("it asks for what it missed", || {
        world.asked_by_bot("GET", "/api/v1/messages") > 0
    })
    .await;
    running.stop().await;
    world.sim.clear_faults();
    let running = world.run().await;
    world.replied(4).await;
    running.stop().await;
    let texts = ["zero it is", "one it is", "two it is", "three it is"];
    assert_eq!(world.texts(), texts);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_message_is_looked_at_loses_nothing() {
    let world = World::new().await;
    let running = world.run().await;
    // Whether somebody is a bot is asked for before anything else.
    let me = call(&world.person, "GET /users/me", json!({})).await;
    let user = format!("GET /users/{}", me["user_id"]);
    world.sim.fail(&user, Fault::Hang);
    world.say("tea").await;
    until("it asks who that is", || {
        let path = user.replace("GET ", "/api/v1");
        world.asked_by_bot("GET", &path) > 0
    })
    .await;
    tokio::time::timeout(GRACE, running.stop())
        .await
        .expect("it waits for nothing");
    world.sim.clear_faults();
    let running = world.run().await;
    assert_eq!(world.replied(1).await, ["tea it is"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_longer_than_the_grace_is_given_up_before_it_begins_anew() {
    let world = World::new().await;
    let running = impatient(&world).await;
    work(&world).await;
    let mut changed = world.spec();
    changed.version = 2;
    replaced_by(&world, running, changed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_is_not_gone_since_a_proxy_says_so() {
    let world = World::new().await;
    let running = impatient(&world).await;
    let id = work(&world).await;
    running.stop().await;
    for path in ["GET /messages".to_owned(), format!("GET /messages/{id}")] {
        world.sim.fail(&path, Fault::Html(404)).times(1);
    }
    let running = world.run().await;
    world.replied(1).await;
    running.stop().await;
    assert_eq!(world.texts(), ["slow 1500 done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_of_another_name_takes_over_an_account() {
    let world = World::new().await;
    let running = world.run().await;
    work(&world).await;
    let mut renamed = world.spec();
    renamed.name = "renamed".to_owned();
    replaced_by(&world, running, renamed).await;
}

/// Runs the bot with hardly any grace.
async fn impatient(world: &World) -> Running {
    let running = world.launch(vec![world.spec()], Duration::from_millis(100));
    until("it is connected", || running.connected.count() == 1).await;
    running
}

/// Gives the bot work for a while, and waits until it is at it.
async fn work(world: &World) -> MessageId {
    let id = world.say("slow 1500").await;
    until("the bot works", || world.bot.handled().len() == 1).await;
    id
}

/// Puts another bot in the place of the one that works: what that one had in hand is said once, and it hears what comes.
async fn replaced_by(world: &World, running: Running, other: RunBot) {
    running
        .orders
        .send(Order::Replace(vec![other]))
        .await
        .unwrap();
    world.replied(1).await;
    world.say("next").await;
    world.replied(2).await;
    running.stop().await;
    assert_eq!(world.texts(), ["slow 1500 done", "next it is"]);
}
