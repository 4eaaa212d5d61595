use std::os::unix::ffi::OsStrExt as _;

use serde_json::json;
use zulipkit_integrations::hg::Repository;

use super::world::{World, environment};

#[test]
fn odd_names_of_repositories_files_branches_and_bookmarks_are_told() {
    let world = World::called("a b'c\"☃");
    let name = std::ffi::OsStr::from_bytes(b"l\xe4tin");
    std::fs::write(world.path("clone").join(name), "x").unwrap();
    world.hg("clone", &["branch", "--quiet", "na\u{ef}ve `x` ☃"]);
    world.hg("clone", &["bookmark", "b ünd ☃"]);
    world.commit("😀 <&>", "na\u{ef}ve ☃ 😀 fix\nsecond line @**all**");
    let events = world.told(&["--bookmark", "b ünd ☃"]);
    let facts = &events[0].facts;
    assert_eq!(facts["repo"], "a b'c\"☃");
    assert_eq!(facts["branch"], "na\u{ef}ve `x` ☃");
    assert_eq!(facts["bookmark"], "b ünd ☃");
    assert_eq!(facts["commits"][0]["subject"], "na\u{ef}ve ☃ 😀 fix");
    assert_eq!(facts["paths"], json!(["l\u{fffd}tin", "😀 <&>"]));
}

#[test]
fn a_repository_is_known_by_its_folder() {
    let world = World::new();
    let at = |path: &std::path::Path| Repository::at(path, &environment());
    let name = |path: &str| at(&world.path(path)).map(|repository| repository.name());
    assert_eq!(name("website/").as_deref(), Some("website"));
    assert_eq!(name("website/.hg").as_deref(), Some("website"));
    assert_eq!(name("calls"), None);
    assert_eq!(name("nowhere"), None);
}

#[test]
fn an_empty_environment_gives_one_clear_line() {
    let world = World::new();
    for said in [&[][..], &[("HG_NODE", "tip; x")]] {
        let collected = world.collect(&world.call("changegroup", said.iter().copied()));
        assert!(collected.events.is_empty());
        assert_eq!(
            collected.warnings[0].one_line(),
            "cannot tell which changesets came: the variable `HG_NODE` holds no id; let Mercurial call this, as a hook in \
             its `hgrc`"
        );
        assert_eq!(collected.warnings.len(), 1);
    }
}

#[test]
fn changesets_that_are_gone_give_one_clear_line() {
    let world = World::new();
    world.commit("a", "One");
    world.push(&[]);
    let id = "1234567890".repeat(4);
    let collected = world.collect(&world.call("changegroup", [("HG_NODE", id.as_str())]));
    assert!(collected.events.is_empty());
    let line = collected.warnings[0].one_line();
    assert!(
        line.starts_with("cannot read the changesets up to 123456789012"),
        "{line}"
    );
    assert!(line.contains("unknown revision"), "{line}");
}

/// History that Mercurial rewrites in the repository itself is no push.
#[test]
fn what_mercurial_puts_back_after_a_strip_is_not_told() {
    let world = World::new();
    let id = world.commit("a", "One");
    world.push(&[]);
    let said = [("HG_NODE", id.as_str()), ("HG_SOURCE", "strip")];
    let collected = world.collect(&world.call("changegroup", said));
    assert!(collected.events.is_empty() && collected.warnings.is_empty());
}

#[test]
fn a_changeset_that_became_obsolete_meanwhile_is_told() {
    let world = World::new();
    world.commit("a", "One");
    let call = world.push(&[]).remove(0);
    let evolution = ["--config", "experimental.evolution=all"];
    let id = world.id("website", "tip");
    let obsolete = ["debugobsolete", &id];
    let public = ["phase", "--draft", "--force", &id];
    world.hg("website", &public);
    world.hg("website", &[&evolution[..], &obsolete[..]].concat());
    assert_eq!(
        world.collect_well(&call)[0].facts["commits"][0]["subject"],
        "One"
    );
}

#[test]
fn a_damaged_repository_still_gives_the_ids() {
    let world = World::new();
    world.commit("a", "Lost");
    let call = world.push(&[]).remove(0);
    let store = world.repository().join(".hg/store/00changelog.i");
    std::fs::write(store, "garbage").unwrap();
    let collected = world.collect(&call);
    let facts = &collected.events[0].facts;
    assert_eq!(facts["incomplete"], true);
    assert_eq!(facts["new"], world.id("clone", "tip"));
    assert_eq!(collected.warnings.len(), 1);
}

/// Another push may be under way; a hook only reads.
#[test]
fn a_locked_repository_is_read() {
    let world = World::new();
    world.commit("a", "Under lock");
    let call = world.push(&[]).remove(0);
    // As Mercurial writes a lock: a link that names machine and process, here one that runs.
    for lock in [".hg/store/lock", ".hg/wlock"] {
        let holder = format!("elsewhere:{}", std::process::id());
        std::os::unix::fs::symlink(holder, world.repository().join(lock)).unwrap();
    }
    assert_eq!(
        world.collect_well(&call)[0].facts["commits"][0]["subject"],
        "Under lock"
    );
}
