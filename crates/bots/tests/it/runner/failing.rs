//! Bots and servers that fail.

use std::time::Duration;

use serde_json::json;
use zulipkit_sim::Fault;

use super::world::{World, call, until};
use crate::client::client;

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_a_panic_and_a_hanging_hurt_only_themselves() {
    let world = World::new().await;
    let mut spec = world.spec();
    spec.handling.time_limit = Duration::from_millis(300);
    let running = world.run_all(vec![spec]).await;
    for text in ["first", "fail", "panic", "hang", "last"] {
        world.say(text).await;
    }
    let texts = world.replied(2).await;
    running.stop().await;
    assert_eq!(texts, ["first it is", "last it is"]);
    assert_eq!(world.bot.handled().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_gets_an_apology_if_so_set() {
    let world = World::new().await;
    let mut spec = world.spec();
    spec.handling.apologize = true;
    let running = world.run_all(vec![spec]).await;
    world.mention("t", "panic").await;
    let texts = world.replied(1).await;
    running.stop().await;
    assert!(
        texts[0].starts_with("Sorry, something went wrong."),
        "{texts:?}"
    );
    assert_eq!(world.replies()[0].topic, "t");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_answer_is_lost_is_read_back() {
    for fault in [Fault::HtmlAfterStoring(502), Fault::DropAfterStoring] {
        let world = World::new().await;
        let running = world.run().await;
        world.say("slow 300").await;
        world.sim.fail("POST /messages", fault).times(1);
        world.replied(1).await;
        until("the answer was given", || world.sent_by_bot() == 1).await;
        world.say("next").await;
        world.replied(2).await;
        running.stop().await;
        assert_eq!(world.texts(), ["slow 300 done", "next it is"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_reply_is_not_tried_again() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("slow 300").await;
    world
        .sim
        .fail("POST /messages", Fault::Status(400))
        .times(1);
    until("it was tried", || world.sent_by_bot() == 1).await;
    world.say("next").await;
    assert_eq!(world.replied(1).await, ["next it is"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_gets_the_reply_when_it_is_back() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("slow 600").await;
    until("the bot works", || world.bot.handled().len() == 1).await;
    world.sim.stop();
    // Longer than the runner tries by itself.
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert!(world.replies().is_empty());
    world.sim.restart().unwrap();
    world.deliver().await;
    world.say("next").await;
    world.replied(2).await;
    running.stop().await;
    assert_eq!(world.texts(), ["slow 600 done", "next it is"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_cannot_be_an_edit_is_said_after_the_beginning() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("progress 600").await;
    until("the bot works", || world.bot.handled().len() == 1).await;
    world.sim.stop();
    until("both are kept", || world.kept() == 2).await;
    world.sim.restart().unwrap();
    world.deliver().await;
    world.replied(2).await;
    running.stop().await;
    assert_eq!(world.texts(), ["beginning", "end"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_a_proxy_turns_away_is_kept() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("slow 600").await;
    until("the bot works", || world.bot.handled().len() == 1).await;
    world.sim.fail("POST /messages", Fault::Html(404)).times(1);
    until("the reply is kept", || world.kept() == 1).await;
    world.deliver().await;
    assert_eq!(world.replied(1).await, ["slow 600 done"]);
    running.stop().await;
}

/// The process ends after the beginning was kept, and before the end was said.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_beginning_is_kept_is_finished_by_the_next_process() {
    for delivered_between in [false, true] {
        let world = World::new().await;
        let running = world.launch(vec![world.spec()], Duration::from_millis(100));
        until("it is connected", || running.connected.count() == 1).await;
        world.say("progress-then-hang 600").await;
        until("the bot works", || world.bot.handled().len() == 1).await;
        world.sim.stop();
        until("the beginning is kept", || world.kept() == 1).await;
        running.stop().await;
        world.sim.restart().unwrap();
        if delivered_between {
            world.deliver().await;
            world.replied(1).await;
        }
        let running = world.run().await;
        if !delivered_between {
            until("the end is kept behind it", || world.kept() == 2).await;
            world.deliver().await;
        }
        world.replied(2).await;
        world.say("next").await;
        world.replied(3).await;
        running.stop().await;
        assert_eq!(world.texts(), ["beginning", "end", "next it is"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_wants_to_wait_for_long_is_left_to_the_outbox() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("slow 600").await;
    until("the bot works", || world.bot.handled().len() == 1).await;
    let hours = Fault::RateLimited {
        seconds: 7_200.0,
        form: zulipkit_sim::RetryAfter::Fraction,
    };
    world.sim.fail("POST /messages", hours).times(1);
    until("the reply is kept", || world.kept() == 1).await;
    running
        .orders
        .send(zulipkit_bots::runner::Order::Stop)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_proxy_and_unknown_events_are_lived_through() {
    let world = World::new().await;
    let running = world.run().await;
    world.sim.fail("GET /events", Fault::Html(502)).times(2);
    world.sim.fail("POST /register", Fault::Html(503)).times(1);
    // Something that no bot asks for.
    let typing = json!({"op": "start", "to": [world.bot_id.0]});
    call(&world.person, "POST /typing", typing).await;
    world.say("tea").await;
    assert_eq!(world.replied(1).await, ["tea it is"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_whose_key_is_revoked_stops_and_the_others_go_on() {
    let world = World::new().await;
    let mut other = world.spec();
    other.name = "other".to_owned();
    other.client = client(&world.sim, "owner@example.com");
    other.account = None;
    let running = world.run_all(vec![world.spec(), other]).await;
    world.sim.rotate_key("owner@example.com").unwrap();
    // The long polls that are under way end with an event.
    world.mention("t", "tea").await;
    world.replied(1).await;
    until("the other one has stopped", || {
        running.connected.count() == 1
    })
    .await;
    world.mention("t", "milk").await;
    world.replied(2).await;
    world.sim.rotate_key(super::world::BOT).unwrap();
    world.mention("t", "more").await;
    let ended = tokio::time::timeout(super::world::MOMENT, running.task)
        .await
        .unwrap();
    let error = ended.unwrap().unwrap_err();
    assert!(
        error.one_line().contains("refuses the credentials"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_deactivated_stops_and_says_so() {
    let world = World::with(zulipkit_sim::Sim::builder().heartbeat(Duration::from_secs(1))).await;
    let running = world.run().await;
    world.say("slow 600").await;
    until("the bot works", || world.bot.handled().len() == 1).await;
    let owner = client(&world.sim, "owner@example.com");
    call(
        &owner,
        "DELETE /bots/{bot_id}",
        json!({"bot_id": world.bot_id.0}),
    )
    .await;
    let ended = tokio::time::timeout(super::world::MOMENT, running.task).await;
    let error = ended.expect("it stops").unwrap().unwrap_err().one_line();
    assert!(error.contains("the bot `puppet` stops"), "{error}");
    assert!(
        error.contains("example-bot@zulip.example.com is active"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_hand_when_the_key_is_revoked_is_answered_with_the_new_one() {
    for kept in [true, false] {
        let world = World::new().await;
        let mut spec = world.spec();
        if !kept {
            spec.account = None;
        }
        let running = world.run_all(vec![spec]).await;
        world.say("slow 600").await;
        until("the bot works", || world.bot.handled().len() == 1).await;
        world.sim.rotate_key(super::world::BOT).unwrap();
        let ended = tokio::time::timeout(super::world::MOMENT, running.task)
            .await
            .expect("it stops, though its poll hears nothing");
        assert!(ended.unwrap().is_err());
        assert_eq!(world.kept(), usize::from(kept));

        let zuliprc = world.dir.path().join("zuliprc");
        std::fs::remove_file(&zuliprc).unwrap();
        world.sim.zuliprc(&zuliprc).unwrap();
        let running = world.run().await;
        if kept {
            world.deliver().await;
        }
        world.replied(1).await;
        world.say("next").await;
        world.replied(2).await;
        running.stop().await;
        assert_eq!(world.texts(), ["slow 600 done", "next it is"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refusal_of_the_key_that_is_none_stops_nobody() {
    let world = World::new().await;
    let mut spec = world.spec();
    spec.account = None;
    let running = world.run_all(vec![spec]).await;
    world.say("slow 300").await;
    world
        .sim
        .fail("POST /messages", Fault::Status(401))
        .times(1);
    until("it was tried", || world.sent_by_bot() == 1).await;
    world.say("next").await;
    assert_eq!(world.replied(1).await, ["next it is"]);
    running.stop().await;
    let running = world.run().await;
    world.say("last").await;
    assert_eq!(world.replied(2).await, ["next it is", "last it is"]);
    running.stop().await;
}
