use crate::shipped::{read_examples, uncommented};
use zulipkit_integrations::jenkins::{DEFAULTS, Settings};
use zulipkit_settings::Loaded;

fn read(text: &str) -> Loaded<Settings> {
    crate::shipped::read("jenkins", text)
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
    assert_eq!(read_examples::<Settings>("jenkins"), 3);
}
