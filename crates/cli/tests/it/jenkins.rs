//! The watcher against a stand-in for Jenkins, and builds that tell by themselves.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::standin::Standin;
use crate::world::World;

/// A world with a settings file that writes to `builds`, and a controller to follow.
struct Ci {
    world: World,
    jenkins: Standin,
}

impl Ci {
    fn new() -> Self {
        let world = World::bare();
        let jenkins = Standin::start();
        world.zulip.add_channel("builds");
        let ci = Self { world, jenkins };
        ci.settings("");
        ci
    }

    fn settings(&self, more: &str) {
        let text = format!(
            "[zulip]\nzuliprc = \"zuliprc\"\n{more}\n[controller]\nurl = \"{}\"\ninterval = \"20 ms\"\n",
            self.jenkins.url
        );
        fs_err::write(self.world.path("jenkins.toml"), text).unwrap();
    }

    fn watch_once(&self) -> crate::world::Run {
        self.world
            .zulipkit(&["jenkins", "watch", "--once", "--config", "jenkins.toml"])
    }
}

#[test]
fn what_has_ended_since_the_last_look_is_told() {
    let ci = Ci::new();
    ci.jenkins
        .controller()
        .build("Shop/api/release%2F1.0", 41, "SUCCESS");
    let run = ci.watch_once().good();
    assert!(run.err.contains("following 1 jobs"), "{}", run.err);
    ci.jenkins
        .controller()
        .build("Shop/api/release%2F1.0", 42, "FAILURE");
    ci.watch_once().good();
    let message = &ci.world.messages(1)[0];
    assert_eq!(message.topic, "Shop/api/release/1.0");
    assert_eq!(message.client, "ZulipJenkins");
    assert!(
        message.content.contains("**failed**"),
        "{}",
        message.content
    );
    ci.watch_once().good();
    assert_eq!(ci.world.messages(1).len(), 1);
}
