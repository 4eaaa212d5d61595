//! The events that the simulator sends have the shape of those that were recorded from a real server.

use std::{fs, path::Path};

use serde_json::Value;
use zulipkit_sim::{Credentials, Sim};

use crate::client::call;

/// Recorded kinds that the simulator does not send, with the reason.
const NOT_SENT: &[&str] = &[
    // The endpoints that cause them are not there.
    "default_streams",
    "default_streams-removed",
    "realm-update",
    "realm-update_dict-permission",
    "realm_bot-update-bot-channel",
    "realm_domains-add",
    "realm_export_consent",
    "realm_playgrounds",
    "realm_user_settings_defaults-update",
    "saved_snippets-add",
    // They come to queues of other forms or capabilities, or with time: the recorded scenarios have them.
    "delete_message-bulk.no_capabilities",
    "delete_message-channel.no_capabilities",
    "heartbeat",
    "message-channel-mention.apply_markdown",
    "message-local-id",
    "update_message-content.apply_markdown",
];

/// Keys of later servers, or that say nothing about what is simulated.
const LEFT_OUT: &[&str] = &[
    "avatar_url_medium",
    "avatar_source",
    "bot_owner",
    "topic_links",
    "can_remove_subscribers_group",
];

#[test]
fn events_look_as_recorded() {
    let sim = Sim::builder()
        .person("Ada", "ada@example.com")
        .start()
        .unwrap();
    let owner = sim.owner();
    let queue = call(
        &sim,
        &owner,
        "POST",
        "/register",
        &[(
            "client_capabilities",
            r#"{"notification_settings_null": true, "bulk_message_deletion": true}"#,
        )],
    );
    let queue = queue.unwrap().json()["queue_id"]
        .as_str()
        .unwrap()
        .to_owned();
    do_all(&sim, &owner);
    let params = [
        ("queue_id", queue.as_str()),
        ("last_event_id", "-1"),
        ("dont_block", "true"),
    ];
    let events = call(&sim, &owner, "GET", "/events", &params)
        .unwrap()
        .json();
    let events = events["events"].as_array().unwrap();

    let mut wrong = Vec::new();
    for (name, recorded) in recorded() {
        let alike = events.iter().filter(|event| is_alike(event, &recorded));
        let mut complaints: Vec<Vec<String>> =
            alike.map(|event| missing(event, &recorded, "")).collect();
        complaints.sort_by_key(Vec::len);
        match complaints.first() {
            _ if NOT_SENT.contains(&name.as_str()) => {}
            None => wrong.push(format!("{name}: no such event")),
            Some(best) if !best.is_empty() => wrong.push(format!("{name}: {}", best.join(", "))),
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Does something for each kind of event.
fn do_all(sim: &Sim, owner: &Credentials) {
    let run = |method: &str, path: &str, params: &[(&str, &str)]| -> Value {
        let answer = call(sim, owner, method, path, params).unwrap();
        assert_eq!(
            answer.status, 200,
            "{method} {path} {params:?}: {}",
            answer.body
        );
        answer.json()
    };
    let id = |answer: Value, key: &str| answer[key].to_string();
    let me = id(run("GET", "/users/me", &[]), "user_id");
    let ada = call(
        sim,
        &sim.account("ada@example.com").unwrap(),
        "GET",
        "/users/me",
        &[],
    )
    .unwrap();
    let ada = id(ada.json(), "user_id");
    let general = id(
        run("GET", "/get_stream_id", &[("stream", "general")]),
        "stream_id",
    );
    let send = |topic: &str, content: &str| {
        let params = [
            ("type", "channel"),
            ("to", "general"),
            ("topic", topic),
            ("content", content),
        ];
        id(run("POST", "/messages", &params), "id")
    };
    let direct = |to: &str| {
        run(
            "POST",
            "/messages",
            &[("type", "direct"), ("to", to), ("content", "x")],
        )
    };

    let plain = send("a", "plain");
    send("a", "@**Olivia Owner** @**all** hello");
    let poll = send("a", "/poll what\none");
    let one = id(direct(&format!("[{ada}]")), "id");
    direct(&format!("[{ada},{me}]"));
    let bot = id(
        run(
            "POST",
            "/bots",
            &[
                ("full_name", "B"),
                ("short_name", "b"),
                ("bot_type", "3"),
                ("payload_url", "\"http://127.0.0.1:1/\""),
            ],
        ),
        "user_id",
    );
    direct(&format!("[{ada},{bot}]"));
    run(
        "POST",
        "/submessage",
        &[
            ("message_id", &poll),
            ("msg_type", "widget"),
            ("content", r#"{"type":"vote","key":"canned,0","vote":1}"#),
        ],
    );
    run(
        "PATCH",
        &format!("/messages/{plain}"),
        &[("content", "changed")],
    );
    run("PATCH", &format!("/messages/{plain}"), &[("topic", "b")]);
    let other = [(
        "subscriptions",
        r#"[{"name":"other","description":"made"}]"#,
    )];
    run("POST", "/users/me/subscriptions", &other);
    let channel = id(
        run("GET", "/get_stream_id", &[("stream", "other")]),
        "stream_id",
    );
    run(
        "PATCH",
        &format!("/messages/{plain}"),
        &[("stream_id", &channel)],
    );
    let reactions = format!("/messages/{plain}/reactions");
    run("POST", &reactions, &[("emoji_name", "tada")]);
    run("DELETE", &reactions, &[("emoji_name", "tada")]);
    for (op, flag) in [("add", "read"), ("remove", "read"), ("add", "starred")] {
        run(
            "POST",
            "/messages/flags",
            &[
                ("messages", &format!("[{poll}]")),
                ("op", op),
                ("flag", flag),
            ],
        );
    }
    run("POST", "/mark_all_as_read", &[]);
    for op in ["start", "stop"] {
        run(
            "POST",
            "/typing",
            &[("op", op), ("to", &format!("[{ada}]"))],
        );
        run(
            "POST",
            "/typing",
            &[
                ("op", op),
                ("type", "channel"),
                ("stream_id", &general),
                ("topic", "t"),
            ],
        );
    }
    run("DELETE", &format!("/messages/{one}"), &[]);
    run("DELETE", &format!("/messages/{plain}"), &[]);
    run(
        "POST",
        &format!("/streams/{general}/delete_topic"),
        &[("topic_name", "a")],
    );

    for (property, value) in [("color", "\"#123456\""), ("is_muted", "true")] {
        let data =
            format!(r#"[{{"stream_id":{channel},"property":"{property}","value":{value}}}]"#);
        run(
            "POST",
            "/users/me/subscriptions/properties",
            &[("subscription_data", &data)],
        );
    }
    let principals = [("principals", format!("[{ada}]"))];
    let principals = (principals[0].0, principals[0].1.as_str());
    run(
        "POST",
        "/users/me/subscriptions",
        &[("subscriptions", r#"[{"name":"other"}]"#), principals],
    );
    run(
        "DELETE",
        "/users/me/subscriptions",
        &[("subscriptions", r#"["other"]"#), principals],
    );
    run(
        "PATCH",
        &format!("/streams/{channel}"),
        &[("description", "new"), ("new_name", "others")],
    );
    run(
        "DELETE",
        "/users/me/subscriptions",
        &[("subscriptions", r#"["others"]"#)],
    );
    run("DELETE", &format!("/streams/{channel}"), &[]);

    let general_channel = format!("/streams/{general}");
    run("PATCH", &general_channel, &[("is_private", "true")]);

    let user = [
        ("email", "new@example.com"),
        ("full_name", "New"),
        ("password", "x"),
    ];
    let user = id(run("POST", "/users", &user), "user_id");
    run(
        "PATCH",
        &format!("/users/{user}"),
        &[("full_name", "Newer"), ("role", "300")],
    );
    run("DELETE", &format!("/users/{user}"), &[]);
    run("POST", &format!("/users/{user}/reactivate"), &[]);
    run("PATCH", &format!("/bots/{bot}"), &[("full_name", "C")]);
    run("DELETE", &format!("/bots/{bot}"), &[]);

    run("POST", "/users/me/presence", &[("status", "active")]);
    run(
        "POST",
        "/users/me/status",
        &[("status_text", "busy"), ("emoji_name", "car")],
    );
    run(
        "POST",
        "/users/me/status",
        &[("status_text", ""), ("emoji_name", "")],
    );
    let field = id(
        run(
            "POST",
            "/realm/profile_fields",
            &[("name", "F"), ("field_type", "1")],
        ),
        "id",
    );
    run(
        "PATCH",
        "/users/me/profile_data",
        &[("data", &format!(r#"[{{"id":{field},"value":"v"}}]"#))],
    );
    run(
        "POST",
        "/users/me/alert_words",
        &[("alert_words", r#"["fire"]"#)],
    );
    run("POST", &format!("/users/me/muted_users/{ada}"), &[]);
    run(
        "POST",
        "/user_topics",
        &[
            ("stream_id", &general),
            ("topic", "t"),
            ("visibility_policy", "1"),
        ],
    );
    run("PATCH", "/settings", &[("enter_sends", "true")]);
    let draft =
        format!(r#"{{"type":"stream","to":[{general}],"topic":"t","content":"c","timestamp":1}}"#);
    let draft_id =
        run("POST", "/drafts", &[("drafts", &format!("[{draft}]"))])["ids"][0].to_string();
    run(
        "PATCH",
        &format!("/drafts/{draft_id}"),
        &[("draft", &draft)],
    );
    run("DELETE", &format!("/drafts/{draft_id}"), &[]);
    let later = [
        ("type", "channel"),
        ("to", &general),
        ("topic", "t"),
        ("content", "c"),
        ("scheduled_delivery_timestamp", "9999999999"),
    ];
    let later = id(
        run("POST", "/scheduled_messages", &later),
        "scheduled_message_id",
    );
    run(
        "PATCH",
        &format!("/scheduled_messages/{later}"),
        &[("content", "d")],
    );
    run("DELETE", &format!("/scheduled_messages/{later}"), &[]);
    run(
        "POST",
        "/user_groups/create",
        &[
            ("name", "g"),
            ("description", "d"),
            ("members", &format!("[{me}]")),
        ],
    );
    let groups = run("GET", "/user_groups", &[]);
    let group = groups["user_groups"].as_array().unwrap().last().unwrap()["id"].to_string();
    run(
        "POST",
        &format!("/user_groups/{group}/members"),
        &[("add", &format!("[{ada}]")), ("delete", &format!("[{me}]"))],
    );
    run(
        "PATCH",
        &format!("/user_groups/{group}"),
        &[("description", "e")],
    );
    run(
        "POST",
        "/realm/filters",
        &[
            ("pattern", "#(?P<id>[0-9]+)"),
            ("url_template", "https://example.com/{id}"),
        ],
    );
    upload(sim, owner, "/user_uploads", "text");
    let file = upload(sim, owner, "/user_uploads", "text");
    send("a", file["url"].as_str().unwrap());
    let attachments = run("GET", "/attachments", &[]);
    run(
        "DELETE",
        &format!("/attachments/{}", attachments["attachments"][0]["id"]),
        &[],
    );
    upload(sim, owner, "/realm/emoji/own", "GIF8");
    let message = send("a", "x");
    run(
        "POST",
        &format!("/messages/{message}/reactions"),
        &[("emoji_name", "own")],
    );
}

fn upload(sim: &Sim, who: &Credentials, path: &str, content: &str) -> Value {
    let head = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"pay.txt\"\r\n\r\n";
    let body = format!("{head}{content}\r\n--b--\r\n");
    let headers = [("Content-Type", "multipart/form-data; boundary=b")];
    let path = format!("/api/v1{path}");
    let answer = crate::client::request(sim, Some(who), "POST", &path, &headers, &body).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn recorded() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/payloads/events");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                name,
                serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(),
            )
        })
        .collect()
}

fn is_alike(event: &Value, recorded: &Value) -> bool {
    event["type"] == recorded["type"] && event["op"] == recorded["op"]
}

/// Ids as keys are another organization's.
fn is_compared(key: &str) -> bool {
    !LEFT_OUT.contains(&key) && key.parse::<u64>().is_err()
}

/// The keys that the recorded event has and this one lacks, or has of another type.
fn missing(event: &Value, recorded: &Value, place: &str) -> Vec<String> {
    match (event, recorded) {
        (Value::Object(event), Value::Object(recorded)) => {
            let wanted = recorded.iter().filter(|(key, _)| is_compared(key));
            let check = |(key, value): (&String, &Value)| {
                let place = format!("{place}.{key}");
                match event.get(key) {
                    Some(own) => missing(own, value, &place),
                    None => vec![place],
                }
            };
            wanted.flat_map(check).collect()
        }
        (Value::Array(event), Value::Array(recorded)) => match (event.first(), recorded.first()) {
            (Some(event), Some(recorded)) => missing(event, recorded, &format!("{place}[0]")),
            _ => Vec::new(),
        },
        (Value::Null, _) | (_, Value::Null) => Vec::new(),
        (event, recorded) => {
            let is_same = std::mem::discriminant(event) == std::mem::discriminant(recorded);
            if is_same {
                Vec::new()
            } else {
                vec![format!("{place} is {event}")]
            }
        }
    }
}
