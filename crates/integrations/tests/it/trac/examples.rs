use crate::shipped::{read_examples, uncommented};
use zulipkit_integrations::trac::{DEFAULTS, Settings};
use zulipkit_settings::Loaded;

fn read(text: &str) -> Loaded<Settings> {
    crate::shipped::read("trac", text)
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
    assert_eq!(read_examples::<Settings>("trac"), 4);
}
