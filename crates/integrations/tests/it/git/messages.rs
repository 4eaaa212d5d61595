use super::world::World;
#[test]
fn dump() {
    let mut world = World::new().settings(
        "[git]\nlinks = \"gitea\"\nurl = \"https://git.example.com/tools/{repo}\"\nfiles=true\nrefs=[\"refs/notes/*\"]",
    );
    std::fs::create_dir_all("tests/it/git/fixtures").unwrap();
    let show = |name: &str, collected: zulipkit_integrations::git::Collected| {
        assert_eq!(collected.events.len(), 1);
            let json = serde_json::to_string_pretty(&collected.events[0]).unwrap() + "\n";
            std::fs::write(format!("tests/it/git/fixtures/{name}.json"), json).unwrap();
    };
    world.push_first();
    std::fs::write(world.path("clone/invoice.py"), "1").unwrap();
    world.git(&["add", "."]);
    world.commit("Fix rounding in invoices\n\nHalf cents were lost.");
    world.commit("Add a test");
    show("push", world.collect(&["main"]));
    world.git(&["checkout", "-q", "-b", "feature/x"]);
    world.commit("On a branch");
    world.git(&["-c", "user.name=x", "commit", "-q", "--allow-empty", "-m", "By another", "--author", "Grace Hopper <grace@example.com>"]);
    show("create", world.collect(&["feature/x"]));
    show("create_empty", world.collect(&["feature/x:feature/z"]));
    show("rename", world.collect(&[":feature/x", "feature/x:feature/y"]));
    show("delete", world.collect(&[":feature/y"]));
    world.git(&["checkout", "-q", "main"]);
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    world.commit("Add a better test");
    show("rewrite", world.collect(&["-f", "main"]));
    show("set_back", world.collect(&["-f", "main~1:main"]));
    world.git(&["tag", "v1"]);
    world.git(&["tag", "-a", "v2", "-m", "Version two\n\nWith much that is new."]);
    show("tags", world.collect(&["v1", "v2"]));
    world.git(&["tag", "-f", "v1", "HEAD~1"]);
    show("tags_changed", world.collect(&["-f", "v1", ":v2"]));
    world.git(&["tag", "-a", "v3", "-m", "Version three"]);
    show("tag", world.collect(&["v3"]));
    world.git(&["notes", "add", "-m", "x"]);
    world.push(&["refs/notes/commits"]);
    world.git(&["notes", "append", "-m", "y"]);
    show("ref", world.collect(&["refs/notes/commits"]));
    world.git(&["checkout", "-q", "-b", "`hostile`](x)"]);
    world = world.settings("");
    world.push(&["HEAD:refs/heads/`hostile`](x)"]);
    world.commit("fix [x](y) ] @**all** and #**general**");
    world.commit("```quote\u{2028}* :smile: <b>& > x");
    world.git(&["commit", "-q", "--allow-empty", "-m", "By another", "--author", "**@**all**** ](http://evil.example.com) <grace@example.com>"]);
    show("hostile", world.collect(&["HEAD:refs/heads/`hostile`](x)"]));
    world.git(&["checkout", "-q", "main"]);
}
