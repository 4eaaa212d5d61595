//! Answers, their order, and who is who.

use std::time::Duration;

use serde_json::json;
use zulipkit_api::messages::To;
use zulipkit_bots::address::{Groups, Listen};
use zulipkit_sim::{Fault, RetryAfter};

use super::world::{BOT, World, call, until};
use crate::client::client;

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_and_a_direct_message_are_answered_where_they_stand() {
    let world = World::new().await;
    let running = world.run().await;
    world.mention("tea", "milk").await;
    world.say("sugar").await;
    world
        .send(To::channel("dev", "tea"), "not for the bot")
        .await;
    world.replied(2).await;
    running.stop().await;
    let replies = world.replies();
    let milk = replies
        .iter()
        .find(|reply| reply.content == "milk it is")
        .unwrap();
    assert_eq!(
        (milk.channel.as_deref(), milk.topic.as_str()),
        (Some("dev"), "tea")
    );
    let sugar = replies
        .iter()
        .find(|reply| reply.content == "sugar it is")
        .unwrap();
    assert_eq!(sugar.people.len(), 2);
    assert_eq!(replies.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_older_than_the_first_start_is_answered() {
    let world = World::new().await;
    world.say("before").await;
    let running = world.run().await;
    world.say("after").await;
    world.replied(1).await;
    running.stop().await;
    assert_eq!(world.texts(), ["after it is"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_answered_as_a_group() {
    let world = World::with(zulipkit_sim::Sim::builder().person("Bob", "bob@example.com")).await;
    let mut spec = world.spec();
    spec.listen = Listen {
        groups: Groups::Always,
        ..Listen::default()
    };
    let running = world.run_all(vec![spec]).await;
    let group = To::emails([BOT, "bob@example.com"]);
    world.send(group, "all of us").await;
    world.replied(1).await;
    running.stop().await;
    let reply = world.replies().remove(0);
    assert_eq!(reply.people.len(), 3, "{reply:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_conversation_keeps_its_order_and_does_not_hold_up_another() {
    let world = World::new().await;
    let running = world.run().await;
    world.mention("a", "slow 400").await;
    world.mention("a", "second").await;
    world.mention("b", "quick").await;
    let texts = world.replied(3).await;
    running.stop().await;
    assert_eq!(texts, ["quick it is", "slow 400 done", "second it is"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_without_an_order_answers_side_by_side() {
    let world = World::new().await.unordered();
    let running = world.run().await;
    world.mention("a", "slow 400").await;
    world.mention("a", "second").await;
    let texts = world.replied(2).await;
    running.stop().await;
    assert_eq!(texts, ["second it is", "slow 400 done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_replies_are_all_sent_at_the_pace_that_the_server_sets() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("slow 300").await;
    let limited = Fault::RateLimited {
        seconds: 0.2,
        form: RetryAfter::Fraction,
    };
    world.sim.fail("POST /messages", limited).times(5);
    world.replied(1).await;
    world.say("count 49").await;
    let texts = world.replied(50).await;
    running.stop().await;
    let numbers: Vec<String> = (0..49).map(|number| number.to_string()).collect();
    assert_eq!(texts[1..], numbers);
    assert_eq!(world.sent_by_bot(), 55);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reply_is_split_and_an_empty_one_refused() {
    let world = World::with(zulipkit_sim::Sim::builder().max_message_length(500)).await;
    let running = world.run().await;
    world.say("repeat 60").await;
    world.say("empty").await;
    world.say("last").await;
    until("the last is answered", || {
        world
            .texts()
            .last()
            .is_some_and(|text| text == "last it is")
    })
    .await;
    running.stop().await;
    let texts = world.texts();
    let (_, parts) = texts.split_last().unwrap();
    assert!(parts.len() > 2);
    assert!(parts.iter().all(|part| part.chars().count() <= 500));
    let lines: usize = parts.iter().map(|part| part.lines().count()).sum();
    assert_eq!(lines, 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_bot_is_known_by_its_new_name() {
    let world = World::new().await;
    let running = world.run().await;
    let owner = client(&world.sim, "owner@example.com");
    let rename = json!({"bot_id": world.bot_id.0, "full_name": "New Bot"});
    call(&owner, "PATCH /bots/{bot_id}", rename).await;
    world
        .send(To::channel("dev", "t"), "@**New Bot** name")
        .await;
    world.replied(1).await;
    running.stop().await;
    assert_eq!(world.texts()[0], format!("@**New Bot|{}**", world.bot_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_channel_is_heard_as_before() {
    let world = World::new().await;
    let mut spec = world.spec();
    spec.listen.channels = vec!["Dev".to_owned()];
    let running = world.run_all(vec![spec]).await;
    world.send(To::channel("dev", "t"), "tea").await;
    world.replied(1).await;
    let owner = client(&world.sim, "owner@example.com");
    let id = call(&owner, "GET /get_stream_id", json!({"stream": "dev"})).await;
    let rename = json!({"stream_id": id["stream_id"], "new_name": "makers"});
    call(&owner, "PATCH /streams/{stream_id}", rename).await;
    world.send(To::channel("makers", "t"), "milk").await;
    assert_eq!(world.replied(2).await, ["tea it is", "milk it is"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_and_reactions_are_handled_if_so_set() {
    let world = World::new().await;
    let mut spec = world.spec();
    spec.listen.edits = true;
    spec.listen.reactions = true;
    let running = world.run_all(vec![spec]).await;
    let message = world.say("tea").await;
    world.replied(1).await;
    let body = json!({"message_id": message.0, "content": "coffee"});
    call(&world.person, "PATCH /messages/{message_id}", body).await;
    world.replied(2).await;
    let reply = world.replies()[0].id;
    let react = json!({"message_id": reply, "emoji_name": "tada"});
    call(
        &world.person,
        "POST /messages/{message_id}/reactions",
        react.clone(),
    )
    .await;
    call(
        &world.person,
        "DELETE /messages/{message_id}/reactions",
        react,
    )
    .await;
    until("the reactions are handled", || {
        world.bot.handled().len() == 4
    })
    .await;
    running.stop().await;
    let expected = [
        "tea".to_owned(),
        "tea -> coffee".to_owned(),
        format!("+tada on {reply}"),
        format!("-tada on {reply}"),
    ];
    assert_eq!(world.bot.handled(), expected);
    assert_eq!(world.texts(), ["tea it is", "tea -> coffee"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bots_are_heard_only_if_allowed_and_never_for_ever() {
    let world = World::new().await;
    let owner = client(&world.sim, "owner@example.com");
    let body = json!({"full_name": "Echo", "short_name": "echo", "bot_type": 1});
    let echo = call(&owner, "POST /bots", body).await;
    let id = echo["user_id"].as_u64().unwrap();
    let echo = call(&owner, "GET /users/{user_id}", json!({"user_id": id})).await;
    let email = echo["user"]["email"].as_str().unwrap().to_owned();
    let other = client(&world.sim, &email);
    let say = async |text: &str| {
        let message = zulipkit_api::messages::SendMessage::new(To::users([world.bot_id]), text);
        other.send(&message).await.unwrap();
    };
    let running = world.run().await;
    say("unheard").await;
    world.say("heard").await;
    world.replied(1).await;
    running.stop().await;
    assert_eq!(world.bot.handled(), ["heard"]);

    let mut spec = world.spec();
    spec.listen.bots = true;
    let running = world.run_all(vec![spec]).await;
    for number in 0..30 {
        say(&format!("{number}")).await;
    }
    world.say("still here").await;
    until("the person is answered", || {
        world.texts().iter().any(|text| text == "still here it is")
    })
    .await;
    until("the bot slows down", || world.bot.handled().len() > 6).await;
    running
        .orders
        .send(zulipkit_bots::runner::Order::Stop)
        .await
        .unwrap();
    let _ = tokio::time::timeout(Duration::from_secs(20), running.task).await;
    assert!(world.bot.handled().len() < 25, "{:?}", world.bot.handled());

    // What was left stays so where the queue is lost.
    world.lose_queue().await;
    let mut spec = world.spec();
    spec.listen.bots = true;
    let running = world.run_all(vec![spec]).await;
    world.say("again").await;
    until("the person is answered", || {
        world.bot.handled().iter().any(|text| text == "again")
    })
    .await;
    let handled = world.bot.handled();
    assert!(
        !handled.iter().any(|text| text.starts_with("29")),
        "{handled:?}"
    );
    drop(running);
}
