//! Restarts, lost queues, and what was cut off.

use std::time::Duration;

use serde_json::json;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_bots::runner::{Interrupted, Order};
use zulipkit_sim::Fault;

use super::world::{BOT, World, call, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_it_was_away_is_answered_once() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("first").await;
    world.replied(1).await;
    running.stop().await;
    world.say("second").await;
    world.mention("t", "third").await;
    let running = world.run().await;
    world.replied(3).await;
    running.stop().await;
    let running = world.run().await;
    world.say("fourth").await;
    world.replied(4).await;
    running.stop().await;
    assert_eq!(world.bot.handled().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_queue_loses_no_message() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("first").await;
    world.replied(1).await;
    running.stop().await;
    world.lose_queue().await;
    world.say("second").await;
    world.mention("t", "third").await;
    world
        .send(zulipkit_api::messages::To::channel("dev", "t"), "nobody's")
        .await;
    let running = world.run().await;
    world.replied(3).await;
    world.say("fourth").await;
    world.replied(4).await;
    running.stop().await;
    let expected = ["first", "second (caught up)", "third (caught up)", "fourth"];
    let mut handled = world.bot.handled();
    handled[1..3].sort();
    assert_eq!(handled, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_ask_for_other_events_are_met_and_lose_no_message() {
    let world = World::new().await;
    let running = world.run().await;
    let first = world.mention("t", "first").await;
    world
        .send(To::channel("dev", "t"), "not for the bot by then")
        .await;
    world.say("zeroth").await;
    world.replied(2).await;
    running.stop().await;
    world.say("second").await;
    let mut spec = world.spec();
    spec.listen.edits = true;
    spec.listen.channels = vec!["dev".to_owned()];
    let running = world.run_all(vec![spec]).await;
    world.replied(3).await;
    let text = "@**Example Bot** third";
    let edit = json!({"message_id": first, "content": text});
    call(&world.person, "PATCH /messages/{message_id}", edit).await;
    world.replied(4).await;
    running.stop().await;
    let mut texts = world.texts();
    assert!(texts[3].ends_with(text), "{}", texts[3]);
    texts[..2].sort();
    assert_eq!(texts[..3], ["first it is", "zeroth it is", "second it is"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_or_too_much_is_left() {
    let world = World::new().await;
    let mut spec = world.spec();
    spec.catch_up.max_messages = 2;
    let running = world.run_all(vec![spec.clone()]).await;
    world.say("zero").await;
    world.replied(1).await;
    running.stop().await;
    world.lose_queue().await;
    for text in ["one", "two", "three"] {
        world.say(text).await;
    }
    let running = world.run_all(vec![spec.clone()]).await;
    world.replied(3).await;
    running.stop().await;
    assert_eq!(world.texts()[1..], ["two it is", "three it is"]);
    world.lose_queue().await;
    world.say("four").await;
    spec.catch_up.max_age = Duration::ZERO;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let running = world.run_all(vec![spec]).await;
    world.say("five").await;
    world.replied(4).await;
    running.stop().await;
    assert_eq!(world.texts()[3..], ["five it is"]);
}

/// Ends a runner as a kill does: nothing is finished or written any more.
async fn kill(world: &World, running: super::world::Running) {
    running.task.abort();
    let _ = running.task.await;
    // The bot's own task ends a moment later, on another thread, and has the right to run the account until then.
    let locks = std::fs::read_dir(world.state().join("bots")).unwrap();
    for lock in locks {
        let lock = std::fs::File::open(lock.unwrap().path()).unwrap();
        until("the account is free", || lock.try_lock().is_ok()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handling_that_was_cut_off_is_repeated_or_left() {
    for (interrupted, texts) in [
        (
            Interrupted::Again,
            vec!["slow 60000 (again) (caught up)", "next"],
        ),
        (Interrupted::Skip, vec!["next"]),
    ] {
        let world = World::new().await;
        let mut spec = world.spec();
        spec.handling.interrupted = interrupted;
        let running = world.run_all(vec![spec.clone()]).await;
        world.mention("t", "slow 60000").await;
        until("the bot works", || world.bot.handled().len() == 1).await;
        running.orders.send(Order::Stop).await.unwrap();
        running.task.await.unwrap().unwrap();
        let running = world.run_all(vec![spec]).await;
        world.say("next").await;
        world.replied(1).await;
        kill(&world, running).await;
        let mut handled = world.bot.handled();
        handled.remove(0);
        handled.sort();
        let mut texts = texts;
        texts.sort();
        assert_eq!(handled, texts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_and_reactions_that_were_cut_off_are_repeated_or_left() {
    for (interrupted, times) in [(Interrupted::Again, 2), (Interrupted::Skip, 1)] {
        let world = World::new().await;
        let mut spec = world.spec();
        spec.listen.edits = true;
        spec.listen.reactions = true;
        spec.handling.interrupted = interrupted;
        let running = world.run_all(vec![spec.clone()]).await;
        let tea = world.say("tea").await;
        let milk = world.mention("t", "milk").await;
        world.replied(2).await;
        let edit = json!({"message_id": tea.0, "content": "hang"});
        call(&world.person, "PATCH /messages/{message_id}", edit).await;
        let react = json!({"message_id": milk.0, "emoji_name": "octopus"});
        call(
            &world.person,
            "POST /messages/{message_id}/reactions",
            react,
        )
        .await;
        world.replied(3).await;
        until("both are begun", || world.bot.handled().len() == 4).await;
        running.stop().await;
        for text in ["next", "last"] {
            let running = world.run_all(vec![spec.clone()]).await;
            world.say(text).await;
            let answer = format!("{text} it is");
            until("it works", || world.texts().contains(&answer)).await;
            let handled = world.bot.handled();
            for what in ["tea -> hang".to_owned(), format!("+octopus on {milk}")] {
                let seen = handled.iter().filter(|seen| **seen == what).count();
                assert_eq!(seen, times, "{what}: {handled:?}");
            }
            running.stop().await;
        }
        let said = world.texts();
        let answers = said.iter().filter(|text| *text == "tea -> hang").count();
        assert_eq!(answers, 1, "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_a_name_is_sent_once() {
    let world = World::new().await;
    let running = world.run().await;
    world.say("once tea").await;
    world.replied(1).await;
    world.say("once tea").await;
    world.say("once milk").await;
    world.replied(2).await;
    // The server has the next one, and the process ends before it knows.
    let reads = world.sim.fail("GET /messages", Fault::Hang);
    let sends = world.sim.fail("POST /messages", Fault::DropAfterStoring);
    let sugar = SendMessage::new(To::emails([BOT]), "once sugar");
    assert!(world.person.send(&sugar).await.is_err());
    world.replied(3).await;
    kill(&world, running).await;
    sends.clear();
    reads.clear();
    let running = world.run().await;
    world.say("once sugar").await;
    world.say("once tea").await;
    world.say("done").await;
    world.replied(4).await;
    running.stop().await;
    let texts = ["tea, once", "milk, once", "sugar, once", "done it is"];
    assert_eq!(world.texts(), texts);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_is_handled_once() {
    let world = World::new().await;
    let running = world.run().await;
    // The answer with the event is lost, so the server tells it again.
    world
        .sim
        .fail("GET /events", Fault::DropAfterStoring)
        .times(1);
    world.say("tea").await;
    world.replied(1).await;
    world.say("milk").await;
    world.replied(2).await;
    running.stop().await;
    assert_eq!(world.texts(), ["tea it is", "milk it is"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_goes_off_also_after_a_restart() {
    let world = World::new().await;
    let running = world.run().await;
    world.mention("t", "alarm 1500").await;
    until("the alarm is set", || world.bot.handled().len() == 1).await;
    running.stop().await;
    let running = world.run().await;
    world.replied(1).await;
    assert_eq!(world.texts(), ["wake up"]);
    assert_eq!(world.replies()[0].topic, "t");
    running.stop().await;
    let running = world.run().await;
    world.say("done").await;
    world.replied(2).await;
    running.stop().await;
    assert_eq!(world.texts(), ["wake up", "done it is"]);
}
