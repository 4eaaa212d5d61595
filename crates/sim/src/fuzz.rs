//! No request makes an endpoint panic, whatever its parameters. `PROPTEST_CASES` tries longer.

use std::cell::RefCell;

use axum::{
    body::Bytes,
    http::{HeaderMap, Method},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use crate::{
    accounts::Accounts,
    call::{Call, Request},
    ids::UserId,
    organization::Organization,
    params::{File, Params},
    routes,
    settings::Settings,
};

/// The parameters of all endpoints.
const NAMES: &[&str] = &[
    "add",
    "alert_words",
    "all_public_streams",
    "anchor",
    "apply_markdown",
    "bot_type",
    "client_capabilities",
    "client_gravatar",
    "content",
    "data",
    "delete",
    "description",
    "dont_block",
    "draft",
    "drafts",
    "email",
    "emoji_code",
    "emoji_name",
    "event_types",
    "field_type",
    "flag",
    "full_name",
    "include_anchor",
    "interface_type",
    "invite_only",
    "keys",
    "last_event_id",
    "members",
    "message_id",
    "message_ids",
    "messages",
    "msg_ids",
    "msg_type",
    "name",
    "narrow",
    "new_name",
    "num_after",
    "num_before",
    "op",
    "order",
    "ordered_linkifier_ids",
    "password",
    "pattern",
    "payload_url",
    "principals",
    "propagate_mode",
    "queue_id",
    "queue_lifespan_secs",
    "reaction_type",
    "role",
    "scheduled_delivery_timestamp",
    "short_name",
    "status",
    "status_text",
    "storage",
    "stream",
    "stream_id",
    "subscription_data",
    "subscriptions",
    "to",
    "topic",
    "topic_name",
    "type",
    "url_template",
    "username",
    "visibility_policy",
    "widget_content",
];

/// Values that lead further than nonsense does.
const WORDS: &[&str] = &[
    "true",
    "false",
    "null",
    "-1",
    "0",
    "1",
    "2",
    "3",
    "99999999999999999999",
    "1e999",
    "general",
    "\"general\"",
    "owner@example.com",
    "channel",
    "direct",
    "stream",
    "private",
    "newest",
    "oldest",
    "first_unread",
    "add",
    "remove",
    "start",
    "stop",
    "read",
    "starred",
    "change_all",
    "change_later",
    "change_one",
    "active",
    "idle",
    "tada",
    "+1",
    "realm_emoji",
    "#(?P<id>[0-9]+)",
    "https://x/{id}",
    "(",
    "{",
    "[]",
    "{}",
    "[1,2]",
    "[1,\"a\"]",
    "[\"a\"]",
    "/poll q\na",
    "@**all** @**Olivia Owner**",
    "{\"a\":\"b\"}",
    "[{\"name\":\"new\"}]",
    "[{\"type\":\"stream\",\"to\":[1]}]",
    "{\"widget_type\":\"zform\",\"extra_data\":{}}",
    "[[\"channel\",\"general\"]]",
    "[[\"is\",\"unread\"]]",
];

const OPERATORS: &[&str] = &[
    "channel",
    "stream",
    "topic",
    "dm",
    "pm-with",
    "dm-including",
    "sender",
    "near",
    "id",
    "is",
    "has",
    "search",
    "with",
    "channels",
    "streams",
    "group-pm-with",
    "in",
    "",
];

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..30).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        select(WORDS).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let keys = prop_oneof![select(NAMES).prop_map(str::to_owned), ".{0,4}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(keys, inner, 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn narrow() -> impl Strategy<Value = String> {
    let term = (
        select(OPERATORS),
        json_value(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(operator, operand, negated, is_pair)| {
            if is_pair {
                json!([operator, operand])
            } else {
                json!({"operator": operator, "operand": operand, "negated": negated})
            }
        });
    proptest::collection::vec(term, 0..4).prop_map(|terms| Value::from(terms).to_string())
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(WORDS).prop_map(str::to_owned),
        2 => json_value().prop_map(|value| value.to_string()),
        1 => narrow(),
        1 => ".{0,20}",
        1 => (0u32..40).prop_map(|number| number.to_string()),
    ]
}

fn params() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec((select(NAMES).prop_map(str::to_owned), value()), 0..12)
}

fn files() -> impl Strategy<Value = Vec<File>> {
    let start = select(vec![&b"\x89PNG\r\n\x1a\n"[..], b"GIF8", b"", b"text"]);
    let file = (".{0,8}", start).prop_map(|(name, bytes)| File {
        name,
        content_type: None,
        bytes: Bytes::from_static(bytes),
    });
    proptest::collection::vec(file, 0..2)
}

thread_local! {
    /// One for all cases, so that they meet what others have made.
    static WORLD: RefCell<Organization> = RefCell::new(world());
}

fn world() -> Organization {
    let mut organization = Organization::new("http://sim".to_owned(), Settings::default());
    let accounts = Accounts::create(&mut organization);
    accounts.add_channel(&mut organization, "general");
    organization
}

proptest! {
    #[test]
    fn no_parameters_make_an_endpoint_panic(
        route in 0..routes::count(),
        method in select(vec![Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE]),
        params in params(),
        files in files(),
        ids in proptest::collection::vec(0u64..60, 2),
        user in 10u64..13,
    ) {
        let Some(endpoint) = routes::nth(route).endpoint(&method) else {
            return Ok(());
        };
        let call = Call {
            method,
            path: String::new(),
            headers: HeaderMap::new(),
            params: Params::new(params),
            files,
        };
        let path = ids.iter().map(ToString::to_string).collect();
        let request = Request { call: &call, user: Some(UserId(user)), path };
        WORLD.with_borrow_mut(|world| {
            // So that long runs do not grow without end.
            if world.messages.len() > 500 {
                *world = self::world();
            }
            // Whatever it answers, it has answered.
            drop(endpoint(world, &request));
        });
    }

    #[test]
    fn no_path_makes_the_router_panic(path in ".{0,40}") {
        let _route = routes::find(&path);
    }
}
