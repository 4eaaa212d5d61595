use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use zulipkit_api::events::{Event, EventKind};
use zulipkit_api::{MessageId, Op};

fn read(event: Value) -> Event {
    serde_json::from_value(event).unwrap()
}

/// Tells whether all that is in one value is in another one as well; what is null may be left out.
fn is_within(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part.iter().all(|(key, value)| {
            value.is_null() || whole.get(key).is_some_and(|other| is_within(value, other))
        }),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len() && part.iter().zip(whole).all(|(a, b)| is_within(a, b))
        }
        (part, whole) => part == whole,
    }
}

#[track_caller]
fn assert_known(event: &Value, from: &str) {
    let read = read(event.clone());
    assert!(
        !matches!(read.kind, EventKind::Unknown(_)),
        "{from}: {event}"
    );
    let written = serde_json::to_value(&read).unwrap();
    assert!(is_within(event, &written), "{from}: {event}\n{written}");
}

#[test]
fn what_a_server_sent_is_known_and_kept() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/events");
    let files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 88);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert_known(
            &serde_json::from_str(&text).unwrap(),
            &file.display().to_string(),
        );
    }
}

#[test]
fn every_type_of_the_description_is_known() {
    let Some(description) = crate::description::description() else {
        return;
    };
    let examples = crate::description::event_examples(&description);
    assert!(examples.len() > 70, "{}", examples.len());
    for example in examples {
        let mut example = example.clone();
        // Some examples leave the id out, which every event of a queue has.
        example
            .as_object_mut()
            .unwrap()
            .entry("id")
            .or_insert(json!(0));
        assert_known(&example, "the description");
    }
}

#[test]
fn an_event_that_is_not_as_it_should_be_is_kept_as_it_came() {
    for event in [
        json!({"id": 1, "type": "brand_new", "op": "add", "deep": {"x": [1, null]}}),
        json!({"id": 1, "type": "reaction", "op": "add", "message_id": "seven"}),
        json!({"id": 1, "type": "stream", "op": "rename", "stream_id": 3}),
    ] {
        let read = read(event.clone());
        assert!(matches!(read.kind, EventKind::Unknown(_)), "{event}");
        assert_eq!(serde_json::to_value(&read).unwrap(), event);
    }
    for event in [json!({"type": "message"}), json!({"id": 1}), json!([])] {
        assert!(serde_json::from_value::<Event>(event).is_err());
    }
}

#[test]
fn what_older_and_newer_servers_call_things_is_understood() {
    let deleted = read(
        json!({"id": 1, "type": "delete_message", "message_id": 7, "message_type": "private"}),
    );
    let EventKind::MessagesDeleted(deleted) = deleted.kind else {
        panic!("{deleted:?}");
    };
    assert_eq!(deleted.ids().collect::<Vec<_>>(), [MessageId(7)]);

    let flags = read(
        json!({"id": 1, "type": "update_message_flags", "operation": "remove", "flag": "read", "messages": []}),
    );
    let EventKind::Flags(flags) = flags.kind else {
        panic!("{flags:?}");
    };
    assert_eq!(flags.op(), Some(&Op::Remove));

    let removed = read(json!({"id": 1, "type": "stream", "op": "delete", "stream_ids": [3]}));
    let EventKind::ChannelsRemoved(removed) = removed.kind else {
        panic!("{removed:?}");
    };
    assert_eq!(removed.ids()[0].0, 3);

    let edited = read(json!({"id": 1, "type": "update_message", "message_id": 7, "topic": "new"}));
    let EventKind::MessageUpdated(edited) = edited.kind else {
        panic!("{edited:?}");
    };
    assert_eq!(edited.topic.as_deref(), Some("new"));

    let steps = read(json!({"id": 1, "type": "hotspots", "hotspots": []}));
    assert!(matches!(steps.kind, EventKind::OnboardingSteps(_)));
}

#[test]
fn no_key_of_a_bot_is_shown() {
    let event = include_str!("../data/events/realm_bot-add-bot.json");
    let event: Event = serde_json::from_str(event).unwrap();
    assert!(!format!("{event:?}").contains("XXXX"), "{event:?}");
}
