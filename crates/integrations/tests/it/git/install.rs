use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use zulipkit_diag::Diagnostic;
use zulipkit_integrations::git::Repository;
use zulipkit_integrations::git::install::{
    AccountSource, Action, Finding, Options, Report, Timer, check, install,
};

use super::world::World;
use crate::installing::actions;

impl World {
    /// Makes a zuliprc and a program to link to.
    fn ready() -> Self {
        let world = Self::new();
        std::fs::remove_file(world.server().join("hooks/post-receive")).unwrap();
        let zuliprc = world.path("zuliprc");
        let text = "[api]\nemail=git-bot@example.com\nkey=abcd\nsite=https://zulip.example.com\n";
        std::fs::write(&zuliprc, text).unwrap();
        mode(&zuliprc, 0o600);
        std::fs::write(world.path("zulipkit"), "#!/bin/sh\n").unwrap();
        mode(&world.path("zulipkit"), 0o755);
        world
    }

    fn options(&self) -> Options {
        Options {
            program: self.path("zulipkit"),
            account: AccountSource::Zuliprc(self.path("zuliprc")),
            channel: Some("commits \"here\"".to_owned()),
            hooks: Vec::new(),
            users: Vec::new(),
            timer: None,
            dry_run: false,
        }
    }

    fn repository(&self) -> Repository {
        Repository::open(&self.server(), &self.environment()).unwrap()
    }

    fn install(&self, options: &Options) -> Result<Report, Diagnostic> {
        install(&self.repository(), options, &self.environment())
    }

    /// Returns what was installed or found, without the folder of this test.
    fn shown(&self, text: &impl ToString) -> String {
        let folder = self.path("").canonicalize().unwrap();
        let folder = folder.to_str().unwrap().trim_end_matches('/');
        text.to_string().replace(folder, "").trim_end().to_owned()
    }

    fn findings(&self) -> Vec<String> {
        let findings = check(&self.repository(), &self.environment());
        let lines = findings.iter().map(|finding| match finding {
            Finding::Fine(text) => format!("fine: {text}"),
            Finding::Wrong(error) => format!("wrong: {error}"),
        });
        lines.map(|line| self.shown(&line)).collect()
    }

    fn hook(&self) -> PathBuf {
        self.server().join("hooks/post-receive")
    }
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn puts_a_link_and_a_settings_file_in_place_once() {
    let world = World::ready();
    let report = world.install(&world.options()).unwrap();
    assert_snapshot!(world.shown(&report), @r#"
    created `/website.git/hooks/zulip_git.toml`, mode 600
    created `/website.git/hooks/post-receive`, a link to `/zulipkit`
    "#);
    assert_eq!(world.hook().read_link().unwrap(), world.path("zulipkit"));
    let settings = world.server().join("hooks/zulip_git.toml");
    assert_eq!(settings.metadata().unwrap().mode() & 0o777, 0o600);
    assert_snapshot!(world.shown(&std::fs::read_to_string(&settings).unwrap()), @r#"
    # Settings of zulipkit's Git integration for this repository. Only what differs from the defaults stands here;
    # `zulipkit git config` shows all there is.

    [zulip]
    zuliprc = "/zuliprc"

    [[route]]
    channel = 'commits "here"'
    "#);
    assert_eq!(
        world.findings(),
        [
            "fine: the hook `/website.git/hooks/post-receive` is in place",
            "fine: the settings `/website.git/hooks/zulip_git.toml` can be used",
            "fine: messages are sent as git-bot@example.com",
        ]
    );

    let again = world.install(&world.options()).unwrap();
    assert!(again.nothing_new());
    assert_snapshot!(world.shown(&again), @r#"
    kept `/website.git/hooks/zulip_git.toml`, it is left as it is
    kept `/website.git/hooks/post-receive`, already installed
    "#);
}

#[test]
fn a_dry_run_says_the_same_and_does_nothing() {
    let world = World::ready();
    let options = Options {
        dry_run: true,
        timer: Some(Timer::System(world.path("units"))),
        ..world.options()
    };
    let mut report = world.install(&options).unwrap();
    let owner = report.to_do.pop().unwrap();
    assert!(
        owner.starts_with("Start the timer: systemctl enable --now zulipkit-outbox@"),
        "{owner}"
    );
    assert_snapshot!(world.shown(&report), @r#"
    would create `/website.git/hooks/zulip_git.toml`, mode 600
    would create `/website.git/hooks/post-receive`, a link to `/zulipkit`
    would create `/units/zulipkit-outbox@.service`
    would create `/units/zulipkit-outbox@.timer`
    "#);
    assert!(world.hook().symlink_metadata().is_err());
    assert!(!world.path("units").exists());
}

#[test]
fn a_hook_that_is_there_stays_as_it_is() {
    let world = World::ready();
    let text = "#!/bin/sh\nwhile read old new ref; do echo \"$ref\" >>\"$0.seen\"; done\n";
    std::fs::write(world.hook(), text).unwrap();
    mode(&world.hook(), 0o755);
    let report = world.install(&world.options()).unwrap();
    assert_snapshot!(world.shown(&report), @r#"
    created `/website.git/hooks/post-receive.d/zulip_git.toml`, mode 600
    created `/website.git/hooks/post-receive.d/post-receive`, a link to `/zulipkit`

    `/website.git/hooks/post-receive` is a hook of your own, so it was not touched. If it is a shell script, add this line below its first:

        t=$(mktemp) && cat >"$t" && '/website.git/hooks/post-receive.d/post-receive' <"$t"; exec <"$t"; rm -f "$t"

    If it is anything else, let it run `/website.git/hooks/post-receive.d/post-receive` with its own standard input.
    "#);
    assert_eq!(std::fs::read_to_string(world.hook()).unwrap(), text);
    assert_eq!(
        world.findings()[0],
        "wrong: `/website.git/hooks/post-receive` does not call zulipkit; `zulipkit git install` prints the line to add to it"
    );

    // The line does what is said of it: ours runs with the input, and the old hook still reads it.
    let seen = world.path("seen by ours");
    std::fs::write(
        world.path("zulipkit"),
        format!("#!/bin/sh\ncat >'{}'\n", seen.display()),
    )
    .unwrap();
    let line = report.to_do[0]
        .lines()
        .find(|line| line.starts_with("    "))
        .unwrap()
        .trim();
    std::fs::write(world.hook(), text.replacen('\n', &format!("\n{line}\n"), 1)).unwrap();
    world.commit("first");
    world.git(&["push", "-q", "origin", "main"]);
    assert!(
        std::fs::read_to_string(seen)
            .unwrap()
            .ends_with(" refs/heads/main\n")
    );
    let theirs = world.server().join("hooks/post-receive.seen");
    assert_eq!(
        std::fs::read_to_string(theirs).unwrap(),
        "refs/heads/main\n"
    );
    assert!(world.install(&world.options()).unwrap().nothing_new());
    assert!(
        world.findings()[0].starts_with("fine: "),
        "{:?}",
        world.findings()
    );
}

#[test]
fn hosting_software_that_runs_further_hooks_gets_one() {
    let world = World::ready();
    let text = "#!/usr/bin/env bash\ndata=$(cat)\nfor hook in ./hooks/post-receive.d/*; do\ntest -x \"${hook}\" && echo \"${data}\" | \"${hook}\"\ndone\n";
    std::fs::write(world.hook(), text).unwrap();
    mode(&world.hook(), 0o755);
    let report = world.install(&world.options()).unwrap();
    assert!(report.to_do.is_empty(), "{report}");
    assert_eq!(
        report.hook,
        world
            .server()
            .canonicalize()
            .unwrap()
            .join("hooks/post-receive.d/post-receive")
    );
    assert_eq!(actions(&report), [Action::Created, Action::Created]);
    assert!(
        world.findings()[0].starts_with("fine: "),
        "{:?}",
        world.findings()
    );
}

#[test]
fn a_link_to_nowhere_is_found_and_mended() {
    let world = World::ready();
    world.install(&world.options()).unwrap();
    std::fs::rename(world.path("zulipkit"), world.path("zulipkit-2")).unwrap();
    assert_eq!(
        world.findings()[0],
        "wrong: the hook `/website.git/hooks/post-receive` is a link to nowhere: `/zulipkit` is not there any more; \
         Git ignores such a link silently; run `zulipkit git install /website.git` again"
    );
    let options = Options {
        program: world.path("zulipkit-2"),
        ..world.options()
    };
    let report = world.install(&options).unwrap();
    assert_eq!(actions(&report), [Action::Kept, Action::Repaired]);
    assert_eq!(world.hook().read_link().unwrap(), world.path("zulipkit-2"));
}

#[test]
fn what_keeps_the_hook_from_working_is_found() {
    let world = World::ready();
    assert_eq!(
        world.findings()[0],
        "wrong: there is no hook `/website.git/hooks/post-receive`; run `zulipkit git install /website.git`"
    );
    world.install(&world.options()).unwrap();
    mode(&world.path("zulipkit"), 0o644);
    assert!(
        world.findings()[0].contains("lacks the execute bit"),
        "{:?}",
        world.findings()
    );
    mode(&world.path("zulipkit"), 0o755);

    let settings = world.server().join("hooks/zulip_git.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replace("channel", "chanel")).unwrap();
    let findings = world.findings();
    assert!(findings[1].contains("unknown key `chanel`"), "{findings:?}");
    std::fs::write(&settings, text + "topic = \"{{ brnach }}\"\n").unwrap();
    let findings = world.findings();
    assert!(findings[1].contains("`brnach`"), "{findings:?}");
}

#[test]
fn another_hooks_folder_of_the_configuration_is_used() {
    let world = World::ready();
    let hooks = world.path("shared hooks");
    std::fs::create_dir(&hooks).unwrap();
    world.git_in(
        &world.server(),
        &["config", "core.hooksPath", hooks.to_str().unwrap()],
        b"",
    );
    let report = world.install(&world.options()).unwrap();
    assert_eq!(report.hook, hooks.join("post-receive"));

    world.git_in(&world.server(), &["config", "core.hooksPath", "own"], b"");
    let report = world.install(&world.options()).unwrap();
    assert_eq!(
        report.hook,
        world
            .server()
            .canonicalize()
            .unwrap()
            .join("own/post-receive")
    );
    world.commit("first");
    world.git(&["push", "-q", "origin", "main"]);
}

#[test]
fn a_folder_with_files_and_its_linked_worktrees_share_their_hooks() {
    let world = World::ready();
    world.commit("first");
    world.git(&["worktree", "add", "-q", "-b", "other", "../linked"]);
    for folder in ["clone", "linked"] {
        let repository = Repository::open(&world.path(folder), &world.environment()).unwrap();
        let report = install(&repository, &world.options(), &world.environment()).unwrap();
        let clone = world.path("clone").canonicalize().unwrap();
        assert_eq!(report.hook, clone.join(".git/hooks/post-receive"));
    }
}

#[test]
fn a_settings_file_that_is_there_is_kept() {
    let world = World::ready();
    let settings = world.server().join("hooks/zulip_git.toml");
    std::fs::write(&settings, "# mine\n").unwrap();
    let report = world.install(&world.options()).unwrap();
    assert_eq!(actions(&report), [Action::Kept, Action::Created]);
    assert_eq!(std::fs::read_to_string(settings).unwrap(), "# mine\n");
}

#[test]
fn a_zuliprc_that_cannot_be_used_is_said_before_anything_is_made() {
    let world = World::ready();
    std::fs::write(world.path("zuliprc"), "[api]\nemail=x@example.com\n").unwrap();
    let error = world.install(&world.options()).unwrap_err();
    assert!(error.one_line().contains("zuliprc"), "{error}");
    assert!(world.hook().symlink_metadata().is_err());
    assert!(!world.server().join("hooks/zulip_git.toml").exists());
}

/// Root must not be led to another folder by a link that a user put there.
#[test]
fn a_strangers_link_is_not_followed() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can make a link that belongs to somebody else.
    }
    let world = World::ready();
    let hooks = world.server().join("hooks");
    std::fs::remove_dir_all(&hooks).unwrap();
    std::fs::create_dir(world.path("elsewhere")).unwrap();
    symlink(world.path("elsewhere"), &hooks).unwrap();
    std::os::unix::fs::lchown(&hooks, Some(54321), Some(54321)).unwrap();
    let error = world.install(&world.options()).unwrap_err();
    assert!(
        error
            .one_line()
            .contains("belongs to user 54321, so it is not followed"),
        "{error}"
    );
    assert_eq!(
        std::fs::read_dir(world.path("elsewhere")).unwrap().count(),
        0
    );

    std::os::unix::fs::lchown(&hooks, Some(0), Some(0)).unwrap();
    world.install(&world.options()).unwrap();
    assert!(
        world
            .path("elsewhere/post-receive")
            .symlink_metadata()
            .is_ok()
    );
}

#[test]
fn what_root_installs_can_be_read_by_the_one_who_pushes() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can give a file away.
    }
    let world = World::ready();
    std::os::unix::fs::chown(world.server(), Some(54321), Some(54322)).unwrap();
    let report = world.install(&world.options()).unwrap();
    let metadata = report.settings.metadata().unwrap();
    assert_eq!(
        (metadata.uid(), metadata.gid(), metadata.mode() & 0o777),
        (0, 54322, 0o640)
    );
}

#[test]
fn several_users_are_checked_one_by_one() {
    let world = World::ready();
    let options = Options {
        hooks: Vec::new(),
        users: vec!["nobody".to_owned(), "no-such-user-here".to_owned()],
        ..world.options()
    };
    let report = world.install(&options).unwrap();
    assert_eq!(report.settings.metadata().unwrap().mode() & 0o777, 0o640);
    let tasks = world.shown(&report.to_do.join("\n"));
    assert!(tasks.contains("`nobody` cannot read `/zuliprc`"), "{tasks}");
    assert!(
        tasks.contains("Nothing was checked for `no-such-user-here`"),
        "{tasks}"
    );
}

#[test]
fn a_timer_wakes_the_outbox() {
    let world = World::ready();
    let options = Options {
        timer: Some(Timer::User(world.path("units"))),
        ..world.options()
    };
    let report = world.install(&options).unwrap();
    assert_eq!(actions(&report), [Action::Created; 4]);
    assert_eq!(
        report.to_do,
        ["Start the timer: systemctl --user enable --now zulipkit-outbox.timer"]
    );
    let service = std::fs::read_to_string(world.path("units/zulipkit-outbox.service")).unwrap();
    let start = format!(
        "ExecStart=\"{}\" outbox flush\n",
        world.path("zulipkit").display()
    );
    assert!(service.contains(&start), "{service}");
    assert_eq!(
        actions(&world.install(&options).unwrap()),
        [Action::Kept; 4]
    );
}
