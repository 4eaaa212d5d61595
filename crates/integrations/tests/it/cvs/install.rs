use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use zulipkit_integrations::driver::Instance as _;
use zulipkit_integrations::vcs::install::{AccountSource, Action, Finding, Options, Report};

use super::world::World;

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn options(world: &World) -> Options {
    let zuliprc = world.path("zuliprc");
    let text = "[api]\nemail=cvs-bot@example.com\nkey=abcd\nsite=https://zulip.example.com\n";
    write(&zuliprc, text, 0o600);
    // As the program does, it reads all that it is given: CVS breaks off if nobody does.
    let program = "#!/bin/sh\ncat >/dev/null\n";
    write(&world.path("zulipkit"), program, 0o755);
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

fn install(world: &World, options: &Options) -> Report {
    world.open().install(options, &world.environment()).unwrap()
}

fn actions(report: &Report) -> Vec<Action> {
    report.steps.iter().map(|step| step.action).collect()
}

/// The lines of ours in a file of CVSROOT, where the world's folder is written `…`.
fn lines(world: &World, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(world.repository().join("CVSROOT").join(file)).unwrap();
    let ours = text.lines().filter(|line| line.starts_with("ALL"));
    let short = |line: &str| line.replace(world.path("").to_str().unwrap(), "…/");
    ours.map(short).collect()
}

/// What is wrong, a line each.
fn wrong(world: &World) -> Vec<String> {
    let findings = world.open().check(&world.environment());
    let wrong = findings.into_iter().filter_map(|finding| match finding {
        Finding::Wrong(error) => Some(error.one_line()),
        Finding::Fine(_) => None,
    });
    wrong.collect()
}

#[test]
fn lines_and_settings_are_put_in_place_once() {
    let world = World::called("a \"root\" it's");
    let options = options(&world);
    let report = install(&world, &options);
    assert_eq!(
        actions(&report),
        [Action::Created, Action::Changed, Action::Changed]
    );
    assert_eq!(
        lines(&world, "loginfo"),
        ["ALL …/zulipkit cvs loginfo %r %p %c %I $USER %{sVv} || cat >/dev/null"]
    );
    assert_eq!(
        lines(&world, "commitinfo"),
        ["ALL /bin/sh -c \"…/zulipkit cvs commitinfo || :\" %c"]
    );
    assert_eq!(wrong(&world), [""; 0]);
    // The lines are committed, so that they do not go with the next change of the file.
    let log = world.cvs(".", &["rlog", "CVSROOT/loginfo"]);
    assert!(
        log.contains("\nTell Zulip of commits [skip zulip]\n"),
        "{log}"
    );
    let again = install(&world, &options);
    assert_eq!(actions(&again), [Action::Kept; 3]);
    assert_eq!(lines(&world, "loginfo").len(), 1);
}

#[test]
fn what_has_moved_is_found_and_repaired() {
    let world = World::new();
    let mut options = options(&world);
    install(&world, &options);
    let moved = world.path("moved");
    std::fs::rename(world.path("zulipkit"), &moved).unwrap();
    let found = wrong(&world);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("calls what is not there"), "{found:?}");
    // The program is gone, and commits go on, however long their messages are.
    world.write("a", "1");
    world.commit(&vec![b'x'; 1 << 20]);
    options.program = moved;
    assert_eq!(
        actions(&install(&world, &options)),
        [Action::Kept, Action::Repaired, Action::Repaired]
    );
    assert_eq!(wrong(&world), [""; 0]);
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::new();
    let options = Options {
        dry_run: true,
        ..options(&world)
    };
    let report = install(&world, &options);
    assert!(report.to_string().contains("would change"), "{report}");
    assert_eq!(lines(&world, "loginfo"), [""; 0]);
    assert!(!world.repository().join("CVSROOT/zulip_cvs.toml").exists());
}

#[test]
fn what_cvs_would_not_understand_is_refused() {
    let world = World::new();
    let error = |options: &Options| {
        let result = world.open().install(options, &world.environment());
        result.unwrap_err().one_line()
    };
    let mut blank = options(&world);
    blank.program = world.path("a b");
    assert!(error(&blank).contains("CVS cannot call a program with this path"));
    let loginfo = world.repository().join("CVSROOT/loginfo");
    std::fs::set_permissions(&loginfo, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(&loginfo, "# By hand.\n").unwrap();
    let by_hand = error(&options(&world));
    assert!(
        by_hand.contains("is not what was committed last"),
        "{by_hand}"
    );
    let config = world.repository().join("CVSROOT/config");
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(&config, "#UseNewInfoFmtStrings=yes\n").unwrap();
    let old = error(&options(&world));
    assert!(old.contains("`UseNewInfoFmtStrings` is not `yes`"), "{old}");
}
