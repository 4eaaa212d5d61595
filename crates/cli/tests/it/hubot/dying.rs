//! Whatever dies, nothing is lost or said twice.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use zulipkit_sim::Fault;

use super::world::{World, run};

const POINTS: [&str; 8] = [
    "event",
    "given",
    "send",
    "sent",
    "answer",
    "answered",
    "done",
    "acknowledged",
];

#[test]
fn both_sides_may_die() {
    let world = World::new();
    let mut robot = world.start();
    world.say("tea", "Robo knock");
    world.answered(&robot, "tea", 1);
    let program = robot.program().unwrap();
    run(Command::new("kill").args(["-9", &program]));
    world.say("tea", "Robo knock");
    world.answered(&robot, "tea", 2);
    let program = robot.program().unwrap();
    robot.kill();
    let gone = || {
        let status = std::fs::read_to_string(format!("/proc/{program}/status"));
        status.is_err() || status.is_ok_and(|status| status.contains("State:\tZ"))
    };
    robot.waits_for("the program ends with hubot", gone);
    world.say("tea", "Robo knock");
    let robot = world.start();
    world.answered(&robot, "tea", 3);
    for number in 0..100 {
        world.say("count", &format!("count {number}"));
    }
    let counted = world.answered(&robot, "count", 100);
    let wanted: Vec<_> = (0..100).map(|number| format!("counted {number}")).collect();
    assert_eq!(counted, wanted);
    assert_eq!(world.in_topic("tea").len(), 3);
}

/// Lets `victim` die at each point in the handling of a message, and looks at what was said.
fn die_everywhere(victim: &str) {
    let world = World::new();
    let mortal = world.path("mortal.py");
    fs_err::write(&mortal, include_str!("mortal.py")).unwrap();
    fs_err::set_permissions(&mortal, std::fs::Permissions::from_mode(0o755)).unwrap();
    fs_err::create_dir(world.path("marks")).unwrap();
    let start = || {
        world.start_with(|hubot| {
            hubot
                .env("HUBOT_ZULIP_COMMAND", &mortal)
                .env("ZULIPKIT", env!("CARGO_BIN_EXE_zulipkit"))
                .env("MARKS", world.path("marks"));
        })
    };
    let mut robot = start();
    for point in POINTS {
        world.say(point, &format!("die {point} {victim}"));
        let mark = world.path("marks").join(format!("{point} {victim}"));
        robot.waits_for(&format!("{victim} dies at {point}"), || mark.exists());
        if victim != "program" {
            robot.wait();
            robot = start();
        }
    }
    for point in POINTS {
        world.say(point, "Robo knock");
        // Hubot calls its listeners once if it lives on.
        let said = world.answered(&robot, point, 3);
        assert_eq!(&said[..2], ["first 1", "second 1"], "{point}: {said:?}");
        assert_eq!(world.in_topic(&format!("beside {point}")), ["beside 1"]);
    }
    let said = POINTS.map(|point| world.in_topic(point).len());
    assert_eq!(said, [3; POINTS.len()]);
}

#[test]
fn zulipkit_may_die_at_every_point() {
    die_everywhere("program");
}

#[test]
fn hubot_may_die_at_every_point() {
    die_everywhere("hubot");
}

#[test]
fn both_may_die_at_every_point() {
    die_everywhere("both");
}

#[test]
fn a_reply_on_its_way_is_not_said_twice() {
    let world = World::new();
    let robot = world.start();
    // The server has it, and nobody knows: in a handling, and outside of any.
    for (topic, text) in [("tea", "Robo knock"), ("later", "Robo later")] {
        let sends = world.sim.fail("POST /messages", Fault::DropAfterStoring);
        let reads = world.sim.fail("GET /messages", Fault::Hang);
        world.say_without_waiting(topic, text);
        world.answered(&robot, topic, 1);
        run(Command::new("kill").args(["-9", &robot.program().unwrap()]));
        sends.clear();
        reads.clear();
        world.say(topic, "Robo knock");
        assert_eq!(world.answered(&robot, topic, 2).len(), 2);
    }
}

#[test]
fn an_edit_is_handled_again_and_nothing_said_twice() {
    let world = World::new();
    let mut robot = world.start_with(|hubot| {
        hubot.env("FATAL", "1");
    });
    let id = world.say("tea", "harmless");
    let edit = serde_json::json!({"message_id": id, "content": "fatal"});
    world.call("PATCH /messages/{message_id}", edit);
    robot.wait();
    assert_eq!(world.in_topic("tea"), ["first"]);
    let robot = world.start();
    assert_eq!(world.answered(&robot, "tea", 2), ["first", "second"]);
}

#[test]
fn a_message_that_ends_hubot_each_time_is_left() {
    let world = World::new();
    let mut robot = world.start();
    world.say("tea", "Robo knock");
    world.answered(&robot, "tea", 1);
    robot.kill();
    // Under way beside it, and done when it is given alone.
    world.say("patient", "Robo wait");
    world.say("tea", "Robo exit");
    world.say("tea", "Robo knock");
    for _ in 0..3 {
        assert!(world.in_topic("patient").is_empty());
        world.start().wait();
    }
    assert_eq!(world.in_topic("patient"), ["waited"]);
    let robot = world.start();
    world.answered(&robot, "tea", 2);
    assert!(robot.logged().contains("is left: its handling was cut off"));
}
