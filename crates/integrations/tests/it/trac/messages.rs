use insta::assert_snapshot;
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::find;
use zulipkit_integrations::trac::{DEFAULTS, Settings};
use zulipkit_notify::{Event, Limits, To};

/// Renders a fixture in a style: the topic in brackets, then the message.
fn message(fixture: &str, style: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/trac/fixtures");
    let text = std::fs::read_to_string(format!("{folder}/{fixture}.json")).unwrap();
    let event: Event = serde_json::from_str(&text).unwrap();
    let settings = format!("[templates]\nstyle = {style:?}\n");
    let path = "trac.toml".as_ref();
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &settings).unwrap();
    let trac = find("trac").unwrap();
    let rules = trac
        .rules(Effective::of(&settings), Limits::default())
        .unwrap();
    let rendered = rules.render(&event);
    let warnings = rendered
        .warnings
        .iter()
        .map(|warning| warning.render(false));
    assert_eq!(warnings.collect::<String>(), "");
    let To::Channel { topic, .. } = &rendered.outgoing[0].to else {
        panic!("{:?}", rendered.outgoing);
    };
    format!("[{topic}]\n{}", rendered.outgoing[0].content)
}

#[test]
fn tickets() {
    assert_snapshot!(message("ticket_created", "default"), @"");
    assert_snapshot!(message("ticket_changed", "default"), @"");
    assert_snapshot!(message("tickets_changed", "default"), @"");
    assert_snapshot!(message("ticket_deleted", "default"), @"");
}

#[test]
fn tickets_as_the_python_plugin_worded_them() {
    assert_snapshot!(message("ticket_created", "classic"), @"");
    assert_snapshot!(message("ticket_changed", "classic"), @"");
    assert_snapshot!(message("ticket_deleted", "classic"), @"");
}

#[test]
fn comments_and_attachments() {
    assert_snapshot!(message("comment_edited", "default"), @"");
    assert_snapshot!(message("comment_deleted", "default"), @"");
    assert_snapshot!(message("attachment_added", "default"), @"");
    assert_snapshot!(message("attachment_deleted", "default"), @"");
}

#[test]
fn pages() {
    assert_snapshot!(message("page_created", "default"), @"");
    assert_snapshot!(message("page_changed", "default"), @"");
    assert_snapshot!(message("page_renamed", "default"), @"");
    assert_snapshot!(message("page_deleted", "default"), @"");
    assert_snapshot!(message("page_version_deleted", "default"), @"");
}

#[test]
fn milestones_and_changesets() {
    assert_snapshot!(message("milestone_created", "default"), @"");
    assert_snapshot!(message("milestone_changed", "default"), @"");
    assert_snapshot!(message("milestone_completed", "default"), @"");
    assert_snapshot!(message("milestone_deleted", "default"), @"");
    assert_snapshot!(message("changeset_added", "default"), @"");
    assert_snapshot!(message("changeset_modified", "default"), @"");
}
