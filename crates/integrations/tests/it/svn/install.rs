use zulipkit_integrations::driver::Instance as _;
use zulipkit_integrations::install::{Action, Report};
use zulipkit_settings::Environment;

use super::world::World;
use crate::installing::{self, actions, write};

fn install(world: &World) -> Report {
    let options = installing::options(&world.path(""), "svn");
    world.open().install(&options, &environment()).unwrap()
}

fn environment() -> Environment {
    Environment::of([])
}

fn faults(world: &World) -> Vec<String> {
    let findings = world.open().check(&environment());
    installing::wrong(findings)
        .map(|error| error.message)
        .collect()
}

#[test]
fn puts_a_link_and_a_settings_file_in_place_once() {
    let world = World::new();
    assert_eq!(
        actions(&install(&world)),
        [Action::Created, Action::Created]
    );
    assert_eq!(actions(&install(&world)), [Action::Kept, Action::Kept]);
    let hook = world.repository().join("hooks/post-commit");
    assert_eq!(hook.read_link().unwrap(), world.path("zulipkit"));
    assert_eq!(faults(&world), Vec::<String>::new());
    std::fs::remove_file(world.path("zulipkit")).unwrap();
    assert_eq!(faults(&world).len(), 1, "the link leads nowhere");
}

#[test]
fn another_hook_is_left_alone_and_gets_a_line() {
    let world = World::new();
    let hook = world.repository().join("hooks/post-commit");
    write(&hook, "#!/bin/sh\nmail-everybody\n", 0o755);
    let report = install(&world);
    assert!(
        std::fs::read_to_string(&hook)
            .unwrap()
            .contains("mail-everybody")
    );
    let link = world.repository().join("hooks/post-commit.d/post-commit");
    assert!(link.is_symlink());
    let line = "post-commit.d/post-commit' \"$@\"";
    assert!(report.to_do[0].contains(line), "{:?}", report.to_do);
}
