//! What a robot hears and says.

use std::path::Path;
use std::process::Command;

use zulipkit_api::messages::To;

use super::world::{BOT, World, run};

#[test]
fn a_real_hubot_answers() {
    let world = World::new();
    let robot = world.start();
    world.say("tea", "@**Example Bot** knock");
    assert_eq!(
        mention_free(&world.answered(&robot, "tea", 1)[0]),
        "who is there?"
    );
    world.say("alias", "!knock");
    world.answered(&robot, "alias", 1);
    world.say("name", "robo: knock");
    world.answered(&robot, "name", 1);
    world.say("heard", "a badger");
    assert_eq!(world.answered(&robot, "heard", 2), ["one", "two"]);
    world.say("emote", "Robo dance");
    assert_eq!(world.answered(&robot, "emote", 1), ["/me dances"]);
    world.say("x: y+z", "Robo where");
    assert_eq!(
        world.answered(&robot, "x: y+z", 1),
        ["stream:dev topic:x%3A+y%2Bz | x: y+z | topic | Ada"]
    );
    world.say("shout", "Robo shout stream:dev topic:over+there");
    assert_eq!(world.answered(&robot, "over there", 1), ["hear, hear"]);
    world.say("torn", "Robo throw");
    world.say("torn", "Robo knock");
    assert_eq!(world.answered(&robot, "torn", 1).len(), 1);
    world.say("lost", "Robo nowhere");
    world.say("lost", "Robo knock");
    world.answered(&robot, "lost", 1);
    robot.waits_for("it is logged", || {
        robot.logged().contains("Channel 'nowhere' does not exist")
    });
    world.say("quiet", "Robo play");
    assert_eq!(world.answered(&robot, "quiet", 1), ["quiet"]);
    world.say("long", "Robo long");
    let long = world.answered(&robot, "long", 2);
    assert_eq!(long.concat().matches("All work").count(), 900);
    // Direct messages need no name.
    let direct = To::emails([BOT]);
    world.send(direct.clone(), "knock");
    world.send(direct, "where");
    let said = world.answered(&robot, "", 2);
    assert_eq!(said[0], "who is there?");
    assert!(
        said[1].starts_with("pm-with:") && said[1].contains("ada@example.com"),
        "{said:?}"
    );
    // Scripts that know nothing of topics name a person or a channel.
    world.say("names", "Robo whisper");
    assert_eq!(world.answered(&robot, "", 3)[2], "psst");
    world.say("names", "Robo announce");
    assert_eq!(world.answered(&robot, "(no topic)", 1), ["hear ye"]);
}

#[test]
fn well_known_scripts_answer() {
    let world = World::new();
    let robot = world.start();
    world.say("rules", "Robo the rules");
    let rules = world.answered(&robot, "rules", 1);
    assert!(
        rules[0].contains("A robot may not harm humanity"),
        "{rules:?}"
    );
    world.say("ping", "Robo ping");
    assert_eq!(world.answered(&robot, "ping", 1), ["PONG"]);
    world.say("help", "Robo help");
    world.answered(&robot, "help", 1);
}

#[test]
fn what_else_happens_becomes_events() {
    let world = World::new();
    let robot = world.start();
    let id = world.say("tea", "Robo knock");
    world.answered(&robot, "tea", 1);
    world.call(
        "POST /messages/{message_id}/reactions",
        serde_json::json!({"message_id": id, "emoji_name": "tada"}),
    );
    assert_eq!(world.answered(&robot, "reactions", 1), ["Ada tada true"]);
    world.call(
        "PATCH /messages/{message_id}",
        serde_json::json!({"message_id": id, "content": "Robo, knock!"}),
    );
    assert_eq!(
        world.answered(&robot, "edits", 1),
        ["Robo knock > Robo, knock!"]
    );
    world.call(
        "PATCH /messages/{message_id}",
        serde_json::json!({"message_id": id, "topic": "coffee", "propagate_mode": "change_all"}),
    );
    assert_eq!(world.answered(&robot, "topics", 1), ["now coffee"]);
    world.call(
        "DELETE /users/me/subscriptions",
        serde_json::json!({"subscriptions": ["dev"]}),
    );
    world.answered(&robot, "people", 1);
    world.call(
        "POST /users/me/subscriptions",
        serde_json::json!({"subscriptions": [{"name": "dev"}]}),
    );
    assert_eq!(
        world.answered(&robot, "people", 2),
        [
            "Ada left stream:dev topic:",
            "Ada entered stream:dev topic:"
        ]
    );
    // Who never spoke has a name too.
    world.call_as(
        "owner@example.com",
        "DELETE /users/me/subscriptions",
        serde_json::json!({"subscriptions": ["dev"]}),
    );
    assert_eq!(
        world.answered(&robot, "people", 3)[2],
        "Olivia Owner left stream:dev topic:"
    );
    // What the robot renames it goes on in, and need not hear of.
    world.say("milk", "Robo rename cream");
    assert_eq!(world.answered(&robot, "cream", 2), ["so be it", "renamed"]);
    world.say("cream", "Robo knock");
    world.answered(&robot, "cream", 3);
    assert_eq!(world.in_topic("topics"), ["now coffee"]);
}

#[test]
fn what_is_wrong_is_said() {
    let world = World::new();
    let cases = [
        (
            "HUBOT_ZULIP_COMMAND",
            "/nowhere/zulipkit",
            "install zulipkit",
        ),
        ("HUBOT_ZULIP_COMMAND", "/bin/false", "has ended with code 1"),
        ("HUBOT_ZULIP_API_KEY", "wrong", "the bot `hubot` stops"),
        ("HUBOT_ZULIP_API_KEY", "", "HUBOT_ZULIP_API_KEY not set"),
    ];
    for (name, value, wanted) in cases {
        let output = world.hubot().env(name, value).output().unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            !output.status.success() && said.contains(wanted),
            "{value}: {said}"
        );
    }
}

#[test]
fn names_of_rooms_lead_back_to_their_topics() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/hubot/rooms.test.mjs");
    run(Command::new("node").arg("--test").arg(tests));
}

fn mention_free(text: &str) -> &str {
    text.split_once("**: ").map_or(text, |(_, rest)| rest)
}
