use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use zulipkit_integrations::driver::Instance as _;
use zulipkit_integrations::install::{AccountSource, Action, Finding, Options, Report};

use super::world::World;

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn options(world: &World) -> Options {
    let zuliprc = world.path("zuliprc");
    let text = "[api]\nemail=fossil-bot@example.com\nkey=abcd\nsite=https://zulip.example.com\n";
    write(&zuliprc, text, 0o600);
    Options {
        program: world.path("zulipkit"),
        account: AccountSource::Zuliprc(zuliprc),
        channel: Some("commits".to_owned()),
        hooks: Vec::new(),
        users: Vec::new(),
        timer: None,
        dry_run: false,
    }
}

fn install(world: &World, options: &Options) -> Vec<Action> {
    // It writes down its arguments, one a line, and what it reads.
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >'{0}'; cat >>'{0}'\n",
        world.path("called").display()
    );
    write(&world.path("zulipkit"), &script, 0o755);
    let report: Report = world.open().install(options, &world.environment()).unwrap();
    report.steps.iter().map(|step| step.action).collect()
}

fn faults(world: &World) -> Vec<String> {
    let findings = world.open().check(&world.environment());
    findings
        .into_iter()
        .filter_map(|finding| match finding {
            Finding::Fine(_) => None,
            Finding::Wrong(error) => Some(error.message),
        })
        .collect()
}

fn hooks(world: &World) -> String {
    world.fossil(
        ".",
        &["hook", "list", "-R", world.repository().to_str().unwrap()],
    )
}

#[test]
fn a_hook_is_added_once_and_others_are_left_alone() {
    let world = World::new();
    let before = hooks(&world);
    let dry = Options {
        dry_run: true,
        ..options(&world)
    };
    install(&world, &dry);
    assert_eq!(hooks(&world), before);
    assert_eq!(
        install(&world, &options(&world)),
        [Action::Created, Action::Changed]
    );
    let after = hooks(&world);
    assert_eq!(
        install(&world, &options(&world)),
        [Action::Kept, Action::Kept]
    );
    assert_eq!(hooks(&world), after);
    assert!(
        after.contains("fossil after-receive \"%R\" \"%F\""),
        "{after}"
    );
    assert!(after.contains("cat >>"), "{after}");
    assert_eq!(faults(&world), Vec::<String>::new());
}

#[test]
fn a_hook_whose_program_is_gone_is_found_and_mended() {
    let world = World::new();
    let options = options(&world);
    install(&world, &options);
    std::fs::remove_file(world.path("zulipkit")).unwrap();
    let fault = &faults(&world)[0];
    assert!(fault.contains("calls what is not there"), "{fault}");
    let moved = Options {
        program: "/bin/true".into(),
        ..options
    };
    let report = world.open().install(&moved, &world.environment()).unwrap();
    assert_eq!(report.steps[1].action, Action::Repaired);
    assert!(hooks(&world).contains("/bin/true fossil after-receive"));
}

#[test]
fn fossil_calls_it_whatever_the_path_looks_like() {
    for name in ["a b.fossil", "it's.fossil", "a \"b\" $c `d`.fossil"] {
        let world = World::called(name);
        install(&world, &options(&world));
        let id = world.commit("a", b"One", &[]);
        world.push();
        let called = std::fs::read_to_string(world.path("called")).unwrap();
        let lines: Vec<&str> = called.lines().collect();
        assert_eq!(lines[..2], ["fossil", "after-receive"], "{called}");
        assert_eq!(Path::new(lines[2]), world.repository(), "{called}");
        assert!(lines[3].ends_with("/fossil"), "{called}");
        assert!(
            called.contains(&format!("{id} check-in to trunk by ada")),
            "{called}"
        );
    }
}

#[test]
fn what_is_no_repository_is_said_to_be_none() {
    let world = World::new();
    for path in ["clone", "message", "nowhere"] {
        std::fs::write(world.path("message"), "SQLite?").unwrap();
        let repository =
            zulipkit_integrations::fossil::Repository::at(&world.path(path), &world.environment());
        assert!(repository.is_none(), "{path}");
    }
}
