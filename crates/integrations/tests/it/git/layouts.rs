use std::path::Path;

use zulipkit_integrations::git::{self, Repository};

use super::world::{NOW, World, each, one};

#[test]
fn sha_256_repositories_work_alike() {
    let world = World::with(&["--object-format=sha256"]);
    world.commit("first");
    let (kind, facts) = world.event(&["main"]);
    assert_eq!(kind, "create");
    assert_eq!(facts["new"].as_str().map(str::len), Some(64));
    world.git(&["tag", "-a", "v1", "-m", "One"]);
    assert_eq!(world.event(&["v1"]).1["tags"][0]["subject"], "One");
    world.commit("second");
    assert_eq!(world.event(&["main"]).0, "push");
    assert_eq!(world.event(&[":v1"]).1["tags"][0]["action"], "deleted");
}

#[test]
fn a_repository_with_files_and_its_linked_worktree_work_alike() {
    let world = World::new();
    world.push_first();
    let main = world.path("checkout");
    world.git(&["clone", "-q", "../website.git", "../checkout"]);
    let linked = world.path("linked");
    world.git_in(
        &main,
        &["worktree", "add", "-q", "-b", "other", "../linked"],
        b"",
    );
    world.git_in(
        &main,
        &["config", "receive.denyCurrentBranch", "ignore"],
        b"",
    );
    world.record_hook(&main.join(".git/hooks"));
    for (target, branch) in [("../checkout", "main"), ("../linked", "other")] {
        world.commit(branch);
        world.git(&["push", "-q", target, &format!("HEAD:{branch}")]);
        let input = std::fs::read(world.path("input")).unwrap();
        for folder in [&main, &linked, &main.join(".git")] {
            let (kind, facts) = one(world.collect_in(folder, &input));
            assert_eq!(
                (kind.as_str(), &facts["repo"]),
                ("push", &"checkout".into())
            );
            assert_eq!(each(&facts["commits"], "/subject").last(), Some(&branch));
        }
    }
}

#[test]
fn a_shallow_repository_tells_what_it_has() {
    let world = World::new();
    world.push_first();
    world.commit("second");
    world.commit("third");
    world.push(&["main"]);
    let url = format!("file://{}", world.server().display());
    world.git(&["clone", "-q", "--bare", "--depth=1", &url, "../shallow.git"]);
    world.record_hook(&world.path("shallow.git/hooks"));
    world.commit("fourth");
    world.git(&["push", "-q", "../shallow.git", "main"]);
    let input = std::fs::read(world.path("input")).unwrap();
    let (kind, facts) = one(world.collect_in(&world.path("shallow.git"), &input));
    assert_eq!(kind, "push");
    assert_eq!(each(&facts["commits"], "/subject"), ["fourth"]);
}

#[test]
fn a_repository_whose_head_points_nowhere_works() {
    let world = World::new();
    world.git_in(
        &world.server(),
        &["symbolic-ref", "HEAD", "refs/heads/none"],
        b"",
    );
    world.commit("first");
    assert_eq!(world.event(&["main"]).0, "create");
    world.commit("second");
    assert_eq!(world.event(&["main"]).0, "push");
}

#[test]
fn a_repository_that_borrows_its_objects_works() {
    let world = World::new();
    world.push_first();
    world.git(&[
        "clone",
        "-q",
        "--bare",
        "--shared",
        "../website.git",
        "../borrower.git",
    ]);
    world.record_hook(&world.path("borrower.git/hooks"));
    world.commit("second");
    world.git(&["push", "-q", "../borrower.git", "main"]);
    let input = std::fs::read(world.path("input")).unwrap();
    let (_, facts) = one(world.collect_in(&world.path("borrower.git"), &input));
    assert_eq!(each(&facts["commits"], "/subject"), ["second"]);
}

/// Git shows a `pre-receive` hook the new objects by variables alone, so Git must be given them.
#[test]
fn objects_in_quarantine_are_seen() {
    let world = World::new();
    let first = world.push_first();
    let second = world.commit("second");
    let (quarantine, objects) = (
        world.path("clone/.git/objects"),
        world.path("website.git/objects"),
    );
    let world = world
        .variable("GIT_DIR", ".")
        .variable("GIT_QUARANTINE_PATH", &quarantine.display().to_string())
        .variable("GIT_OBJECT_DIRECTORY", &quarantine.display().to_string())
        .variable(
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            &objects.display().to_string(),
        );
    let repository = Repository::of_hook(&world.server(), &world.environment()).unwrap();
    let input = format!("{first} {second} refs/heads/main\n");
    let now = NOW.parse().unwrap();
    let (_, facts) = one(git::collect(
        input.as_bytes(),
        &repository,
        &world.read_settings(),
        now,
    ));
    assert_eq!(each(&facts["commits"], "/subject"), ["second"]);
}

#[test]
fn what_is_no_repository_is_said() {
    let world = World::new();
    let error = Repository::open(Path::new("/nowhere"), &world.environment()).unwrap_err();
    assert_eq!(error.to_string(), "`/nowhere` is not a Git repository");
}
