use serde_json::json;

use super::world::World;

#[test]
fn a_commit_is_told_with_its_paths_and_its_branch() {
    let world = World::new();
    world.commit("trunk/a", "Add a\n\nBecause.");
    let event = world.revision("2");
    assert_eq!(event.kind, "commit");
    let facts = &event.facts;
    assert_eq!(facts["repo"], "website");
    assert_eq!(facts["author"]["name"], "ada");
    assert_eq!(facts["short"], "r2");
    assert_eq!(facts["subject"], "Add a");
    assert_eq!(facts["message"], "Add a\n\nBecause.");
    assert_eq!(facts["branch"], "trunk");
    assert_eq!(facts["paths"], json!(["trunk/a"]));
    assert_eq!(facts["folders"], json!([{"path": "trunk/", "count": 1}]));
    assert_eq!(facts["files"]["added"], 1);
    assert_eq!(facts["files"]["list"][0]["change"], "added");
    assert_eq!(facts["incomplete"], false);
}

/// The hook may be late, and then newer revisions are there.
#[test]
fn exactly_the_revision_asked_for_is_told() {
    let world = World::new();
    world.commit("trunk/a", "First");
    world.commit("trunk/b", "Second");
    assert_eq!(world.revision("2").facts["message"], "First");
    let collected = world.collect("post-commit", &["9"], "");
    assert!(collected.events.is_empty());
    assert_eq!(
        collected.warnings[0].one_line(),
        "cannot read revision 9: `svn log` failed: svn: E160006: No such revision 9"
    );
    let collected = world.collect("post-commit", &["HEAD"], "");
    assert!(collected.events.is_empty() && collected.warnings.len() == 1);
}

#[test]
fn copies_to_branches_and_tags_are_kinds_of_their_own() {
    let world = World::new();
    let [trunk, branch, tag] = ["trunk", "branches/x", "tags/1.0"].map(|path| world.address(path));
    world.svn(&["cp", "-q", "-m", "Branch", &trunk, &branch]);
    world.svn(&["cp", "-q", "-m", "Tag", &trunk, &tag]);
    world.svn(&["rm", "-q", "-m", "Done", &branch]);
    assert_eq!(world.revision("1").kind, "commit", "the layout itself");
    let branch = world.revision("2");
    assert_eq!(branch.kind, "branch");
    assert_eq!(branch.facts["branch"], "x");
    assert_eq!(branch.facts["action"], "created");
    assert_eq!(branch.facts["copied_from"], "trunk@1");
    let tag = world.revision("3");
    assert_eq!(tag.kind, "tag");
    assert_eq!(tag.facts["tags"], json!(["1.0"]));
    assert_eq!(tag.facts["branch"], json!(null));
    let gone = world.revision("4");
    assert_eq!(
        (gone.kind.as_str(), &gone.facts["action"]),
        ("branch", &json!("deleted"))
    );
}

#[test]
fn anonymous_revisions_and_odd_paths_are_told() {
    let world = World::called("a b'c@d");
    world.commit(
        "trunk/na\u{ef}ve <&> \u{2603}",
        "na\u{ef}ve \u{2603} fix\nsecond line @**all**",
    );
    let event = world.revision("2");
    assert_eq!(event.facts["repo"], "a b'c@d");
    assert_eq!(
        event.facts["paths"],
        json!(["trunk/na\u{ef}ve <&> \u{2603}"])
    );
    assert_eq!(
        event.facts["message"],
        "na\u{ef}ve \u{2603} fix\nsecond line @**all**"
    );
    let repository = world.repository();
    let repository = repository.to_str().unwrap();
    world.run(
        "svnadmin",
        &["setrevprop", repository, "-r", "2", "svn:log", "message"],
    );
    world.run(
        "svnadmin",
        &["delrevprop", repository, "-r", "2", "svn:author"],
    );
    let event = world.revision("2");
    assert_eq!(event.facts["author"]["name"], "(no author)");
    assert_eq!(event.facts["anonymous"], true);
}

#[test]
fn long_messages_and_many_paths_are_bounded() {
    let world = World::new().settings("[svn]\nfiles = 2\nfolders = 1\n");
    world.commit("trunk/a", &"long line\n".repeat(100_000));
    assert!(world.revision("2").facts["message"].as_str().unwrap().len() <= 10_000);
    let folders = ["trunk/x", "trunk/y", "trunk/x/z"].map(|path| world.address(path));
    let [x, y, z] = &folders;
    world.svn(&["mkdir", "-q", "-m", "Folders", x, y, z]);
    let facts = world.revision("3").facts;
    assert_eq!(facts["files"]["more"], 1);
    assert_eq!(facts["files"]["list"].as_array().unwrap().len(), 2);
    assert_eq!(facts["folders"], json!([{"path": "trunk/", "count": 3}]));
}

#[test]
fn a_revision_can_ask_not_to_be_told() {
    let world = World::new();
    world.commit("trunk/a", "Typo [skip zulip]");
    let collected = world.collect("post-commit", &["2"], "");
    assert!(collected.events.is_empty());
    assert_eq!(collected.skipped_revisions, ["r2"]);
}

#[test]
fn a_damaged_repository_still_gives_the_number() {
    let world = World::new();
    world.commit("trunk/a", "Lost");
    std::fs::write(world.repository().join("db/revprops/0/2"), "garbage").unwrap();
    let collected = world.collect("post-commit", &["2"], "");
    assert_eq!(collected.events[0].facts["incomplete"], true);
    assert_eq!(collected.events[0].facts["short"], "r2");
    assert_eq!(collected.warnings.len(), 1);
}

#[test]
fn locks_and_properties_of_revisions_are_told() {
    let world = World::new();
    let collected = world.collect("post-lock", &["ada"], "/trunk/a\n/trunk/b\n");
    let event = &collected.events[0];
    assert_eq!(event.kind, "lock");
    assert_eq!(event.facts["paths"], json!(["trunk/a", "trunk/b"]));
    let arguments = ["1", "ada", "svn:log", "M"];
    let collected = world.collect("post-revprop-change", &arguments, "Lay-out");
    let facts = &collected.events[0].facts;
    assert_eq!(facts["value"], "Layout");
    assert_eq!(facts["old_value"], "Lay-out");
    assert_eq!(facts["action"], "changed");
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    let world = World::new();
    world.commit("trunk/a", "placeholder");
    // A repository that an old program wrote, or that was loaded without a check.
    let file = world.repository().join("db/revprops/0/2");
    let text = std::fs::read(&file).unwrap();
    let (old, new) = (b"placeholder", b"latin \xe9 \xff o");
    let at = text.windows(old.len()).position(|bytes| bytes == old);
    let at = at.unwrap();
    let text = [&text[..at], new, &text[at + old.len()..]].concat();
    std::fs::write(&file, text).unwrap();
    let message = &world.revision("2").facts["message"];
    assert_eq!(message, "latin \u{fffd} \u{fffd} o");
}

/// Somebody else may be writing; a hook only reads.
#[test]
fn a_locked_repository_is_read() {
    let world = World::new();
    world.commit("trunk/a", "Under lock");
    let lock = std::fs::File::open(world.repository().join("db/write-lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(world.revision("2").facts["message"], "Under lock");
}

#[test]
fn a_trailing_slash_changes_nothing() {
    let world = World::new();
    world.commit("trunk/a", "One");
    let path = format!("{}//", world.repository().display());
    let repository = zulipkit_integrations::svn::Repository::at(path.as_ref()).unwrap();
    assert_eq!(repository.name(), "website");
}
