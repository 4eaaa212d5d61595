use super::world::{World, each, one};

const PERSON: &[u8] = b"author Ada <ada@example.com> 1772000000 +0000\ncommitter Ada <ada@example.com> 1772000000 +0000\n";

#[test]
fn bytes_of_any_encoding_are_told() {
    let world = World::new();
    world.raw_commit("main", PERSON, b"caf\xe9 au lait\n");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(each(&facts["commits"], "/subject"), ["caf\u{fffd} au lait"]);

    let declared = [PERSON, b"encoding ISO-8859-1\n"].concat();
    world.raw_commit("latin", &declared, b"caf\xe9 au lait\n");
    let (_, facts) = world.event(&["latin"]);
    assert_eq!(each(&facts["commits"], "/subject"), ["café au lait"]);
}

#[test]
fn the_locale_changes_nothing() {
    let world = World::new().variable("LC_ALL", "C");
    world.push_first();
    world.commit("naïve ☃ fix");
    world.git_in(
        &world.server(),
        &["config", "i18n.logOutputEncoding", "ISO-8859-1"],
        b"",
    );
    let (_, facts) = world.event(&["main"]);
    assert_eq!(each(&facts["commits"], "/subject"), ["naïve ☃ fix"]);
}

#[test]
fn subjects_are_told_as_they_are() {
    let world = World::new();
    world.push_first();
    let subjects = [
        "fix [x](y) ] @**all** and #**general**",
        "line\u{2028}separator\u{2029} and \u{85}next",
        "`code` ```fence ~~~ > quote | table",
        "tab\tand \u{1b}[31mescape",
        "-- --option $(touch x) `touch x` ; && {{ 7*7 }} {% raw %}",
        "right \u{202e}to left",
    ];
    for subject in subjects {
        world.commit(subject);
    }
    let (_, facts) = world.event(&["main"]);
    assert_eq!(each(&facts["commits"], "/subject"), subjects);
}

#[test]
fn names_and_mails_of_any_shape_are_told() {
    let world = World::new();
    let odd = b"author A  B @**all** <a b@example.com> 1772000000 +0000\ncommitter  <> 99999999999999999999 +9999\n";
    world.raw_commit("main", odd, b"x\n");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(facts["commits"][0]["author"]["name"], "A  B @**all**");
    assert_eq!(facts["commits"][0]["author"]["email"], "a b@example.com");
    assert_eq!(facts["commits"][0]["committer"]["name"], "");
}

#[test]
fn branch_and_tag_names_of_any_bytes_are_told() {
    let world = World::new();
    world.push_first();
    world.commit("second");
    let (_, facts) = world.event(&["HEAD:refs/heads/`@all`/](x)/naïve"]);
    assert_eq!(facts["branch"], "`@all`/](x)/naïve");
    assert_eq!(facts["count"], 1);
    let tip = world.git(&["rev-parse", "HEAD"]);
    let mut input = format!("{} {tip} refs/heads/caf", "0".repeat(40)).into_bytes();
    input.extend_from_slice(b"\xe9\n");
    let (_, facts) = one(world.collect_from(&input));
    assert_eq!(facts["branch"], "caf\u{fffd}");
    assert_eq!(
        world.event(&["HEAD:refs/heads/refs/heads/main"]).1["branch"],
        "refs/heads/main"
    );
}

#[test]
fn habits_in_the_configuration_change_nothing() {
    let world = World::new();
    world.push_first();
    for (name, value) in [
        ("log.showSignature", "true"),
        ("log.follow", "true"),
        ("log.decorate", "full"),
        ("log.date", "relative"),
        ("log.mailmap", "false"),
        ("log.abbrevCommit", "true"),
        ("log.diffMerges", "first-parent"),
        ("color.ui", "always"),
        ("format.pretty", "fuller"),
        ("format.notes", "*"),
        ("core.quotePath", "true"),
        ("core.pager", "false"),
        ("diff.renames", "copies"),
        ("diff.noprefix", "true"),
        ("diff.external", "false"),
        ("core.abbrev", "4"),
        ("gpg.program", "false"),
    ] {
        world.git_in(&world.server(), &["config", name, value], b"");
    }
    let world = world.settings("[git]\nfiles = true\n");
    std::fs::write(world.path("clone/naïve.txt"), "1").unwrap();
    world.git(&["add", "."]);
    world.commit("second");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(each(&facts["commits"], "/subject"), ["second"]);
    assert_eq!(facts["paths"], serde_json::json!(["naïve.txt"]));
}

#[test]
fn replaced_commits_are_told_as_they_were_pushed() {
    let world = World::new();
    let first = world.push_first();
    let second = world.commit("second");
    world.push(&["main"]);
    world.git_in(&world.server(), &["replace", &second, &first], b"");
    let input = format!("{first} {second} refs/heads/main\n");
    let (_, facts) = one(world.collect_from(input.as_bytes()));
    assert_eq!(each(&facts["commits"], "/subject"), ["second"]);
}

#[test]
fn a_mailmap_gives_people_their_names() {
    let world = World::new();
    std::fs::write(
        world.path("clone/.mailmap"),
        "Countess <countess@example.com> <ada@example.com>\n",
    )
    .unwrap();
    world.git(&["add", "."]);
    world.push_first();
    world.commit("second");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(facts["commits"][0]["author"]["name"], "Countess");
    assert_eq!(
        facts["commits"][0]["author"]["email"],
        "countess@example.com"
    );
}

#[test]
fn garbage_on_standard_input_gives_one_warning() {
    let world = World::new();
    let tip = world.push_first();
    let zeros = "0".repeat(40);
    let mut input = b"\xff\xfe\0\n--upload-pack=touch\n".to_vec();
    input.extend_from_slice(format!("{zeros} {tip} refs/heads/fine\n").as_bytes());
    let collected = world.collect_from(&input);
    assert_eq!(collected.events.len(), 1);
    assert_eq!(
        collected
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [
            "ignored 2 lines of the hook's standard input: line 1 is not `old new ref`: `\u{fffd}\u{fffd}\\0`; \
             Git itself calls this hook; to see what a push would send, use `zulipkit git preview`"
        ]
    );
    assert!(world.collect_from(b"").events.is_empty());
}
