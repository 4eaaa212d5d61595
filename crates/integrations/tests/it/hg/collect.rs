use serde_json::json;

use super::world::World;

#[test]
fn a_push_is_told_with_its_changesets() {
    let world = World::new();
    let first = world.commit("a", "Add a\n\nBecause.");
    let second = world.commit("docs/b", "Add b");
    let events = world.told(&[]);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, "push", "`default` is never new");
    let facts = &events[0].facts;
    assert_eq!(facts["repo"], "website");
    assert_eq!(facts["pusher"]["name"], "ada");
    assert_eq!(facts["source"], "push");
    assert_eq!(facts["branch"], "default");
    assert_eq!(
        (&facts["old"], &facts["new"]),
        (&json!(null), &json!(second))
    );
    assert_eq!(facts["count"], 2);
    assert_eq!(facts["phase"], "public");
    assert_eq!(facts["commits"][0]["id"], first);
    assert_eq!(facts["commits"][0]["short"], first[..12]);
    assert_eq!(facts["commits"][0]["subject"], "Add a");
    assert_eq!(facts["commits"][0]["body"], "Because.");
    assert_eq!(facts["authors"][0]["email"], "ada@example.com");
    assert_eq!(facts["paths"], json!(["a", "docs/b"]));
    assert_eq!(facts["files"], json!(null));
    assert_eq!(facts["incomplete"], false);
}

/// The hook may be late, and then newer changesets are there.
#[test]
fn exactly_the_changesets_of_the_push_are_told() {
    let world = World::new();
    world.commit("a", "One");
    world.told(&[]);
    world.commit("a", "Two");
    let late = world.push(&[]);
    world.commit("a", "Three");
    world.push(&[]);
    let events = world.collect_well(&late[0]);
    assert_eq!(events[0].facts["count"], 1);
    assert_eq!(events[0].facts["commits"][0]["subject"], "Two");
}

#[test]
fn named_branches_are_told_each_with_their_beginning_and_end() {
    let world = World::new();
    let trunk = world.commit("a", "Trunk");
    world.hg("clone", &["branch", "--quiet", "stable"]);
    let stable = world.commit("b", "Stable");
    world.hg("clone", &["update", "--quiet", "default"]);
    world.commit("c", "Trunk again");
    let events = world.told(&[]);
    let branches: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event.kind.as_str(),
                &event.facts["branch"],
                &event.facts["count"],
            )
        })
        .collect();
    assert_eq!(
        branches,
        [
            ("push", &json!("default"), &json!(2)),
            ("create", &json!("stable"), &json!(1))
        ]
    );
    assert_eq!(events[1].facts["old"], trunk);
    world.hg("clone", &["update", "--quiet", "stable"]);
    world.commit("b", "More");
    assert_eq!(world.told(&[])[0].kind, "push", "it is there already");
    world.hg("clone", &["commit", "--close-branch", "--message", "Done"]);
    let closed = &world.told(&[])[0];
    assert_eq!(closed.kind, "close");
    assert_eq!(closed.facts["closed"], true);
    assert_eq!(closed.facts["new"], world.id("clone", "."));
    world.hg("clone", &["update", "--quiet", "default"]);
    world.hg("clone", &["merge", "--quiet", "--rev", &stable]);
    world.hg("clone", &["commit", "--message", "Merge"]);
    let merge = &world.told(&[])[0];
    assert_eq!(
        (&merge.facts["merges"], &merge.facts["count"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        merge.facts["commits"][0]["subject"], "Merge",
        "there is nothing else to list"
    );
}

#[test]
fn changesets_are_told_with_the_bookmark_that_they_lead_to() {
    let world = World::new();
    world.commit("a", "Base");
    world.told(&[]);
    let base = world.id("clone", ".");
    world.hg("clone", &["bookmark", "feature"]);
    world.commit("b", "Feature, part one");
    world.commit("b", "Feature, part two");
    world.hg("clone", &["update", "--quiet", &base]);
    world.commit("a", "On the branch alone");
    let events = world.told(&["--force", "--bookmark", "feature", "--rev", "."]);
    let groups: Vec<_> = events
        .iter()
        .map(|event| (&event.facts["bookmark"], &event.facts["count"]))
        .collect();
    assert_eq!(
        groups,
        [(&json!("feature"), &json!(2)), (&json!(null), &json!(1))],
        "the bookmark is no event of its own"
    );
    assert_eq!(events[0].facts["bookmarks"], json!(["feature"]));
    assert_eq!(events[0].facts["old"], base);
}

#[test]
fn a_bookmark_that_moves_alone_is_told() {
    let world = World::new();
    let first = world.commit("a", "One");
    let second = world.commit("a", "Two");
    world.told(&[]);
    let step = |revision: &str| {
        match revision {
            "" => world.hg("clone", &["bookmark", "--delete", "next"]),
            revision => world.hg("clone", &["bookmark", "--force", "--rev", revision, "next"]),
        };
        let events = world.told(&["--bookmark", "next"]);
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].kind, "bookmark");
        events.into_iter().next().unwrap().facts
    };
    let created = step(&first);
    assert_eq!(
        (&created["action"], &created["old"]),
        (&json!("created"), &json!(null))
    );
    assert_eq!(
        (&created["branch"], &created["subject"]),
        (&json!("default"), &json!("One"))
    );
    let moved = step(&second);
    assert_eq!(moved["action"], "moved");
    assert_eq!(
        (&moved["old"], &moved["new"]),
        (&json!(first), &json!(second))
    );
    let deleted = step("");
    assert_eq!(
        (&deleted["action"], &deleted["new"]),
        (&json!("deleted"), &json!(null))
    );
    assert_eq!(deleted["subject"], json!(null));
}

#[test]
fn tags_are_told_as_tags() {
    let world = World::new();
    let first = world.commit("a", "One");
    let second = world.commit("a", "Two");
    world.hg("clone", &["tag", "--rev", &first, "1.0 beta"]);
    let events = world.told(&[]);
    assert_eq!(events.len(), 2);
    assert_eq!(
        events[0].facts["count"], 2,
        "the changeset that tags is no work"
    );
    assert_eq!(events[1].kind, "tag");
    let tag = &events[1].facts["tags"][0];
    assert_eq!(
        (&tag["name"], &tag["action"]),
        (&json!("1.0 beta"), &json!("created"))
    );
    assert_eq!(
        (&tag["target"], &tag["branch"]),
        (&json!(first), &json!("default"))
    );
    assert_eq!(tag["tagger"]["name"], "Ada Lovelace");
    assert_eq!(tag["subject"], json!(null), "Mercurial wrote it");
    let again = [
        "tag",
        "--force",
        "--rev",
        &second,
        "--message",
        "Now really",
        "1.0 beta",
    ];
    world.hg("clone", &again);
    world.hg("clone", &["tag", "--rev", &second, "1.1"]);
    world.hg("clone", &["tag", "--remove", "1.1"]);
    let events = world.told(&[]);
    assert_eq!(events.len(), 1);
    let facts = &events[0].facts;
    let all: Vec<_> = facts["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["action"])
        .collect();
    assert_eq!(all, ["moved", "created", "deleted"]);
    assert_eq!(facts["tags"][0]["old_target"], first);
    assert_eq!(facts["tags"][0]["subject"], "Now really");
    assert_eq!(facts["tags"][2]["target"], second);
}

#[test]
fn files_are_counted_across_the_changesets() {
    let world =
        World::new().settings("[hg]\nfiles = true\nlinks = \"hgweb\"\nurl = \"https://x.org\"\n");
    for file in ["kept", "gone"] {
        world.commit(file, "Before");
    }
    world.told(&[]);
    world.commit("kept", "Changed");
    world.commit("new", "New");
    world.commit("passing", "For now");
    for file in ["gone", "passing"] {
        std::fs::remove_file(world.path("clone").join(file)).unwrap();
    }
    world.commit("new", "Newer");
    let facts = &world.told(&[])[0].facts;
    let files = &facts["files"];
    let counts = ["added", "modified", "deleted"].map(|name| files[name].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1], "{files:#}");
    assert_eq!(facts["paths"], json!(["gone", "kept", "new", "passing"]));
    assert_eq!(
        files["list"][0],
        json!({"path": "gone", "change": "deleted", "url": null})
    );
    let new = facts["new"].as_str().unwrap();
    assert_eq!(
        files["list"][2]["url"],
        format!("https://x.org/file/{new}/new")
    );
}

#[test]
fn long_lists_and_messages_are_bounded() {
    let world = World::new().settings("[hg]\ncommits = 2\n");
    world.commit("a", &"long line\n".repeat(100_000));
    for number in 0..4 {
        world.commit("a", &format!("Commit {number}"));
    }
    let calls = world.push(&[]);
    let facts = &world.collect_well(&calls[0])[0].facts;
    assert_eq!((&facts["count"], &facts["more"]), (&json!(5), &json!(3)));
    assert_eq!(facts["commits"][0]["subject"], "Commit 2");
    let incoming = calls.iter().find(|call| call.hook == "incoming").unwrap();
    let facts = &world.collect_well(incoming)[0].facts;
    assert_eq!(facts["count"], 1, "one changeset, which is the long one");
    assert!(facts["commits"][0]["body"].as_str().unwrap().len() <= 10_000);
}

#[test]
fn a_branch_can_ask_not_to_be_told() {
    let world = World::new();
    world.commit("a", "Typo [skip zulip]");
    let call = world.push(&[]).remove(0);
    let collected = world.collect(&call);
    assert!(collected.events.is_empty());
    assert_eq!(collected.skipped, ["default"]);
}

#[test]
fn it_is_known_who_pushed_and_how() {
    let world = World::new().settings("[people]\nlee = 7\n");
    let id = world.commit("a", "One");
    world.push(&[]);
    let pusher = |said: &[(&'static str, &'static str)]| {
        let said = [&[("HG_NODE", id.as_str())][..], said].concat();
        let mut facts = world
            .collect_well(&world.call("changegroup", said))
            .remove(0)
            .facts;
        (facts["pusher"].take(), facts["source"].take())
    };
    let lee = json!({"name": "lee", "email": "", "user_id": 7});
    let by_http = [
        ("HG_SOURCE", "serve"),
        ("HG_URL", "remote:http:192.0.2.7:lee"),
    ];
    assert_eq!(pusher(&by_http), (lee.clone(), json!("push")));
    let nobody = [("HG_SOURCE", "serve"), ("HG_URL", "remote:http:192.0.2.7:")];
    assert_eq!(pusher(&nobody).0, json!(null));
    assert_eq!(pusher(&[("REMOTE_USER", "lee")]).0, lee);
    assert_eq!(pusher(&[("HEPTAPOD_USERINFO_USERNAME", "lee")]).0, lee);
    let by_ssh = [("HG_SOURCE", "serve"), ("HG_URL", "remote:ssh:192.0.2.7")];
    assert_eq!(pusher(&by_ssh).0["name"], "ada");
    assert_eq!(pusher(&[("HG_SOURCE", "pull")]).1, "pull");
    let said = [("HG_NODE", id.as_str())];
    let committed = world.collect_well(&world.call("commit", said)).remove(0);
    assert_eq!(committed.facts["source"], "commit");
}
