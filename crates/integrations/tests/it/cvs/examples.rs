use crate::shipped::{examples, uncommented};
use zulipkit_integrations::cvs::{DEFAULTS, Settings};
use zulipkit_settings::Loaded;

fn read(text: &str) -> Loaded<Settings> {
    crate::shipped::read("cvs", text)
}

#[test]
fn the_defaults_are_settings() {
    let settings = read("").value;
    assert_eq!((settings.cvs.files, settings.cvs.folders), (5, 8));
    assert_eq!(settings.routes.len(), 1);
    assert_eq!(settings.delivery.max_age.as_secs(), 7 * 24 * 60 * 60);
}

/// Whoever takes the comment sign away from an example gets settings that work.
#[test]
fn what_is_commented_out_in_the_defaults_can_be_used() {
    let settings = read(&uncommented(DEFAULTS)).value;
    assert_eq!(settings.routes.len(), 4);
    assert_eq!(settings.cvs.repo.as_deref(), Some("tools"));
    assert!(format!("{:?}", settings.people).contains("ada"));
    assert!(settings.zulip.zuliprc.is_some() && settings.zulip.key_file.is_some());
}

#[test]
fn the_examples_of_the_page_can_be_used() {
    let examples = examples("cvs");
    assert_eq!(examples.len(), 4);
    for example in examples {
        read(example);
    }
}
