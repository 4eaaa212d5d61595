use crate::uncommented;
use zulipkit_integrations::bzr::{DEFAULTS, Settings};
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::find;
use zulipkit_notify::Limits;
use zulipkit_settings::Loaded;

/// Reads settings as from a file, in a folder that has the template which the examples name.
fn read(text: &str) -> Loaded<Settings> {
    let folder = tempfile::tempdir().unwrap();
    let templates = folder.path().join("templates");
    std::fs::create_dir(&templates).unwrap();
    std::fs::write(templates.join("push.md"), "{{ repo }}").unwrap();
    let path = folder.path().join("bzr.toml");
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, &path, text);
    let settings = settings.unwrap_or_else(|error| panic!("{}", error.render(false)));
    let faults = match find("bzr")
        .unwrap()
        .rules(Effective::of(&settings), Limits::default())
    {
        Ok(rules) => rules.check(),
        Err(fault) => vec![fault],
    };
    let faults: Vec<_> = faults.iter().map(|fault| fault.render(false)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    settings
}

#[test]
fn the_defaults_are_settings() {
    let settings = read("").value;
    assert_eq!((settings.bzr.commits, settings.bzr.files), (20, false));
    assert_eq!(settings.routes.len(), 1);
    assert_eq!(settings.delivery.max_age.as_secs(), 7 * 24 * 60 * 60);
}

/// Whoever takes the comment sign away from an example gets settings that work.
#[test]
fn what_is_commented_out_in_the_defaults_can_be_used() {
    let settings = read(&uncommented(DEFAULTS)).value;
    assert_eq!(settings.routes.len(), 5);
    assert_eq!(settings.bzr.repo.as_deref(), Some("website"));
    assert!(format!("{:?}", settings.people).contains("ada@example.com"));
    assert!(settings.zulip.zuliprc.is_some() && settings.zulip.key_file.is_some());
}

#[test]
fn the_examples_of_the_page_can_be_used() {
    let page = find("bzr").unwrap().docs;
    let examples: Vec<&str> = page
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(examples.len(), 4);
    for example in examples {
        read(example);
    }
}
