use crate::shipped::{examples, uncommented};
use zulipkit_integrations::bzr::{DEFAULTS, Settings};
use zulipkit_settings::Loaded;

fn read(text: &str) -> Loaded<Settings> {
    crate::shipped::read("bzr", text)
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
    let examples = examples("bzr");
    assert_eq!(examples.len(), 4);
    for example in examples {
        read(example);
    }
}
