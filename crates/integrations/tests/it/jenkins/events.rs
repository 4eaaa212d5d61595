use zulipkit_integrations::driver::{Call, Instance as _};
use zulipkit_integrations::jenkins::{DEFAULTS, Home, Settings};
use zulipkit_notify::Event;
use zulipkit_settings::Environment;

const PIPELINE: [(&str, &str); 8] = [
    ("JOB_NAME", "Shop tools/api/release%2F1.0"),
    ("JOB_URL", "https://ci.example.com/job/x/"),
    ("BUILD_NUMBER", "7"),
    ("BUILD_URL", "https://ci.example.com/job/x/7/"),
    ("BRANCH_NAME", "release/1.0"),
    ("CHANGE_ID", "12"),
    ("CHANGE_TITLE", "Gift cards"),
    ("DEPLOY_TOKEN", "tok-1234567"),
];

/// What becomes of a call in such an environment: the events, and the warnings.
fn events(
    hook: &str,
    arguments: &[&str],
    input: &str,
    variables: &[(&str, &str)],
) -> (Vec<Event>, Vec<String>) {
    let environment = Environment::of(variables.iter().copied());
    let path = "jenkins.toml".as_ref();
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, path, "")
        .unwrap()
        .value;
    let mut call = Call {
        hook: hook.to_owned(),
        arguments: arguments.iter().map(Into::into).collect(),
        input: input.as_bytes().to_vec(),
        ..Call::default()
    };
    Home::of_hook(&call, &environment)
        .unwrap()
        .complete(&mut call, &environment);
    // It may be told later, by a process in another environment.
    let later = Home::of_hook(&call, &Environment::default()).unwrap();
    let collected = later.collect(&call, &settings, "2026-03-01T12:00:00Z".parse().unwrap());
    let warnings = collected.warnings.iter().map(|warning| warning.one_line());
    (collected.events, warnings.collect())
}

fn event(hook: &str, arguments: &[&str], input: &str) -> Event {
    let (mut events, warnings) = events(hook, arguments, input, &PIPELINE);
    assert_eq!((events.len(), &warnings[..]), (1, &[][..]));
    events.remove(0)
}

#[test]
fn a_step_tells_of_its_build_from_the_variables() {
    let event = event("build", &["failure"], "");
    let facts = &event.facts;
    assert_eq!(facts["job"], "Shop tools/api/release/1.0");
    assert_eq!(facts["title"], "Shop tools » api » release/1.0");
    assert_eq!(
        (&facts["number"], &facts["name"]),
        (&7.into(), &"#7".into())
    );
    assert_eq!(
        (&facts["result"], &facts["status"], &facts["news"]),
        (&"FAILURE".into(), &"failure".into(), &true.into())
    );
    assert_eq!(facts["change_request"]["title"], "Gift cards");
}

#[test]
fn without_a_result_it_is_unknown_and_told() {
    let event = event("build", &[], "");
    assert_eq!(
        (&event.facts["result"], &event.facts["news"]),
        (&"UNKNOWN".into(), &true.into())
    );
}

#[test]
fn outside_of_a_build_there_is_nothing_to_tell() {
    let (events, warnings) = events("build", &["FAILURE"], "", &[("BUILD_NUMBER", "7")]);
    assert!(events.is_empty());
    assert_eq!(
        warnings,
        [
            "cannot tell of a build: nobody says which job it was; run this inside of a build, where `JOB_NAME` and `BUILD_NUMBER` are set"
        ]
    );
}

#[test]
fn what_is_said_wins_over_the_variables_and_secrets_are_masked() {
    let event = event(
        "event",
        &[],
        r#"{"kind": "build", "facts": {"url": "https://display/7", "result": "SUCCESS", "previous_result": "FAILURE", "failures": 3,
            "failing_since": 0, "started": 7000000, "duration_ms": 200000, "description": "with tok-1234567 inside",
            "changes": [{"id": "4be1a62d0c8f", "message": "one\n\nmore", "author": {"name": "Kim"}}, {}]}}"#,
    );
    let facts = &event.facts;
    assert_eq!(facts["url"], "https://display/7");
    assert_eq!(
        (&facts["status"], &facts["failures"], &facts["failing_for"]),
        (&"fixed".into(), &3.into(), &"2 h".into())
    );
    assert_eq!(facts["description"], "with **** inside");
    assert_eq!(facts["changes"][0]["subject"], "one");
    assert_eq!(facts["changes"][1]["subject"], "(no subject)");
    assert_eq!(facts["committers"].as_array().unwrap().len(), 1);
}

#[test]
fn another_builds_event_takes_nothing_from_the_variables() {
    let event = event(
        "event",
        &[],
        r#"{"kind": "build", "facts": {"job": "other", "number": 7, "result": "NULL"}}"#,
    );
    assert_eq!(
        (&event.facts["job_url"], &event.facts["branch"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(event.facts["status"], "unknown");
}

#[test]
fn what_cannot_be_used_is_a_warning() {
    let input = "{\"kind\": \"gossip\"}\n{\"kind\": \"message\", \"facts\": {\"text\": \" \"}}\n{\"kind\": \"build\", \"facts\": {\"number\": -1}}\nnonsense";
    let (events, warnings) = events("event", &[], input, &PIPELINE);
    assert!(events.is_empty());
    assert_eq!(warnings.len(), 4, "{warnings:#?}");
    let event = event(
        "event",
        &[],
        r#"{"kind": "message", "facts": {"text": "**hi**", "channel": " deploy "}}"#,
    );
    assert_eq!(
        (
            &event.facts["text"],
            &event.facts["channel"],
            &event.facts["topic"]
        ),
        (&"**hi**".into(), &"deploy".into(), &serde_json::Value::Null)
    );
}
