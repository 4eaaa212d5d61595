//! Robots among other robots, renamed, cut off, and flooded.

use serde_json::json;

use super::world::{BOT, World};

const SECOND: &str = "second-bot@zulip.example.com";

#[test]
fn two_robots_share_a_topic() {
    let world = World::new();
    let bot = json!({"full_name": "Second Bot", "short_name": "second"});
    world.call("POST /bots", bot);
    let subscribed = json!({"subscriptions": [{"name": "dev"}], "principals": [SECOND]});
    world.call("POST /users/me/subscriptions", subscribed);
    let key = world.sim.account(SECOND).unwrap().key;
    let key = secrecy::ExposeSecret::expose_secret(&key).to_owned();
    let robot = world.start();
    let second = world.start_with(|hubot| {
        hubot
            .args(["-n", "Seconda", "-l", "?"])
            .env("HUBOT_ZULIP_BOT", SECOND)
            .env("HUBOT_ZULIP_API_KEY", key)
            // Those of other programs do not count.
            .env("ZULIP_EMAIL", BOT)
            .env("ZULIP_API_KEY", "another");
    });
    world.say("tea", "Robo dance");
    world.answered(&robot, "tea", 1);
    world.say("tea", "@**Second Bot** dance");
    second.waits_for("the other dances", || {
        world.said_by(SECOND, "tea").len() == 1
    });
    // Both hear it, and neither hears what the other says to it.
    world.say("tea", "a badger");
    world.answered(&robot, "tea", 3);
    second.waits_for("the other has heard too", || {
        world.said_by(SECOND, "tea").len() == 3
    });
    world.say("tea", "Robo dance");
    let said = world.answered(&robot, "tea", 4);
    assert_eq!(said, ["/me dances", "one", "two", "/me dances"]);
    assert_eq!(world.said_by(SECOND, "tea"), ["/me dances", "one", "two"]);
}

#[test]
fn a_robot_is_renamed_while_it_runs() {
    let world = World::new();
    let robot = world.start();
    world.say("tea", "@**Example Bot** dance");
    world.answered(&robot, "tea", 1);
    let users = world.call("GET /users", json!({}));
    let members = users["members"].as_array().unwrap();
    let id = |email: &str| {
        let user = members.iter().find(|user| user["email"] == email);
        user.unwrap()["user_id"].clone()
    };
    let (bot, ada) = (id(BOT), id("ada@example.com"));
    let rename = json!({"bot_id": bot, "full_name": "New Bot"});
    world.call_as("owner@example.com", "PATCH /bots/{bot_id}", rename);
    world.say("tea", "@**New Bot** dance");
    world.answered(&robot, "tea", 2);
    // Hubot's own name is as it was.
    world.say("tea", "Robo dance");
    world.answered(&robot, "tea", 3);
    let rename = json!({"user_id": ada, "full_name": "Ada Lovelace"});
    world.call_as("owner@example.com", "PATCH /users/{user_id}", rename);
    let asked = world.say("who", "Robo where");
    assert!(world.answered(&robot, "who", 1)[0].ends_with("| Ada Lovelace"));
    let rename = json!({"user_id": ada, "full_name": "Ada King"});
    world.call_as("owner@example.com", "PATCH /users/{user_id}", rename);
    let tada = json!({"message_id": asked, "emoji_name": "tada"});
    world.call("POST /messages/{message_id}/reactions", tada);
    assert_eq!(
        world.answered(&robot, "reactions", 1),
        ["Ada King tada true"]
    );
}

#[test]
fn nothing_is_missed_when_the_server_restarts() {
    let mut world = World::new();
    let robot = world.start();
    world.say("tea", "count 0");
    world.answered(&robot, "tea", 1);
    for round in 0..3 {
        // It is down before the queue is lost, as after an upgrade; what is said comes before the robot is back.
        world.sim.stop();
        world.sim.advance(std::time::Duration::from_secs(3600));
        world.sim.restart().unwrap();
        // Ada's connection went with the server.
        world.reconnect();
        for number in 1..=10 {
            world.say("tea", &format!("count {}", round * 10 + number));
        }
        world.answered(&robot, "tea", 1 + (round + 1) * 10);
    }
    let wanted: Vec<_> = (0..=30).map(|number| format!("counted {number}")).collect();
    world.say("tea", "Robo dance");
    assert_eq!(world.answered(&robot, "tea", 32)[..31], wanted);
}

#[test]
fn a_thousand_messages_at_once_are_all_heard_in_order() {
    let world = World::new();
    let robot = world.start();
    for number in 0..1_000 {
        world.say(["even", "odd"][number % 2], &format!("count {number}"));
    }
    for (topic, first) in [("even", 0), ("odd", 1)] {
        let wanted: Vec<_> = (first..1_000)
            .step_by(2)
            .map(|number| format!("counted {number}"))
            .collect();
        assert_eq!(world.answered(&robot, topic, 500), wanted);
    }
}

#[test]
fn the_account_may_be_that_of_a_zuliprc() {
    let world = World::new();
    let zuliprc = world.path("zuliprc");
    let bot = world.sim.account(BOT).unwrap();
    world.sim.zuliprc_of(&bot, &zuliprc).unwrap();
    let robot = world.start_with(|hubot| {
        hubot
            .env_remove("HUBOT_ZULIP_SITE")
            .env_remove("HUBOT_ZULIP_BOT")
            .env_remove("HUBOT_ZULIP_API_KEY")
            .env("ZULIP_CONFIG", zuliprc);
    });
    world.say("tea", "Robo dance");
    assert_eq!(world.answered(&robot, "tea", 1), ["/me dances"]);
}
