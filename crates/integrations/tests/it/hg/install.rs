use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;
use zulipkit_integrations::driver::Instance as _;
use zulipkit_integrations::install::{Action, Options, Report};

use super::world::{World, environment};
use crate::installing::{self, actions, write};

fn options(world: &World) -> Options {
    installing::options(&world.path(""), "hg")
}

fn install(world: &World, options: &Options) -> Report {
    world.open().install(options, &environment()).unwrap()
}

fn hgrc(world: &World) -> std::path::PathBuf {
    world.repository().join(".hg/hgrc")
}

/// The hgrc, where the world's folder is written `…`.
fn text(world: &World) -> String {
    let text = std::fs::read_to_string(hgrc(world)).unwrap();
    text.replace(world.path("").to_str().unwrap(), "…/")
}

/// What is wrong, a line each.
fn wrong(world: &World) -> Vec<String> {
    let findings = world.open().check(&environment());
    installing::wrong(findings)
        .map(|error| error.one_line())
        .collect()
}

#[test]
fn lines_and_settings_are_put_in_place_once() {
    let world = World::new();
    std::fs::remove_file(hgrc(&world)).unwrap();
    let options = options(&world);
    let report = install(&world, &options);
    assert_eq!(actions(&report), [Action::Created, Action::Created]);
    assert!(report.to_do.is_empty(), "{:?}", report.to_do);
    assert_snapshot!(text(&world), @r#"
    [hooks]
    changegroup.zulipkit = …/zulipkit hg changegroup
    txnclose-bookmark.zulipkit = …/zulipkit hg txnclose-bookmark
    "#);
    assert_eq!(
        hgrc(&world).metadata().unwrap().permissions().mode() & 0o777,
        0o644
    );
    assert_eq!(wrong(&world), [""; 0]);
    let again = install(&world, &options);
    assert!(again.nothing_new(), "{again}");
}

#[test]
fn what_stands_in_the_hgrc_stays_there() {
    let world = World::new();
    let old =
        "# Ours.\n[hooks]\n# A check.\npretxnchangegroup.check = true\n\n[web]\nallow_push = *\n";
    write(&hgrc(&world), old, 0o664);
    let report = install(&world, &options(&world));
    assert_eq!(report.steps[1].action, Action::Changed);
    assert_snapshot!(text(&world), @r#"
    # Ours.
    [hooks]
    # A check.
    pretxnchangegroup.check = true
    changegroup.zulipkit = …/zulipkit hg changegroup
    txnclose-bookmark.zulipkit = …/zulipkit hg txnclose-bookmark

    [web]
    allow_push = *
    "#);
    assert_eq!(
        hgrc(&world).metadata().unwrap().permissions().mode() & 0o777,
        0o664
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::new();
    let before = text(&world);
    let options = Options {
        dry_run: true,
        ..options(&world)
    };
    let shown = install(&world, &options).to_string();
    assert_snapshot!(shown.replace(world.path("").to_str().unwrap(), "…/"), @r#"
    would create `…/website/.hg/zulip_hg.toml`, mode 600
    would change `…/website/.hg/hgrc`, adding the hooks `changegroup` and `txnclose-bookmark`
    "#);
    assert_eq!(text(&world), before);
    assert!(!world.repository().join(".hg/zulip_hg.toml").exists());
}

#[test]
fn a_program_that_is_gone_is_found_and_mended() {
    let world = World::new();
    let mut options = options(&world);
    install(&world, &options);
    std::fs::remove_file(&options.program).unwrap();
    let found = wrong(&world);
    assert_eq!(found.len(), 2);
    assert!(
        found[0].contains("the hook `changegroup`") && found[0].contains("calls what is not there"),
        "{found:?}"
    );
    options.program = world.path("it's new/zulipkit");
    std::fs::create_dir(world.path("it's new")).unwrap();
    write(&options.program, "#!/bin/sh\n", 0o755);
    assert_eq!(install(&world, &options).steps[1].action, Action::Repaired);
    assert_eq!(wrong(&world), [""; 0]);
    assert_eq!(
        text(&world).matches("zulipkit hg changegroup").count(),
        0,
        "it is quoted"
    );
    assert!(text(&world).contains(r"'…/it'\''s new/zulipkit' hg changegroup"));
    // Mercurial's shell finds it under that name.
    world.commit("a", "One");
    world.push(&[]);
}

#[test]
fn further_hooks_are_put_in_place_on_request() {
    let world = World::new();
    let mut options = options(&world);
    options.hooks = vec!["incoming".to_owned()];
    install(&world, &options);
    assert!(text(&world).contains("\nincoming.zulipkit = "));
    assert!(
        !text(&world).contains("changegroup.zulipkit"),
        "both would tell everything twice"
    );
    assert_eq!(wrong(&world), [""; 0]);
    options.hooks = Vec::new();
    assert!(install(&world, &options).nothing_new());
    options.hooks = vec!["incomming".to_owned()];
    let error = world.open().install(&options, &environment()).unwrap_err();
    assert_eq!(
        error.one_line(),
        "cannot install the hook `incomming`: the hooks of Mercurial are changegroup, txnclose-bookmark, incoming, commit; \
         did you mean `incoming`?"
    );
}

#[test]
fn the_old_hook_is_named() {
    let world = World::new();
    write(
        &hgrc(&world),
        "[hooks]\nchangegroup = python:zulip_changegroup.hook\n",
        0o644,
    );
    let report = install(&world, &options(&world));
    assert_eq!(report.to_do.len(), 1);
    assert!(
        report.to_do[0].ends_with("    changegroup = python:zulip_changegroup.hook"),
        "{:?}",
        report.to_do
    );
}

/// Mercurial does not heed the hgrc of somebody whom the one who pushes does not trust.
#[test]
fn who_would_not_be_heeded_is_named() {
    let world = World::new();
    let options = Options {
        users: vec!["daemon".to_owned(), "root".to_owned()],
        ..options(&world)
    };
    let report = install(&world, &options);
    let trust = report
        .to_do
        .iter()
        .find(|task| task.contains("[trusted]"))
        .unwrap();
    assert!(trust.contains("/etc/mercurial/hgrc"), "{trust}");
    assert!(trust.contains("For daemon"), "{trust}");
}

#[test]
fn a_link_in_the_place_of_the_hgrc_is_not_followed() {
    let world = World::new();
    let target = world.path("elsewhere");
    std::fs::rename(hgrc(&world), &target).unwrap();
    std::os::unix::fs::symlink(&target, hgrc(&world)).unwrap();
    let before = std::fs::read_to_string(&target).unwrap();
    let error = world
        .open()
        .install(&options(&world), &environment())
        .unwrap_err();
    assert!(
        error.one_line().contains("it is no ordinary file"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(&target).unwrap(), before);
}
