use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zulipkit_integrations::driver::Instance as _;
use zulipkit_integrations::install::{Action, Options, Report};
use zulipkit_integrations::trac::Environment;
use zulipkit_settings::Environment as Variables;

use crate::installing::{actions, options, write, wrong};

const INI: &str = "[project]\nname = Ünï\n\n[trac]\nbase_url = https://trac.example.com\n";

/// A folder with what `trac-admin initenv` makes, as far as it matters here.
struct World(TempDir);

impl World {
    fn new(ini: &str) -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir_all(world.path("env/conf")).unwrap();
        std::fs::create_dir(world.path("env/plugins")).unwrap();
        world.write("env/VERSION", "Trac Environment Version 1\n", 0o644);
        world.write("env/conf/trac.ini", ini, 0o644);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        write(&self.path(name), text, mode);
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn open(&self) -> Environment {
        Environment::open(&self.path("env"), &Variables::default()).unwrap()
    }

    fn install(&self, dry_run: bool) -> Report {
        let options = Options {
            channel: Some("trac".to_owned()),
            dry_run,
            ..options(self.0.path(), "trac")
        };
        self.open()
            .install(&options, &Variables::default())
            .unwrap()
    }

    fn faults(&self) -> Vec<String> {
        wrong(self.open().check(&Variables::default()))
            .map(|error| error.message)
            .collect()
    }
}

#[test]
fn the_plugin_and_the_settings_are_put_in_place_once() {
    let world = World::new(INI);
    let actions_of_a_first_run = [Action::Created, Action::Created, Action::Changed];
    assert_eq!(actions(&world.install(true)), actions_of_a_first_run);
    assert_eq!(
        world.read("env/conf/trac.ini"),
        INI,
        "a dry run does nothing"
    );
    assert_eq!(world.faults().len(), 3, "{:?}", world.faults());
    let report = world.install(false);
    assert_eq!(actions(&report), actions_of_a_first_run);
    assert!(report.to_do.is_empty(), "{:?}", report.to_do);
    let program = world.path("zulipkit").display().to_string();
    assert_eq!(
        world.read("env/conf/trac.ini"),
        format!("{INI}\n[zulip]\nprogram = {program}\n")
    );
    assert_eq!(world.faults(), Vec::<String>::new());
    assert!(world.install(false).nothing_new());
    assert_eq!(world.open().name(), "Ünï");
}

#[test]
fn a_plugin_of_another_version_is_replaced() {
    let world = World::new(INI);
    world.install(false);
    let plugin = world.read("env/plugins/zulipkit_trac.py");
    world.write("env/plugins/zulipkit_trac.py", "# old", 0o644);
    assert_eq!(world.faults().len(), 1);
    assert_eq!(
        actions(&world.install(false)),
        [Action::Kept, Action::Updated]
    );
    assert_eq!(world.read("env/plugins/zulipkit_trac.py"), plugin);
}

#[test]
fn the_check_names_a_plugin_that_is_off_and_a_program_that_is_gone() {
    let world = World::new(&format!(
        "{INI}\n[components]\nzulipkit_trac.* = disabled\n"
    ));
    world.install(false);
    std::fs::remove_file(world.path("zulipkit")).unwrap();
    assert_eq!(
        world.faults(),
        [
            "the plugin is switched off",
            "the plugin may not find the program `zulipkit`"
        ]
    );
}

#[test]
fn a_plugin_beside_trac_itself_is_taken_for_granted() {
    let world = World::new(&format!("{INI}\n[components]\nzulipkit_trac.* = enabled\n"));
    world.install(false);
    std::fs::remove_file(world.path("env/plugins/zulipkit_trac.py")).unwrap();
    assert_eq!(world.faults(), Vec::<String>::new());
}

#[test]
fn a_missing_address_is_said() {
    let world = World::new("[project]\nname = x\n");
    let report = world.install(false);
    assert!(
        report.to_do[0].contains("set `base_url`"),
        "{:?}",
        report.to_do
    );
}

#[test]
fn only_an_environment_can_be_opened() {
    let world = World::new(INI);
    let error = Environment::open(&world.path("env/conf"), &Variables::default()).unwrap_err();
    assert!(
        error.one_line().contains("this is no environment of Trac"),
        "{}",
        error.one_line()
    );
    assert!(Environment::at(Path::new("/nonexistent")).is_none());
}
