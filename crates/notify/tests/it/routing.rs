//! Which route takes which event.

use serde_json::json;
use zulipkit_api::messages::{ChannelRef, To};
use zulipkit_notify::{Event, Route};

use crate::world::*;

/// The channels that an event goes to.
fn channels(settings: &str, event: &Event) -> Vec<String> {
    let rules = rules(settings);
    let decision = rules.route(event);
    assert!(decision.warnings.is_empty());
    let channel = |route: &Route| match route.channel.as_ref().unwrap() {
        ChannelRef::Name(name) => format!("{name:?}"),
        ChannelRef::Id(id) => id.to_string(),
    };
    decision
        .routes
        .iter()
        .map(|(_, route)| channel(route))
        .collect()
}

fn takes(when: &str, event: &Event) -> bool {
    let settings = format!("[[route]]\nwhen = {{ {when} }}\nchannel = \"c\"\n");
    !channels(&settings, event).is_empty()
}

#[test]
fn the_first_route_that_matches_wins() {
    let settings = r#"
        [[route]]
        when = { branch = ["main", "release/*"], repo = "website" }
        channel = "commits"
        [[route]]
        when = { event = "tag" }
        skip = true
        [[route]]
        channel = 7
    "#;
    assert_eq!(channels(settings, &push("main")), ["\"commits\""]);
    assert_eq!(channels(settings, &push("release/1.0")), ["\"commits\""]);
    assert_eq!(channels(settings, &push("topic")), ["7"]);
    assert!(channels(settings, &tag("v1")).is_empty());
    assert_eq!(rules(settings).route(&tag("v1")).skipped, Some(1));
}

#[test]
fn an_event_goes_on_where_a_route_says_so() {
    let settings = r#"
        [[route]]
        channel = "all"
        continue = true
        [[route]]
        when = { branch = "main" }
        channel = "main"
        [[route]]
        channel = "others"
    "#;
    assert_eq!(channels(settings, &push("main")), ["\"all\"", "\"main\""]);
    assert_eq!(channels(settings, &push("x")), ["\"all\"", "\"others\""]);
    assert_eq!(rules(settings).render(&push("main")).outgoing.len(), 2);
}

#[test]
fn globs_know_the_parts_of_a_path() {
    for (glob, branch, expected) in [
        ("release/*", "release/1.0", true),
        ("release/*", "release/1.0/rc1", false),
        ("release/**", "release/1.0/rc1", true),
        ("*", "feature/x", false),
        ("**", "feature/x", true),
        ("v?", "v1", true),
        ("v[0-9]", "vx", false),
        ("{main,master}", "master", true),
        ("main", "Main", false),
        ("!main", "main", false),
        ("!main", "feature/x", true),
        ("!feature/*", "feature/x", false),
    ] {
        let when = format!("branch = {glob:?}");
        assert_eq!(takes(&when, &push(branch)), expected, "{glob} {branch}");
    }
}

#[test]
fn a_list_of_globs_is_any_of_them_but_none_of_the_negated() {
    let when = r#"branch = ["release/*", "hotfix", "!release/old"]"#;
    assert!(takes(when, &push("release/1")));
    assert!(takes(when, &push("hotfix")));
    assert!(!takes(when, &push("release/old")));
    assert!(!takes(when, &push("main")));
}

#[test]
fn one_element_of_a_list_is_enough() {
    assert!(takes(r#"paths = "docs/*""#, &push("main")));
    assert!(takes(r#"paths = "!docs/*""#, &push("main")));
    assert!(!takes(
        r#"paths = ["**", "!docs/**", "!src/**"]"#,
        &push("main")
    ));
    let nothing = event("push", &json!({ "paths": [] }));
    assert!(!takes(r#"paths = "**""#, &nothing));
}

#[test]
fn a_dotted_name_looks_inside() {
    assert!(takes(r#""author.email" = "*@example.com""#, &push("main")));
    assert!(takes(r#""commits.subject" = "Fix *""#, &push("main")));
    assert!(!takes(r#""commits.body" = "**""#, &push("main")));
}

#[test]
fn what_the_event_lacks_matches_nothing() {
    assert!(!takes(r#"branch = "!main""#, &tag("v1")));
    let null = event("push", &json!({ "branch": null }));
    assert!(!takes(r#"branch = "**""#, &null));
}

#[test]
fn events_are_named_by_kind_or_group() {
    assert!(takes(r#"event = "push""#, &push("main")));
    assert!(takes(r#"event = "branch_event""#, &push("main")));
    assert!(takes(r#"event = "tag*""#, &tag("v1")));
    assert!(!takes(r#"event = "!tag""#, &tag("v1")));
    assert!(takes(r#"event = "!tag""#, &push("main")));
    assert!(takes(r#"event = ["push", "tag"]"#, &tag("v1")));
}

#[test]
fn numbers_and_flags() {
    let event = |n: f64| {
        event(
            "push",
            &json!({ "commits": n, "forced": true, "repo": "12" }),
        )
    };
    assert!(takes("forced = true", &event(1.0)));
    assert!(!takes("forced = false", &event(1.0)));
    assert!(takes("commits = 10", &event(10.0)));
    assert!(takes(r#"commits = ">= 10""#, &event(10.0)));
    assert!(!takes(r#"commits = "> 10""#, &event(10.0)));
    assert!(takes(r#"commits = "<10.5""#, &event(10.0)));
    assert!(takes(r#"commits = ["< 3", "> 7"]"#, &event(10.0)));
    assert!(takes(r#"repo = "!> 12""#, &event(1.0)));
    assert!(takes(r#"repo = "== 12""#, &event(1.0)));
}

#[test]
fn a_condition_looks_closer() {
    let settings = "[[route]]\nif = \"commits|length > 1 and not forced\"\nchannel = 1\n[[route]]\nchannel = 2\n";
    assert_eq!(channels(settings, &push_of("main", &["a", "b"])), ["1"]);
    assert_eq!(channels(settings, &push_of("main", &["a"])), ["2"]);
}

#[test]
fn a_condition_that_cannot_be_told_passes_the_event_on() {
    let settings = "[[route]]\nif = \"commits|length > 1\"\nchannel = 1\n[[route]]\nchannel = 2\n";
    let rules = rules(settings);
    let decision = rules.route(&tag("v1"));
    assert_eq!(decision.routes[0].0, 1);
    insta::assert_snapshot!(decision.warnings[0].render(false), @r#"
    error: cannot use this condition
      caused by: `commits` has no value in this event
     --> git.toml:2:7
      |
    2 | if = "commits|length > 1"
      |       ^^^^^^^
    hint: `when = { event = "…" }` keeps other events away
    "#);
}

#[test]
fn direct_messages_name_one_or_many() {
    let outgoing = |direct: &str| {
        let settings = format!("[[route]]\ndirect = {direct}\n");
        only(rules(&settings).render(&push("main")))
    };
    assert_eq!(outgoing("9").to, To::users([zulipkit_api::UserId(9)]));
    let two = r#"["b@example.com", "A@example.com"]"#;
    assert_eq!(
        outgoing(two).to,
        To::emails(["b@example.com", "A@example.com"])
    );
}

#[test]
fn the_wire_form_keeps_names_apart_from_ids() {
    let row = |settings: &str| {
        let (endpoint, body) = only(rules(settings).render(&tag("v1"))).to_row_parts();
        assert_eq!(endpoint, "POST /messages");
        serde_json::to_value(body).unwrap()
    };
    assert_eq!(
        row("[[route]]\nchannel = \"2026\"\n"),
        json!({ "type": "stream", "to": "\"2026\"", "topic": "website/v1", "content": "Ada tagged v1" })
    );
    assert_eq!(row("[[route]]\nchannel = 2026\n")["to"], json!(2026));
    assert_eq!(
        row("[[route]]\ndirect = [\"a@example.com\"]\n"),
        json!({ "type": "direct", "to": ["a@example.com"], "content": "Ada tagged v1" })
    );
}
