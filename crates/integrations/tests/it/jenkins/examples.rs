use crate::uncommented;
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::find;
use zulipkit_integrations::jenkins::{DEFAULTS, Settings};
use zulipkit_notify::Limits;
use zulipkit_settings::Loaded;

/// Reads settings as from a file, in a folder that has the template which the examples name.
fn read(text: &str) -> Loaded<Settings> {
    let folder = tempfile::tempdir().unwrap();
    let templates = folder.path().join("templates");
    std::fs::create_dir(&templates).unwrap();
    std::fs::write(templates.join("build.md"), "{{ job }}").unwrap();
    let path = folder.path().join("jenkins.toml");
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, &path, text);
    let settings = settings.unwrap_or_else(|error| panic!("{}", error.render(false)));
    let faults = match find("jenkins")
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
    assert_eq!((settings.jenkins.changes, settings.jenkins.tests), (10, 10));
    assert_eq!(settings.routes.len(), 2);
    assert_eq!(settings.controller.interval.as_secs(), 60);
    assert!(settings.controller.jobs.take("any/job"));
    assert!(settings.jenkins.mask.take("DB_PASSWORD") && !settings.jenkins.mask.take("JOB_NAME"));
}

/// Whoever takes the comment sign away from an example gets settings that work.
#[test]
fn what_is_commented_out_in_the_defaults_can_be_used() {
    let settings = read(&uncommented(DEFAULTS)).value;
    assert_eq!(settings.routes.len(), 6);
    assert_eq!(settings.controller.user.as_deref(), Some("zulip"));
    assert!(format!("{:?}", settings.people).contains("kim@example.com"));
    assert!(settings.zulip.zuliprc.is_some() && settings.zulip.key_file.is_some());
}

#[test]
fn the_examples_of_the_page_can_be_used() {
    let page = find("jenkins").unwrap().docs;
    let examples = page.split("```toml\n").skip(1);
    let examples: Vec<&str> = examples
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(examples.len() >= 4, "{}", examples.len());
    for example in examples {
        read(example);
    }
}
