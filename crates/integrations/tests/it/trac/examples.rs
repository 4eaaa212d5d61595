use crate::uncommented;
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::find;
use zulipkit_integrations::trac::{DEFAULTS, Settings};
use zulipkit_notify::Limits;
use zulipkit_settings::Loaded;

/// Reads settings as from a file, in a folder that has the template which the examples name.
fn read(text: &str) -> Loaded<Settings> {
    let folder = tempfile::tempdir().unwrap();
    let templates = folder.path().join("templates");
    std::fs::create_dir(&templates).unwrap();
    std::fs::write(templates.join("created.md"), "{{ summary }}").unwrap();
    let path = folder.path().join("trac.toml");
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, &path, text);
    let settings = settings.unwrap_or_else(|error| panic!("{}", error.render(false)));
    let rules = find("trac")
        .unwrap()
        .rules(Effective::of(&settings), Limits::default());
    let faults = match rules {
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
    assert_eq!((settings.trac.batch, settings.trac.files), (2, 5));
    assert!(settings.trac.stable_topics);
    assert_eq!(settings.routes.len(), 1);
}

/// Whoever takes the comment sign away from an example gets settings that work.
#[test]
fn what_is_commented_out_in_the_defaults_can_be_used() {
    let settings = read(&uncommented(DEFAULTS)).value;
    assert_eq!(settings.routes.len(), 4);
    assert!(format!("{:?}", settings.people).contains("kim@example.com"));
    assert!(settings.zulip.zuliprc.is_some() && settings.zulip.key_file.is_some());
}

#[test]
fn the_examples_of_the_page_can_be_used() {
    let page = find("trac").unwrap().docs;
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
