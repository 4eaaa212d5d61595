use std::error::Error as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::{Error, Policy};

use crate::server::{Act, Server, answer};
use crate::{KEY, agent, client, credentials};

/// Returns all that can be printed of an error.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(" {error} {error:?}");
        cause = error.source();
    }
    text
}

#[tokio::test]
async fn no_error_shows_the_key() {
    let token = BASE64_STANDARD.encode(format!("bot@example.com:{KEY}"));
    let page = format!("<p>You sent {KEY} as Basic {token}</p>");
    let refusal = format!(
        r#"{{"result": "error", "msg": "bad key {KEY}", "code": "X", "seen": ["{token}"]}}"#
    );
    let location = [(
        "Location",
        "https://bot:vK7sEcReT1234567890abcdefghijklm@x.example/?k=1",
    )];
    let acts = [
        Act::Answer(answer("200 OK", &[], &page)),
        Act::Answer(answer("502 Bad Gateway", &[], &page)),
        Act::Answer(answer("429 Slow", &[], &page)),
        Act::Answer(answer("401 Unauthorized", &[], &refusal)),
        Act::Answer(answer("302 Found", &location, "")),
        Act::Answer(answer("200 OK", &[], &refusal)),
        Act::Reset,
    ];
    for act in acts {
        let server = Server::start([act.clone()]).await;
        let message = SendMessage::new(To::channel("commits", "main"), "hello");
        let error = client(&server.site).send(&message).await.unwrap_err();
        let shown = everything(&error);
        assert!(!shown.contains(KEY) && !shown.contains(&token), "{shown}");
        assert!(
            server.got()[0].contains(&token),
            "the server itself does get it"
        );
    }
}

#[test]
fn neither_credentials_nor_client_show_the_key() {
    let credentials = credentials("http://zulip.example.com", "bot@example.com");
    let client = zulipkit_api::Client::new(credentials.clone(), &agent())
        .unwrap()
        .with_policy(Policy::once());
    let shown = format!("{credentials:?} {client:?}");
    assert!(!shown.contains(KEY), "{shown}");
    assert!(shown.contains("bot@example.com"));
}
