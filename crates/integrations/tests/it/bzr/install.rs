use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use insta::assert_snapshot;
use tempfile::TempDir;
use zulipkit_integrations::bzr::Repository;
use zulipkit_integrations::driver::Instance as _;
use zulipkit_integrations::install::{AccountSource, Action, Finding, Options, Report};
use zulipkit_settings::Environment;

/// A branch, as far as it matters here, and a home.
struct World(TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir_all(world.path("website/.bzr/branch")).unwrap();
        std::fs::create_dir_all(world.path("home")).unwrap();
        let text = "[api]\nemail=bzr-bot@example.com\nkey=abcd\nsite=https://zulip.example.com\n";
        world.write("zuliprc", text, 0o600);
        world.write("zulip \"kit\" ☃", "#!/bin/sh\n", 0o755);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn environment(&self) -> Environment {
        Environment::of([("HOME", self.path("home").to_str().unwrap())])
    }

    fn open(&self) -> Repository {
        Repository::open(&self.path("website"), &self.environment()).unwrap()
    }

    fn install(&self, dry_run: bool) -> Report {
        let options = Options {
            program: self.path("zulip \"kit\" ☃"),
            account: AccountSource::Zuliprc(self.path("zuliprc")),
            channel: Some("commits".to_owned()),
            hooks: Vec::new(),
            users: Vec::new(),
            timer: None,
            dry_run,
        };
        self.open().install(&options, &self.environment()).unwrap()
    }

    /// What the report says, where the world's folder is written `…`.
    fn shown(&self, report: &Report) -> String {
        report
            .to_string()
            .replace(self.0.path().to_str().unwrap(), "…")
    }

    /// What is wrong, a line each.
    fn wrong(&self) -> Vec<String> {
        let findings = self.open().check(&self.environment());
        let wrong = findings.into_iter().filter_map(|finding| match finding {
            Finding::Wrong(error) => Some(error.one_line()),
            Finding::Fine(_) => None,
        });
        wrong
            .map(|line| line.replace(self.0.path().to_str().unwrap(), "…"))
            .collect()
    }
}

const PLUGIN: &str = "home/.config/breezy/plugins/zulipkit.py";

#[test]
fn plugin_and_settings_are_put_in_place_once() {
    let world = World::new();
    let planned = world.install(true);
    assert_snapshot!(world.shown(&planned), @r#"
    would create `…/website/.bzr/zulip_bzr.toml`, mode 600
    would create `…/home/.config/breezy/plugins/zulipkit.py`, the plugin
    "#);
    assert!(!world.path("home/.config").exists());
    let report = world.install(false);
    assert_eq!(report.to_do, [""; 0]);
    assert_eq!(world.wrong(), [""; 0]);
    let text = std::fs::read_to_string(world.path(PLUGIN)).unwrap();
    let line = format!(
        "\nPROGRAM = \"{}/zulip \\\"kit\\\" ☃\"\n",
        world.0.path().display()
    );
    assert_eq!(text.matches(&line).count(), 1);
    assert!(world.install(false).nothing_new());
}

#[test]
fn another_version_of_the_plugin_is_found_and_replaced() {
    let world = World::new();
    assert_eq!(
        world.wrong()[0],
        "there is no plugin `…/home/.config/breezy/plugins/zulipkit.py`; run `zulipkit bzr install …/website`"
    );
    world.install(false);
    let text = std::fs::read_to_string(world.path(PLUGIN)).unwrap();
    world.write(PLUGIN, &text.replace("PROTOCOL = 1", "PROTOCOL = 0"), 0o644);
    assert!(world.wrong()[0].contains("is of another version than this program"));
    assert_eq!(world.install(false).steps[1].action, Action::Updated);
    std::fs::remove_file(world.path("zulip \"kit\" ☃")).unwrap();
    assert!(world.wrong()[0].contains("there is no `…/zulip \"kit\" ☃`"));
}

/// Nobody can tell from the branch who pushes to it.
#[test]
fn where_others_push_the_owner_needs_no_plugin() {
    let world = World::new();
    world.install(false);
    std::fs::remove_file(world.path(PLUGIN)).unwrap();
    assert!(world.wrong()[0].starts_with("there is no plugin"));
    let settings = world.path("website/.bzr/zulip_bzr.toml");
    std::fs::set_permissions(settings, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(world.wrong(), [""; 0]);
}

/// With a folder of its own, Breezy would not look at the settings in Bazaar's any more.
#[test]
fn the_folder_of_bazaar_is_kept() {
    let world = World::new();
    std::fs::create_dir_all(world.path("home/.config/bazaar")).unwrap();
    world.install(false);
    assert!(
        world
            .path("home/.config/bazaar/plugins/zulipkit.py")
            .exists()
    );
    assert!(!world.path("home/.config/breezy").exists());
    assert_eq!(world.wrong(), [""; 0]);
}

#[test]
fn a_checkout_is_refused() {
    let world = World::new();
    world.write(
        "website/.bzr/branch/location",
        "file:///srv/bzr/website",
        0o644,
    );
    let refused = Repository::open(&world.path("website"), &world.environment()).unwrap_err();
    assert!(
        refused
            .one_line()
            .contains("this is a checkout, and its branch is somewhere else")
    );
}
