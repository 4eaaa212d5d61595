use serde_json::{Value, json};
use tempfile::TempDir;
use zulipkit_integrations::Collected;
use zulipkit_integrations::bzr::{DEFAULTS, Repository, Settings, collect};
use zulipkit_integrations::driver::Call;
use zulipkit_settings::Environment;

/// Folders such as Breezy makes, as far as names come from them: a branch alone, and one in a shared repository.
struct World {
    folder: TempDir,
    settings: &'static str,
}

impl World {
    fn new(settings: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "alone ☃/.bzr/branch",
            "alone ☃/.bzr/repository",
            "website/.bzr/repository",
            "website/releases/1.0/.bzr/branch",
        ] {
            std::fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        std::fs::write(
            folder.path().join("website/.bzr/repository/shared-storage"),
            "",
        )
        .unwrap();
        Self { folder, settings }
    }

    fn collect(&self, branch: &str, said: &[u8]) -> Collected {
        let environment = Environment::of([("USER", "ada")]);
        let repository = Repository::at(&self.folder.path().join(branch), &environment).unwrap();
        let path = "bzr.toml".as_ref();
        let settings =
            zulipkit_settings::read_text::<Settings>(DEFAULTS, path, self.settings).unwrap();
        let call = Call {
            hook: "event".to_owned(),
            input: said.to_owned(),
            ..Call::default()
        };
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        collect(&call, &repository, &settings.value, now)
    }

    /// Returns kind and facts of the one event.
    fn told(&self, branch: &str, facts: &Value) -> (String, Value) {
        let said = json!({"protocol": 1, "kind": "changed", "facts": facts}).to_string();
        let mut collected = self.collect(branch, said.as_bytes());
        assert!(collected.warnings.is_empty(), "{:?}", collected.warnings);
        let event = collected.events.remove(0);
        (event.kind, Value::Object(event.facts))
    }
}

fn revision(revno: u64, message: &str) -> Value {
    let ada = json!({"name": "Ada Lovelace", "email": "ada@example.com"});
    json!({"id": format!("ada@example.com-{revno}"), "revno": revno, "author": ada, "committer": ada,
        "date": "2026-03-01T12:00:00+00:00", "message": message, "merge": false})
}

fn side(count: usize, revisions: &[Value]) -> Value {
    json!({"count": count, "merges": 0, "revisions": revisions})
}

fn tip(revno: u64) -> Value {
    json!({"id": format!("ada@example.com-{revno}"), "revno": revno})
}

#[test]
fn what_came_is_listed_oldest_first_and_the_rest_counted() {
    let world = World::new(
        "[bzr]\ncommits = 2\nfiles = true\nlinks = \"loggerhead\"\nurl = \"https://x.org/{repo_path}/\"\n",
    );
    let revisions = [
        revision(9, "Nine\n\nBody."),
        revision(8, "Eight"),
        revision(7, "Seven"),
    ];
    let (kind, facts) = world.told(
        "website/releases/1.0",
        &json!({
            "nick": "trunk", "source": "push", "old": tip(2), "new": tip(9),
            "added": side(7, &revisions), "removed": side(0, &[]),
            "files": [{"path": "a b", "change": "added"}, {"path": "c", "change": "deleted"}, {"path": "d", "change": "modified"}],
        }),
    );
    assert_eq!(kind, "push");
    let page = "https://x.org/website/releases/1.0";
    for (fact, value) in [
        ("repo", json!("website")),
        ("branch", json!("releases/1.0")),
        ("repo_path", json!("website/releases/1.0")),
        ("repo_url", json!(page)),
        ("count", json!(7)),
        ("more", json!(5)),
        ("old_short", json!("r2")),
        ("new", json!("ada@example.com-9")),
        ("paths", json!(["a b", "c", "d"])),
        ("incomplete", json!(false)),
        (
            "compare_url",
            json!(format!(
                "{page}/revision/ada%40example.com-9/ada%40example.com-2"
            )),
        ),
    ] {
        assert_eq!(facts[fact], value, "{fact}");
    }
    assert_eq!(facts["pusher"]["name"], "ada");
    let commits = facts["commits"].as_array().unwrap();
    assert_eq!(commits.len(), 2);
    assert_eq!(
        (&commits[0]["subject"], &commits[1]["subject"]),
        (&json!("Eight"), &json!("Nine"))
    );
    assert_eq!(
        (&commits[1]["short"], &commits[1]["body"]),
        (&json!("r9"), &json!("Body."))
    );
    assert_eq!(
        commits[1]["url"],
        json!(format!("{page}/revision/ada%40example.com-9"))
    );
    let files = &facts["files"];
    assert_eq!(
        [&files["added"], &files["modified"], &files["deleted"]],
        [&json!(1), &json!(1), &json!(1)]
    );
    assert_eq!(
        files["list"][0]["url"],
        json!(format!("{page}/view/ada%40example.com-9/a%20b"))
    );
    assert_eq!(files["list"][1]["url"], json!(null));
}

#[test]
fn the_kind_says_what_became_of_the_branch() {
    let world = World::new("");
    let one = [revision(3, "Three")];
    let kind = |old: Value, new: Value, added: usize, removed: usize| {
        let said = json!({"old": old, "new": new, "added": side(added, &one[..added]), "removed": side(removed, &one[..removed])});
        world.told("alone ☃", &said).0
    };
    assert_eq!(kind(tip(2), tip(3), 1, 0), "push");
    assert_eq!(kind(json!(null), tip(3), 1, 0), "create");
    assert_eq!(kind(tip(3), tip(2), 0, 1), "rewrite");
    assert_eq!(kind(tip(3), tip(3), 1, 1), "rewrite");
    assert_eq!(kind(tip(1), json!(null), 0, 1), "rewrite");
}

#[test]
fn a_branch_alone_is_called_as_its_owner_calls_it() {
    let world = World::new("");
    let names = |said: Value| {
        let facts = world.told("alone ☃", &said).1;
        [&facts["repo"], &facts["branch"], &facts["repo_path"]]
            .map(|name| name.as_str().unwrap().to_owned())
    };
    let new = tip(1);
    assert_eq!(
        names(json!({"new": new})),
        ["alone ☃", "alone ☃", "alone ☃"]
    );
    assert_eq!(
        names(json!({"new": new, "nick": "trunk"})),
        ["alone ☃", "trunk", "alone ☃/trunk"]
    );
    assert_eq!(
        names(json!({"new": new, "nick": "trunk", "name": "x y"})),
        ["alone ☃", "x y", "alone ☃/x y"]
    );
}

#[test]
fn what_could_not_be_read_is_told_all_the_same() {
    let (kind, facts) = World::new("").told("alone ☃", &json!({"old": tip(2), "new": tip(3)}));
    assert_eq!(
        (kind.as_str(), &facts["incomplete"]),
        ("push", &json!(true))
    );
    assert_eq!(
        (&facts["count"], &facts["new_short"]),
        (&json!(0), &json!("r3"))
    );
}

#[test]
fn a_mark_in_the_newest_message_keeps_the_branch_quiet() {
    let revisions = [revision(2, "Two\n\n[skip zulip]"), revision(1, "One")];
    let said = json!({"kind": "changed", "facts": {"new": tip(2), "added": side(2, &revisions)}});
    let collected = World::new("").collect("alone ☃", said.to_string().as_bytes());
    assert_eq!(collected.skipped, ["alone ☃"]);
    assert!(collected.events.is_empty() && collected.warnings.is_empty());
}

#[test]
fn what_is_not_understood_is_one_clear_line() {
    let world = World::new("");
    let line = |said: &[u8]| {
        let collected = world.collect("alone ☃", said);
        assert!(collected.events.is_empty());
        let lines: Vec<_> = collected
            .warnings
            .iter()
            .map(|warning| warning.one_line())
            .collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines[0].clone()
    };
    assert!(line(b"{\"kind\": \"tagged\"}").starts_with("cannot tell of an event `tagged`"));
    assert!(
        line(b"{\"kind\": \"changed\", \"facts\": {\"new\": 7}}")
            .starts_with("cannot read the facts of an event `changed`")
    );
    assert!(line(b"\xff\xfe").starts_with("cannot read an event from standard input"));
}

#[test]
fn a_branch_is_known_by_its_folder() {
    let world = World::new("");
    let name = |path: &str| {
        let path = world.folder.path().join(path);
        Repository::at(&path, &Environment::default()).map(|repository| repository.name())
    };
    assert_eq!(name("website/").as_deref(), Some("website"));
    assert_eq!(name("alone ☃/.bzr").as_deref(), Some("alone ☃"));
    assert_eq!(name("website/releases"), None);
    assert_eq!(name("nowhere"), None);
}
