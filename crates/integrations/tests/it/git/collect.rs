use super::world::{World, each, one};

#[test]
fn an_ordinary_push_lists_its_commits_oldest_first() {
    let world = World::new();
    world.commit("first");
    let old = {
        world.push(&["main"]);
        world.git(&["rev-parse", "HEAD"])
    };
    let second = world.commit("second\n\nWith a body.\n");
    let third = world.commit("third");
    let (kind, facts) = world.event(&["main"]);
    assert_eq!(kind, "push");
    assert_eq!(facts["repo"], "website");
    assert_eq!(facts["branch"], "main");
    assert_eq!(facts["ref"], "refs/heads/main");
    assert_eq!(facts["old"], old);
    assert_eq!(facts["new"], third);
    assert_eq!(facts["pusher"]["name"], "ada");
    assert_eq!(each(&facts["commits"], "/id"), [second.as_str(), &third]);
    assert_eq!(facts["commits"][0]["short"], second[..10]);
    assert_eq!(facts["commits"][0]["subject"], "second");
    assert_eq!(facts["commits"][0]["body"], "With a body.");
    assert_eq!(facts["commits"][0]["author"]["name"], "Ada Lovelace");
    assert_eq!(facts["commits"][0]["author"]["email"], "ada@example.com");
    assert_eq!(facts["commits"][0]["merge"], false);
    assert_eq!(facts["count"], 2);
    assert_eq!(facts["more"], 0);
    assert_eq!(each(&facts["authors"], "/email"), ["ada@example.com"]);
    assert_eq!(facts["forced"], false);
    assert_eq!(facts["removed_count"], 0);
}

#[test]
fn a_commit_without_subject_does_not_hide_the_others() {
    let world = World::new();
    world.push_first();
    world.commit("");
    world.commit("second");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(
        each(&facts["commits"], "/subject"),
        ["(no subject)", "second"]
    );
}

#[test]
fn tags_of_one_push_are_one_event() {
    let world = World::new();
    let first = world.push_first();
    world.git(&["tag", "v1"]);
    world.git(&[
        "tag",
        "-a",
        "v2",
        "-m",
        "Version two\n\nWith much that is new.",
    ]);
    let (kind, facts) = world.event(&["v1", "v2"]);
    assert_eq!(kind, "tag");
    assert_eq!(facts["count"], 2);
    assert_eq!(each(&facts["tags"], "/name"), ["v1", "v2"]);
    assert_eq!(each(&facts["tags"], "/action"), ["created", "created"]);
    assert_eq!(each(&facts["tags"], "/target"), [first.as_str(), &first]);
    assert_eq!(facts["tags"][0]["annotated"], false);
    assert_eq!(facts["tags"][0]["tagger"], serde_json::Value::Null);
    assert_eq!(facts["tags"][1]["annotated"], true);
    assert_eq!(facts["tags"][1]["tagger"]["name"], "Ada Lovelace");
    assert_eq!(facts["tags"][1]["subject"], "Version two");
    assert_eq!(facts["tags"][1]["body"], "With much that is new.");

    let second = world.commit("second");
    world.git(&["tag", "-f", "v1"]);
    let (_, facts) = world.event(&["-f", "v1", ":v2"]);
    assert_eq!(each(&facts["tags"], "/action"), ["moved", "deleted"]);
    assert_eq!(each(&facts["tags"], "/target"), [second.as_str(), &first]);
    assert_eq!(facts["tags"][0]["old_target"], first);
}

#[test]
fn a_new_branch_lists_only_what_is_new_to_the_repository() {
    let world = World::new();
    let fork = world.push_first();
    world.git(&["checkout", "-q", "-b", "feature/x"]);
    for subject in ["one", "two", "three"] {
        world.commit(subject);
    }
    let (kind, facts) = world.event(&["feature/x"]);
    assert_eq!(kind, "create");
    assert_eq!(facts["branch"], "feature/x");
    assert_eq!(each(&facts["commits"], "/subject"), ["one", "two", "three"]);
    assert_eq!(facts["created"], true);
    assert_eq!(facts["old"], serde_json::Value::Null);

    world.git(&["checkout", "-q", "-b", "feature/z"]);
    let (_, facts) = world.event(&["feature/z"]);
    assert_eq!(facts["count"], 0);
    assert_ne!(facts["new"], fork);
}

#[test]
fn the_first_push_of_all_lists_everything() {
    let world = World::new();
    world.commit("one");
    world.commit("two");
    let (kind, facts) = world.event(&["main"]);
    assert_eq!(kind, "create");
    assert_eq!(each(&facts["commits"], "/subject"), ["one", "two"]);
}

#[test]
fn new_branches_of_one_push_share_their_commits() {
    let world = World::new();
    world.push_first();
    world.commit("on both");
    world.git(&["branch", "a"]);
    world.git(&["checkout", "-q", "-b", "b"]);
    world.commit("on b");
    let collected = world.collect(&["a", "b"]);
    let subjects: Vec<_> = collected
        .events
        .iter()
        .map(|event| each(&event.facts["commits"], "/subject"))
        .collect();
    assert_eq!(subjects, [vec!["on both"], vec!["on b"]]);
}

#[test]
fn a_branch_under_another_name_is_a_rename() {
    let world = World::new();
    world.push_first();
    let tip = world.commit("on x");
    world.push(&["main:feature/x"]);
    let (kind, facts) = world.event(&[":feature/x", "main:feature/y"]);
    assert_eq!(kind, "rename");
    assert_eq!(facts["old_branch"], "feature/x");
    assert_eq!(facts["branch"], "feature/y");
    assert_eq!(facts["new"], tip);
}

#[test]
fn a_deleted_branch_says_where_it_was() {
    let world = World::new();
    let tip = world.push_first();
    world.push(&["main:gone"]);
    let (kind, facts) = world.event(&[":gone"]);
    assert_eq!(kind, "delete");
    assert_eq!(facts["branch"], "gone");
    assert_eq!(facts["old"], tip);
    assert_eq!(facts["deleted"], true);
    assert_eq!(facts["new"], serde_json::Value::Null);
}

#[test]
fn one_ref_that_cannot_be_read_does_not_lose_the_others() {
    let world = World::new();
    let tip = world.push_first();
    let missing = "1234567890123456789012345678901234567890";
    let zeros = "0".repeat(40);
    let input = format!("{missing} {tip} refs/heads/broken\n{zeros} {tip} refs/heads/fine\n");
    let collected = world.collect_from(input.as_bytes());
    let kinds: Vec<_> = collected
        .events
        .iter()
        .map(|event| event.kind.as_str())
        .collect();
    assert_eq!(kinds, ["push", "create"]);
    assert_eq!(collected.events[0].facts["incomplete"], true);
    assert_eq!(collected.events[1].facts["incomplete"], false);
    assert_eq!(collected.warnings.len(), 1);
    let warning = collected.warnings[0].one_line();
    assert!(
        warning.starts_with("cannot list the commits of `broken`: `git log` failed: fatal: "),
        "{warning}"
    );
}

#[test]
fn a_rewritten_branch_says_what_went_and_what_came() {
    let world = World::new();
    world.push_first();
    world.commit("bad");
    world.push(&["main"]);
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    world.commit("good");
    let (kind, facts) = world.event(&["-f", "main"]);
    assert_eq!(kind, "rewrite");
    assert_eq!(facts["forced"], true);
    assert_eq!(each(&facts["removed"], "/subject"), ["bad"]);
    assert_eq!(each(&facts["commits"], "/subject"), ["good"]);
    assert_eq!(
        (&facts["count"], &facts["removed_count"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn a_branch_that_was_set_back_only_loses() {
    let world = World::new();
    world.push_first();
    world.commit("one");
    world.commit("two");
    world.push(&["main"]);
    let (kind, facts) = world.event(&["-f", "main~2:main"]);
    assert_eq!(kind, "rewrite");
    assert_eq!(each(&facts["removed"], "/subject"), ["one", "two"]);
    assert_eq!(facts["count"], 0);
}

#[test]
fn merges_are_counted_and_folded() {
    let world = World::new();
    world.push_first();
    world.git(&["checkout", "-q", "-b", "side"]);
    world.commit("on the side");
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge branch side", "side"]);
    let (_, facts) = world.event(&["main"]);
    assert_eq!(each(&facts["commits"], "/subject"), ["on the side"]);
    assert_eq!(
        (&facts["count"], &facts["merges"], &facts["more"]),
        (&2.into(), &1.into(), &0.into())
    );

    world.git(&["checkout", "-q", "side"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge branch main", "main"]);
    world.git(&[
        "commit",
        "-q",
        "--amend",
        "--allow-empty",
        "-m",
        "Merge branch main",
    ]);
    world.push(&["side~1:refs/heads/side"]);
    let world = world.settings("[git]\nmerges = \"show\"\n");
    world.git(&["checkout", "-q", "main"]);
    world.git(&["checkout", "-q", "-b", "other"]);
    world.commit("on the other");
    world.git(&["checkout", "-q", "main"]);
    world.git(&[
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "Merge branch other",
        "other",
    ]);
    let (_, facts) = world.event(&["main"]);
    assert_eq!(
        each(&facts["commits"], "/subject"),
        ["on the other", "Merge branch other"]
    );
    assert_eq!(facts["commits"][1]["merge"], true);
}

#[test]
fn a_merge_alone_is_listed() {
    let world = World::new();
    world.push_first();
    world.git(&["checkout", "-q", "-b", "side"]);
    world.commit("on the side");
    world.git(&["checkout", "-q", "main"]);
    world.commit("on main");
    world.push(&["main", "side"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge branch side", "side"]);
    world.push(&["side"]);
    world.git(&[
        "push",
        "-q",
        "origin",
        "main:refs/heads/all",
        "side:refs/heads/side",
    ]);
    let input = std::fs::read(world.path("input")).unwrap();
    let (kind, facts) = one(world.collect_from(&input));
    assert_eq!(kind, "create");
    assert_eq!(each(&facts["commits"], "/subject"), ["Merge branch side"]);
    assert_eq!((&facts["count"], &facts["more"]), (&1.into(), &0.into()));
}

#[test]
fn five_thousand_commits_are_counted_and_the_newest_listed() {
    let world = World::new();
    let first = world.push_first();
    let mut stream = String::new();
    for number in 1..=5000 {
        let from = if number == 1 {
            format!("from {first}\n")
        } else {
            String::new()
        };
        let subject = format!("Commit {number}");
        stream.push_str(&format!(
            "commit refs/heads/main\ncommitter Ada Lovelace <ada@example.com> {} +0000\ndata {}\n{subject}\n{from}\n",
            1_772_000_100 + number,
            subject.len(),
        ));
    }
    world.git_in(
        &world.path("clone"),
        &["fast-import", "--quiet", "--force"],
        stream.as_bytes(),
    );
    let (kind, facts) = world.event(&["main"]);
    assert_eq!(kind, "push");
    assert_eq!(facts["count"], 5000);
    assert_eq!(facts["more"], 4980);
    let subjects = each(&facts["commits"], "/subject");
    assert_eq!(subjects.len(), 20);
    assert_eq!((subjects[0], subjects[19]), ("Commit 4981", "Commit 5000"));
}

#[test]
fn notes_are_told_where_they_are_asked_for() {
    let world = World::new();
    world.push_first();
    world.git(&["notes", "add", "-m", "seen"]);
    assert!(world.collect(&["refs/notes/commits"]).events.is_empty());
    world.git(&["notes", "append", "-m", "again"]);
    let world = world.settings("[git]\nrefs = [\"refs/notes/*\"]\n");
    let (kind, facts) = world.event(&["refs/notes/commits"]);
    assert_eq!(kind, "ref");
    assert_eq!(
        (&facts["ref"], &facts["action"]),
        (&"refs/notes/commits".into(), &"moved".into())
    );
}

#[test]
fn a_commit_can_ask_for_silence() {
    let world = World::new();
    world.push_first();
    world.commit("Update the translations\n\n[skip zulip]");
    let collected = world.collect(&["main"]);
    assert!(collected.events.is_empty());
    assert_eq!(collected.skipped, ["main"]);
    let world = world.settings("[git]\nskip = \"\"\n");
    world.commit("More\n\n[skip zulip]");
    assert_eq!(world.event(&["main"]).0, "push");
}

#[test]
fn changed_files_are_counted_where_they_are_wanted() {
    let world = World::new().settings(
        "[[route]]\nwhen = { paths = \"docs/**\" }\nchannel = \"docs\"\n[git]\nlinks = \"gitea\"\nurl = \"https://git.example.com/{repo}\"\n",
    );
    std::fs::create_dir(world.path("clone/docs")).unwrap();
    for (name, text) in [("kept", "1"), ("gone", "1")] {
        std::fs::write(world.path("clone").join(name), text).unwrap();
    }
    world.git(&["add", "."]);
    world.commit("first");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(facts["paths"], serde_json::json!(["gone", "kept"]));

    std::fs::write(world.path("clone/kept"), "2").unwrap();
    std::fs::write(world.path("clone/docs/naïve .md"), "1").unwrap();
    std::fs::remove_file(world.path("clone/gone")).unwrap();
    world.git(&["add", "-A", "."]);
    let id = world.commit("second");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(
        facts["paths"],
        serde_json::json!(["docs/naïve .md", "gone", "kept"])
    );
    let files = &facts["files"];
    assert_eq!(
        (&files["added"], &files["modified"], &files["deleted"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(
        files["list"][0]["url"],
        format!("https://git.example.com/website/src/commit/{id}/docs/na%C3%AFve%20.md")
    );
    assert_eq!(files["list"][1]["url"], serde_json::Value::Null);
}

#[test]
fn people_and_links_are_put_in() {
    let world = World::new().settings(
        "[git]\nlinks = \"github\"\nurl = \"https://github.com/example/{repo}\"\n[people]\n\"Ada@Example.com\" = 12\nada = 12\n",
    );
    let old = world.push_first();
    let new = world.commit("second");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(facts["commits"][0]["author"]["user_id"], 12);
    assert_eq!(facts["pusher"]["user_id"], 12);
    assert_eq!(
        facts["commits"][0]["url"],
        format!("https://github.com/example/website/commit/{new}")
    );
    assert_eq!(
        facts["compare_url"],
        format!("https://github.com/example/website/compare/{old}...{new}")
    );
    assert_eq!(
        facts["branch_url"],
        "https://github.com/example/website/tree/main"
    );
    assert_eq!(facts["repo_url"], "https://github.com/example/website");
}

#[test]
fn the_pusher_and_the_repository_come_from_the_hosting_software() {
    let world = World::new()
        .variable("GL_USERNAME", "grace")
        .variable("GL_PROJECT_PATH", "tools/compiler");
    world.commit("first");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(facts["pusher"]["name"], "grace");
    assert_eq!(
        (&facts["repo"], &facts["repo_path"]),
        (&"compiler".into(), &"tools/compiler".into())
    );

    let world = World::new()
        .variable("LOGNAME", "git")
        .settings("[git]\nrepo = \"site\"\n");
    world.commit("first");
    let (_, facts) = world.event(&["main"]);
    assert_eq!(facts["pusher"], serde_json::Value::Null);
    assert_eq!(facts["repo"], "site");
}

#[test]
fn a_push_of_very_many_branches_tells_all_of_them() {
    let world = World::new();
    let tip = world.push_first();
    world.commit("second");
    let branches: Vec<String> = (0..60)
        .map(|number| format!("main:refs/heads/b/{number}"))
        .collect();
    let collected = world.collect(&branches.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(collected.events.len(), 60);
    assert_eq!(collected.events[0].facts["count"], 1);
    assert_eq!(collected.events[49].facts["incomplete"], false);
    assert_eq!(collected.events[50].facts["incomplete"], true);
    assert_ne!(collected.events[59].facts["new"], tip);
    let warnings: Vec<_> = collected.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["the commits of 10 branches are not listed: this push changed more than 50 branches"]
    );
}
