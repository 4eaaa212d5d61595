use serde_json::{Value, json};

use super::world::{World, events};

/// Returns the kinds of events.
fn kinds(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(kind, _)| kind.as_str()).collect()
}

#[test]
fn check_ins_are_told_by_branch() {
    let world = World::new()
        .settings("[fossil]\nurl = \"https://fossil.example.com/{repo}\"\n[people]\nada = 12\n");
    let first = world.commit(
        "src/a b.txt",
        "First \u{2603}\n\nMore of it.".as_bytes(),
        &[],
    );
    let second = world.commit(
        "b.txt",
        b"Second",
        &["--branch", "feature/x", "--user-override", "lee"],
    );
    let told = world.told();
    assert_eq!(kinds(&told), ["push", "create"]);
    let (push, create) = (&told[0].1, &told[1].1);
    for (name, value) in [
        ("repo", json!("website")),
        ("branch", json!("trunk")),
        ("new", json!(first)),
        ("count", json!(1)),
        ("paths", json!(["src/a b.txt"])),
        ("pusher", json!({"name": "ada", "email": "", "user_id": 12})),
        ("incomplete", json!(false)),
        (
            "new_url",
            json!(format!("https://fossil.example.com/website/info/{first}")),
        ),
    ] {
        assert_eq!(push[name], value, "{name}");
    }
    let commit = &push["commits"][0];
    assert_eq!(commit["subject"], json!("First \u{2603}"));
    assert_eq!(commit["body"], json!("More of it."));
    assert_eq!(push["files"]["added"], json!(1));
    assert_eq!(create["branch"], json!("feature/x"));
    assert_eq!(create["old"], json!(first));
    assert_eq!(create["new"], json!(second));
    assert_eq!(create["authors"][0]["name"], json!("lee"));
    assert_eq!(
        create["branch_url"],
        json!("https://fossil.example.com/website/timeline?r=feature/x")
    );
}

#[test]
fn merges_and_deleted_files() {
    let world = World::new();
    world.commit("a", b"One", &[]);
    world.commit("b", b"Two", &["--branch", "side"]);
    world.fossil("clone", &["update", "trunk"]);
    world.fossil("clone", &["merge", "side"]);
    std::fs::remove_file(world.path("clone/a")).unwrap();
    world.commit("c", b"Merge", &[]);
    let told = world.told();
    let (_, trunk) = &told[0];
    assert_eq!((&trunk["count"], &trunk["merges"]), (&json!(2), &json!(1)));
    assert_eq!(trunk["commits"].as_array().unwrap().len(), 1);
    // `a` came and went.
    assert_eq!(trunk["paths"], json!(["a", "b", "c"]));
    assert_eq!(trunk["files"]["deleted"], json!(0));
}

#[test]
fn branches_are_closed_by_a_check_in_or_by_a_tag() {
    let world = World::new();
    world.commit("a", b"One", &["--branch", "one", "--close"]);
    assert_eq!(kinds(&world.told()), ["close"]);
    world.fossil("clone", &["update", "trunk"]);
    let id = world.commit("b", b"Two", &["--branch", "two"]);
    world.told();
    world.fossil("clone", &["amend", &id, "--close"]);
    let told = world.told();
    assert_eq!(kinds(&told), ["close"]);
    let (_, close) = &told[0];
    assert_eq!(
        (&close["branch"], &close["count"]),
        (&json!("two"), &json!(0))
    );
    assert_eq!(close["new"], json!(id));
}

#[test]
fn tags_come_with_check_ins_and_alone() {
    let world = World::new();
    let id = world.commit("a", b"One", &["--tag", "rc 1"]);
    let told = world.told();
    assert_eq!(kinds(&told), ["push", "tag"]);
    assert_eq!(told[1].1["tags"][0]["name"], json!("rc 1"));
    world.fossil("clone", &["tag", "add", "v1.0", &id]);
    world.fossil("clone", &["tag", "cancel", "rc 1", &id]);
    let told = world.told();
    assert_eq!(kinds(&told), ["tag"]);
    let mut tags: Vec<_> = told[0].1["tags"].as_array().unwrap().iter().collect();
    tags.sort_by_key(|tag| tag["name"].to_string());
    assert_eq!(
        (&tags[0]["name"], &tags[0]["action"]),
        (&json!("rc 1"), &json!("deleted"))
    );
    assert_eq!(
        (&tags[1]["name"], &tags[1]["action"]),
        (&json!("v1.0"), &json!("created"))
    );
    assert_eq!(
        (&tags[1]["target"], &tags[1]["branch"]),
        (&json!(id), &json!("trunk"))
    );
    // A branch that is renamed is not a tag that comes or goes.
    world.fossil("clone", &["amend", &id, "--branch", "other"]);
    assert_eq!(world.told(), []);
}

#[test]
fn what_people_write_is_told() {
    let world = World::new();
    let text = world.path("text");
    std::fs::write(&text, "words\n").unwrap();
    let text = text.to_str().unwrap();
    world.fossil("clone", &["wiki", "create", "My Page", text]);
    world.fossil(
        "clone",
        &[
            "wiki",
            "create",
            "A note",
            text,
            "--technote",
            "2026-03-01 12:00:00",
        ],
    );
    let ticket = [
        "title",
        "It <breaks> & burns",
        "status",
        "Open",
        "comment",
        "Two\nlines",
    ];
    world.fossil("clone", &[&["ticket", "add"], &ticket[..]].concat());
    world.fossil("clone", &["attachment", "add", "My Page", text]);
    let told = world.told();
    let of = |kind: &str| &told.iter().find(|(own, _)| own == kind).unwrap().1;
    assert_eq!(told.len(), 4, "{told:#?}");
    assert_eq!(of("wiki")["title"], json!("My Page"));
    assert_eq!(of("wiki")["action"], json!("created"));
    assert_eq!(of("technote")["title"], json!("A note"));
    assert_eq!(of("attachment")["of"], json!("My Page"));
    assert_eq!(of("attachment")["title"], json!("text"));
    let new = of("ticket");
    assert_eq!(new["title"], json!("It <breaks> & burns"));
    assert_eq!(new["message"], json!("Two\nlines"));
    assert_eq!(new["fields"], json!([{"name": "status", "value": "Open"}]));
    let id = new["of"].as_str().unwrap();
    let change = ["status", "Fixed", "icomment", "Done."];
    world.fossil("clone", &[&["ticket", "set", id], &change[..]].concat());
    std::fs::write(text, "other words\n").unwrap();
    world.fossil("clone", &["wiki", "commit", "My Page", text]);
    let told = world.told();
    let of = |kind: &str| &told.iter().find(|(own, _)| own == kind).unwrap().1;
    assert_eq!(of("wiki")["action"], json!("changed"));
    let change = of("ticket");
    assert_eq!(change["action"], json!("changed"));
    assert_eq!(
        change["title"],
        json!("It <breaks> & burns"),
        "although it did not change"
    );
    assert_eq!(change["message"], json!("Done."));
}

#[test]
fn posts_in_the_forum() {
    let world = World::new();
    let head = "N text/x-markdown\n";
    let first = world.post(&format!(
        "D 2026-03-01T12:00:00.000\nH How\\sto\\s<begin>\n{head}U ada\nW 16\n*Like* this\nZ 1\n\n"
    ));
    let thread = format!("G {first}\nI {first}\n{head}");
    let reply = world.post(&format!(
        "D 2026-03-01T12:01:00.000\n{thread}U lee\nW 7\nThanks.\n"
    ));
    let gone = world.post(&format!(
        "D 2026-03-01T12:02:00.000\n{thread}P {reply}\nU lee\nW 0\n\n"
    ));
    let lines = [first, reply, gone].map(|id| format!("{id} forum-post\n"));
    let told = events(world.collect(&world.call(lines.concat().as_bytes())));
    assert_eq!(kinds(&told), ["forum"; 3]);
    let said = told.iter().map(|(_, post)| {
        assert_eq!(post["title"], json!("How to <begin>"));
        let words = ["action", "message"].map(|name| post[name].as_str().unwrap());
        (post["author"]["name"].as_str().unwrap(), words)
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            ("ada", ["created", "*Like* this\nZ 1"]),
            ("lee", ["replied", "Thanks."]),
            ("lee", ["deleted", ""]),
        ]
    );
}

#[test]
fn a_skipped_branch_is_said_to_be_skipped() {
    let world = World::new();
    world.commit("a", b"Nothing new [skip zulip]", &[]);
    let collected = world.collect(&world.push());
    assert_eq!(collected.skipped, ["trunk"]);
    assert!(collected.events.is_empty());
}

#[test]
fn long_and_odd_comments_and_paths() {
    let world = World::called("it's a \"web\" site.fossil");
    let long = format!("Long\n{}", "x".repeat(1024 * 1024));
    world.commit("a", long.as_bytes(), &[]);
    world.commit("b", b"caf\xe9 @**all**", &["--allow-fork"]);
    let told = world.told();
    let (_, push) = &told[0];
    assert_eq!(push["repo"], json!("it's a \"web\" site"));
    // Fossil itself takes bytes that are no UTF-8 for Latin-1.
    let commits = push["commits"].as_array().unwrap();
    assert_eq!(commits[0]["body"].as_str().unwrap().len(), 10_000);
    assert_eq!(commits[1]["subject"], json!("caf\u{e9} @**all**"));
}

#[test]
fn a_hook_that_is_late_tells_what_it_was_called_for() {
    let world = World::new();
    let first = world.commit("a", b"First", &[]);
    let late = world.push();
    world.commit("a", b"Second", &[]);
    world.push();
    let told = events(world.collect(&late));
    assert_eq!(
        (&told[0].1["new"], &told[0].1["count"]),
        (&json!(first), &json!(1))
    );
}

#[test]
fn more_than_fossil_is_asked_for_at_once() {
    let world = World::new();
    let mut lines = String::new();
    for number in 0..600 {
        lines.push_str(&format!(
            "{number:064x} check-in to trunk by ada on 2026-03-01 12:00\n"
        ));
    }
    let last = world.commit("a", b"One", &[]);
    world.push();
    lines.push_str(&format!(
        "{last} check-in to trunk by ada on 2026-03-01 12:00\n"
    ));
    let told = events(world.collect(&world.call(lines.as_bytes())));
    assert_eq!((told.len(), &told[0].1["new"]), (1, &json!(last)));
}

#[test]
fn what_is_not_there_is_one_line() {
    let world = World::new();
    let unknown = format!("{:064x} check-in to trunk by ada on 2026-03-01 12:00\n", 7);
    let collected = world.collect(&world.call(unknown.as_bytes()));
    assert!(collected.events.is_empty());
    let [warning] = &collected.warnings[..] else {
        panic!("{:?}", collected.warnings)
    };
    assert!(
        warning
            .one_line()
            .contains("cannot find the artifact 0000000000")
    );
    for nothing in ["", "\n", "x'; DROP TABLE blob; -- check-in\n"] {
        assert!(
            world
                .collect(&world.call(nothing.as_bytes()))
                .events
                .is_empty()
        );
    }
}

#[test]
fn a_repository_that_cannot_be_read_is_told_of_by_its_own_words() {
    let world = World::new();
    let ids = [
        world.commit("a", b"One", &[]),
        world.commit("a", b"Two", &[]),
    ];
    let call = world.push();
    let repository = world.open();
    let file = std::fs::read(world.repository()).unwrap();
    std::fs::write(world.repository(), &file[..4096]).unwrap();
    let collected = world.collect_in(&repository, &call);
    assert_eq!(collected.warnings.len(), 1);
    let told = events(collected);
    let [(kind, push)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(kind, "push");
    assert_eq!(
        (&push["branch"], &push["count"]),
        (&json!("trunk"), &json!(2))
    );
    assert_eq!(
        (&push["new"], &push["incomplete"]),
        (&json!(ids[1]), &json!(true))
    );
    assert_eq!(push["authors"][0]["name"], json!("ada"));
}
