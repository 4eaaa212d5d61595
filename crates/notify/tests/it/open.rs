//! Events of users' own scripts, whose facts nobody knows beforehand.

use serde::Deserialize;
use toml::Spanned;
use zulipkit_notify::{Event, Limits, Product, Route, Rules, Source, Templates, Vocabulary};

use crate::world::{only, topic};

#[derive(Deserialize)]
struct Settings {
    route: Vec<Spanned<Route>>,
    templates: Templates,
}

#[test]
fn any_event_can_be_routed_and_worded() {
    let text = r#"
        [[route]]
        when = { event = "backup*", size = "> 0" }
        channel = "backups"
        [templates]
        backup_done = "Backup of {{ host }}: {{ size }} bytes"
    "#;
    let settings: Settings = toml::from_str(text).unwrap();
    let product = Product {
        vocabulary: Vocabulary::Open,
        texts: &[],
        filters: &[],
    };
    let source = Source {
        path: "event.toml".into(),
        text: text.to_owned(),
    };
    let rules = Rules::new(
        source,
        settings.route,
        settings.templates,
        product,
        Limits::default(),
    )
    .unwrap();
    assert!(rules.check().is_empty());
    let event: Event = serde_json::from_str(
        r#"{"integration": "cron", "kind": "backup_done", "facts": {"host": "db1", "size": 12}, "happened": "2026-03-01T12:00:00Z"}"#,
    )
    .unwrap();
    let outgoing = only(rules.render(&event));
    assert_eq!(
        (topic(&outgoing), outgoing.content.as_str()),
        ("cron", "Backup of db1: 12 bytes")
    );
}

#[test]
fn settings_are_not_shown_with_their_keys() {
    let source = Source {
        path: "git.toml".into(),
        text: "key = \"abcdef\"".to_owned(),
    };
    assert!(!format!("{source:?}").contains("abcdef"));
}

#[test]
fn an_event_is_the_same_after_its_way_through_json() {
    let event = crate::world::push("main");
    let json = serde_json::to_string(&event).unwrap();
    assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
    assert!(json.contains(r#""happened":"2026-03-01T12:00:00Z""#));
    let wrong = json.replace("\"kind\"", "\"kinds\"");
    let error = serde_json::from_str::<Event>(&wrong).unwrap_err();
    assert!(error.to_string().starts_with("unknown field `kinds`"));
}
