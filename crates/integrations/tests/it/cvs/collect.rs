use serde_json::{Value, json};
use zulipkit_integrations::driver::{Call, Instance as _};

use super::world::World;

#[test]
fn a_commit_says_who_what_and_where() {
    let url = "[cvs]\nlinks = \"viewvc\"\nurl = \"https://cvs.example.com/viewvc/{repo}/\"\n[people]\nada = 12\n";
    let world = World::new().settings(url).recorded();
    world.write("src/a.c", "1");
    world.write("src/b c.c", "1");
    world.commit(b"Begin");
    world.write("src/a.c", "2");
    world.write("src/it's \"new\" $x", "1");
    world.cvs("tools/src", &["remove", "-f", "b c.c"]);
    let calls = world.commit("Fix rounding ☃\n\nHalf cents were lost.\n".as_bytes());
    assert_eq!(calls.len(), 1);
    let event = world.event(&calls[0]);
    assert_eq!(
        (event.kind.as_str(), event.integration.as_str()),
        ("commit", "cvs")
    );
    let fact = |name: &str| event.facts[name].clone();
    assert_eq!(fact("repo"), "cvsroot");
    assert_eq!(
        fact("author"),
        json!({"name": "ada", "email": "", "user_id": 12})
    );
    assert_eq!(fact("folder"), "tools/src");
    assert_eq!(fact("module"), "tools");
    assert_eq!(fact("subject"), "Fix rounding ☃");
    assert_eq!(fact("message"), "Fix rounding ☃\n\nHalf cents were lost.");
    assert_eq!(fact("branch"), Value::Null);
    let page = "https://cvs.example.com/viewvc/cvsroot/tools/src";
    assert_eq!(
        fact("files"),
        json!({"added": 1, "modified": 1, "deleted": 1, "more": 0, "list": [
            {"path": "tools/src/a.c", "change": "modified", "old": "1.1", "new": "1.2",
             "url": format!("{page}/a.c?view=markup&revision=1.2")},
            {"path": "tools/src/b c.c", "change": "deleted", "old": "1.1", "new": null, "url": null},
            {"path": "tools/src/it's \"new\" $x", "change": "added", "old": null, "new": "1.1",
             "url": format!("{page}/it%27s%20%22new%22%20%24x?view=markup&revision=1.1")},
        ]})
    );
    assert_eq!(fact("folders"), json!([{"path": "tools/src/", "count": 3}]));
    let log = world.cvs("tools/src", &["log", "-N", "-r1.2", "a.c"]);
    let id = fact("id");
    assert!(
        log.contains(&format!("commitid: {};", id.as_str().unwrap())),
        "{log}"
    );
}

#[test]
fn branches_are_named() {
    let world = World::new().recorded();
    world.write("a", "1");
    world.commit(b"Begin");
    world.cvs("tools", &["tag", "-b", "STABLE"]);
    world.cvs("tools", &["update", "-r", "STABLE"]);
    world.write("a", "2");
    let event = world.event(&world.commit(b"On a branch\n      Tag: NO\n")[0]);
    assert_eq!(event.facts["branch"], "STABLE");
    assert_eq!(event.facts["branches"], json!(["STABLE"]));
    assert_eq!(event.facts["files"]["list"][0]["new"], "1.1.2.1");
}

#[test]
fn an_import_says_what_came() {
    let world = World::new().recorded();
    let import = |release: &str| {
        world.cvs(
            "vendor",
            &[
                "import",
                "-m",
                "Status:\n\nNo",
                "library",
                "ACME",
                release,
                "BOTH",
            ],
        )
    };
    std::fs::create_dir_all(world.path("vendor/deep")).unwrap();
    std::fs::write(world.path("vendor/one"), "1").unwrap();
    std::fs::write(world.path("vendor/deep/two 2"), "2").unwrap();
    import("V1");
    let calls = world.calls();
    let event = world.event(calls.last().unwrap());
    assert_eq!(event.kind, "import");
    assert_eq!(event.facts["vendor"], "ACME");
    assert_eq!(event.facts["releases"], json!(["V1", "BOTH"]));
    assert_eq!(event.facts["message"], "Status:\n\nNo");
    assert_eq!(event.facts["added"], 2);
    assert_eq!(
        event.facts["paths"],
        json!(["library/one", "library/deep/two 2"])
    );
    assert_eq!(event.facts["folder"], "library");
}

#[test]
fn long_messages_and_bytes_that_are_no_text() {
    let world = World::new().recorded();
    world.write("a", "1");
    let mut message = b"caf\xe9 \xff\n".to_vec();
    message.extend(vec![b'x'; 1 << 20]);
    let calls = world.commit(&message);
    assert!(calls[0].input.len() > 1 << 20);
    let event = world.event(&calls[0]);
    assert_eq!(event.facts["subject"], "caf\u{fffd} \u{fffd}");
    let kept = event.facts["message"].as_str().unwrap();
    assert!(
        kept.ends_with("xxx") && kept.len() < 10_010,
        "{}",
        kept.len()
    );
}

#[test]
fn a_repository_may_be_called_anything() {
    let world = World::called("it's a \"root\" $x").recorded();
    world.write("a dir/a", "1");
    let event = world.event(&world.commit(b"")[0]);
    assert_eq!(event.facts["repo"], "it's a \"root\" $x");
    assert_eq!(event.facts["folder"], "tools/a dir");
    assert_eq!(event.facts["subject"], "(no subject)");
}

#[test]
fn a_new_folder_is_no_commit_and_a_message_may_ask_not_to_be_told() {
    let world = World::new().recorded();
    world.write("new/a", "1");
    let folder = world.calls();
    assert_eq!(folder[0].arguments[2], "add");
    assert!(world.collect(&folder[0]).events.is_empty());
    let collected = world.collect(&world.commit(b"Quietly [skip zulip]")[0]);
    assert!(collected.events.is_empty());
    assert_eq!(collected.skipped, ["tools/new"]);
}

#[test]
fn missing_arguments_are_a_warning() {
    let world = World::new();
    let call = Call {
        hook: "loginfo".to_owned(),
        arguments: vec![world.repository().into()],
        ..Call::default()
    };
    let collected = world.collect(&call);
    assert!(collected.events.is_empty());
    assert_eq!(
        collected.warnings[0].one_line(),
        "cannot read what CVS says of a commit: arguments are missing; run `zulipkit cvs install` again, which repairs the \
         line in `CVSROOT/loginfo`"
    );
}

#[test]
fn the_example_is_the_newest_change() {
    let world = World::new().recorded();
    let error = world.open().example(None).unwrap_err().one_line();
    assert!(error.contains("names no change of a file"), "{error}");
    world.write("a", "1");
    world.commit(b"Begin");
    world.write("a", "2");
    world.write("b", "1");
    world.commit(b"Go on\n\nFurther.");
    let event = world.event(&world.open().example(None).unwrap());
    let told = world.event(world.calls().last().unwrap());
    for fact in ["author", "id", "folder", "message", "files"] {
        assert_eq!(event.facts[fact], told.facts[fact], "{fact}");
    }
}
