use serde_json::{Value, json};
use zulipkit_integrations::Collected;
use zulipkit_integrations::driver::Call;
use zulipkit_integrations::trac::{DEFAULTS, Settings, collect};

fn collected(said: &str, options: &str) -> Collected {
    let text = format!("[trac]\n{options}\n[people]\nlee = 12\n\"kim@example.com\" = 13\n");
    let path = "trac.toml".as_ref();
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &text).unwrap();
    let call = Call {
        hook: "event".to_owned(),
        input: said.as_bytes().to_owned(),
        ..Call::default()
    };
    collect(&call, &settings.value, jiff::Timestamp::UNIX_EPOCH)
}

fn kinds(collected: &Collected) -> Vec<&str> {
    let events = collected.events.iter();
    events.map(|event| event.kind.as_str()).collect()
}

/// A change of a ticket by lee.
fn change(id: u64, changes: &Value, comment: &str, batch: Option<&str>) -> String {
    let facts = json!({
        "id": id,
        "url": format!("https://trac.example.com/p/ticket/{id}"),
        "base_url": "https://trac.example.com/p",
        "author": {"username": "lee"},
        "values": {"summary": format!("Ticket {id}"), "component": if id.is_multiple_of(2) { "even" } else { "odd" }},
        "changes": changes,
        "comment": comment,
        "batch": batch,
    });
    json!({"kind": "ticket_changed", "facts": facts}).to_string() + "\n"
}

fn milestone(new: &str) -> Value {
    json!([{"field": "milestone", "label": "Milestone", "type": "select", "old": "", "new": new}])
}

/// What a plugin of the first version said in a real Trac is understood for good.
#[test]
fn all_that_the_first_plugin_said_is_understood() {
    let collected = collected(include_str!("said.jsonl"), "");
    assert!(collected.warnings.is_empty(), "{:?}", collected.warnings);
    assert_eq!(collected.events.len(), 24);
    assert_eq!(kinds(&collected)[23], "tickets_changed");
    assert_eq!(
        collected.events[0].happened.to_string(),
        "2026-03-01T12:00:00Z"
    );
}

#[test]
fn what_an_older_program_does_not_know_keeps_nothing_else_back() {
    let said = format!(
        "{}\n{}{}\n{}",
        json!({"kind": "ticket_merged", "facts": {}}),
        change(1, &milestone("1.0"), "", None),
        json!({"kind": "ticket_deleted", "facts": {"id": "seven"}}),
        json!({"kind": "page_deleted", "facts": {"page": "Start", "new_fact": [1]}}),
    );
    let collected = collected(&said, "");
    assert_eq!(kinds(&collected), ["ticket_changed", "page_deleted"]);
    let warnings: Vec<String> = collected.warnings.iter().map(ToString::to_string).collect();
    assert!(
        warnings[0].contains("cannot tell of an event `ticket_merged`"),
        "{warnings:?}"
    );
    assert!(
        warnings[1].contains("cannot read the facts of an event `ticket_deleted`"),
        "{warnings:?}"
    );
}

#[test]
fn the_same_change_of_several_tickets_is_one_event() {
    let said: String = (1..=30)
        .map(|id| change(id, &milestone("1.0"), "moved", None))
        .collect();
    let collected = collected(&said, "");
    assert_eq!(kinds(&collected), ["tickets_changed"]);
    let facts = &collected.events[0].facts;
    assert_eq!((&facts["count"], &facts["more"]), (&json!(30), &json!(10)));
    assert_eq!(
        facts["query_url"],
        "https://trac.example.com/p/query?id=1-30"
    );
    assert_eq!(facts["component"], json!(["even", "odd"]));
    assert_eq!(facts["changes"][0]["new"], "1.0");
    assert_eq!(facts["author"]["user_id"], 12);
}

#[test]
fn different_changes_are_one_event_only_if_one_request_made_them() {
    let all = |batch: Option<&str>| {
        change(1, &milestone("1.0"), "", batch) + &change(2, &milestone("2.0"), "", batch)
    };
    assert_eq!(
        kinds(&collected(&all(None), "")),
        ["ticket_changed", "ticket_changed"]
    );
    let together = collected(&all(Some("b")), "");
    assert_eq!(kinds(&together), ["tickets_changed"]);
    assert_eq!(
        together.events[0].facts["changes"],
        json!([]),
        "they have none in common"
    );
    let said = change(1, &json!([]), "again", None).repeat(2);
    assert_eq!(
        kinds(&collected(&said, "")).len(),
        2,
        "two comments on one ticket"
    );
    let said = all(Some("b"));
    assert_eq!(kinds(&collected(&said, "batch = 0")).len(), 2);
    assert_eq!(kinds(&collected(&said, "batch = 3")).len(), 2);
}

#[test]
fn fields_that_are_not_wanted_are_not_told() {
    let cc =
        json!([{"field": "cc", "type": "text", "format": "list", "old": "a, b", "new": "b; c"}]);
    let collect = |said: &str, fields: &str| collected(said, &format!("fields = {fields}"));
    let with_comment = change(1, &cc, "look", None);
    let told = collect(&with_comment, r#"["*", "!cc"]"#);
    assert_eq!(told.events[0].facts["changes"], json!([]));
    assert_eq!(told.events[0].facts["action"], "commented");
    assert!(
        collect(&change(1, &cc, "", None), r#"["*", "!cc"]"#)
            .events
            .is_empty()
    );
    let told = collect(&with_comment, r#"["cc"]"#);
    assert_eq!(told.events[0].facts["comment"], "");
    assert_eq!(told.events[0].facts["changes"][0]["added"], json!(["c"]));
    assert_eq!(told.events[0].facts["changes"][0]["removed"], json!(["a"]));
    let many = change(1, &cc, "", Some("b")) + &change(2, &cc, "", Some("b"));
    assert!(collect(&many, r#"["status"]"#).events.is_empty());
}

#[test]
fn a_topic_is_stable_if_so_set() {
    let said = json!({"kind": "ticket_deleted", "facts": {
        "id": 7, "first_summary": "Before", "values": {"summary": "After"},
    }});
    let topic = |options: &str| {
        let collected = collected(&said.to_string(), options);
        collected.events[0].facts["topic"].clone()
    };
    assert_eq!(topic(""), "Before");
    assert_eq!(topic("stable_topics = false"), "After");
}

#[test]
fn addresses_without_a_host_are_no_links() {
    let said = json!({"kind": "page_deleted", "facts": {"page": "Start", "url": "/wiki/Start", "base_url": ""}});
    let collected = collected(&said.to_string(), "");
    assert_eq!(collected.events[0].facts["url"], Value::Null);
    assert_eq!(collected.events[0].facts["author"], Value::Null);
}
