use std::error::Error as _;

use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::server::GetServerSettings;
use zulipkit_api::{Error, Retry};

use crate::client;
use crate::server::{Act, Server, answer};

fn message() -> SendMessage {
    SendMessage::new(To::channel("commits", "main"), "hello")
}

async fn settings_error(status: &str, content_type: &str, body: &str) -> Error {
    let server = Server::answering(status, content_type, body).await;
    client(&server.site)
        .send(&GetServerSettings::new())
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_page_that_is_not_zulips_is_named_with_address_status_type_and_words() {
    let body = "<!DOCTYPE html><html><head><title>Not Found</title><style>p { color: red }</style></head>\n\
                <body><script>alert(1 < 2)</script><h1>404</h1><p>No &amp; nothing\nhere</p><!-- > hidden --></body></html>";
    let server = Server::answering("404 Not Found", "text/html", body).await;
    let error = client(&server.site)
        .send(&GetServerSettings::new())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "not JSON from a Zulip server at {}/api/v1/server_settings: status 404, text/html: \
             Not Found 404 No & nothing here",
            server.site
        )
    );
    assert_eq!(error.retry(), Retry::Permanent);
}

#[tokio::test]
async fn a_log_in_page_is_no_success() {
    let error = settings_error("200 OK", "text/html; charset=utf-8", "<h1>Log in</h1>").await;
    assert!(
        error
            .to_string()
            .ends_with("status 200, text/html; charset=utf-8: Log in")
    );
    assert_eq!(error.retry(), Retry::Unclear);
}

#[tokio::test]
async fn a_bad_gateway_leaves_a_message_unclear_and_is_not_repeated() {
    let body = "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>";
    let server = Server::answering("502 Bad Gateway", "text/html", body).await;
    let waiting = client(&server.site).with_policy(zulipkit_api::Policy::default());
    let error = waiting.send(&message()).await.unwrap_err();
    assert_eq!(error.retry(), Retry::Unclear);
    assert_eq!(error.status(), Some(502));
    assert!(
        error.to_string().ends_with("502 Bad Gateway nginx"),
        "{error}"
    );
    assert_eq!(server.got().len(), 1);
}

#[tokio::test]
async fn a_long_page_is_cut_at_200_characters() {
    let page = "ä".repeat(500);
    let Error::Unexpected { excerpt, .. } = settings_error("500 Oops", "text/plain", &page).await
    else {
        panic!("a page is unexpected");
    };
    assert_eq!(excerpt.chars().count(), 200);
    assert!(excerpt.ends_with("ä…"));
}

#[tokio::test]
async fn a_refusal_keeps_the_servers_words_code_and_further_keys() {
    let body = r#"{"result": "error", "msg": "Kanal 'x' gibt es nicht", "code": "STREAM_DOES_NOT_EXIST", "stream": "x"}"#;
    let server = Server::answering("400 Bad Request", "application/json", body).await;
    let error = client(&server.site).send(&message()).await.unwrap_err();
    assert_eq!(error.code(), Some("STREAM_DOES_NOT_EXIST"));
    assert_eq!(error.retry(), Retry::Permanent);
    assert_eq!(
        error.to_string(),
        "Kanal 'x' gibt es nicht (STREAM_DOES_NOT_EXIST)"
    );
    let Error::Api(refusal) = error else {
        panic!("the server refused");
    };
    assert_eq!(refusal.extra["stream"], "x");
    assert_eq!(refusal.extra.len(), 1);
}

#[tokio::test]
async fn a_refusal_as_html_and_without_a_code_is_still_zulips() {
    let body = r#"{"result": "error", "msg": "Method Not Allowed", "allowed_methods": ["GET"]}"#;
    let error = settings_error("405 Method Not Allowed", "text/html; charset=utf-8", body).await;
    assert_eq!((error.status(), error.code()), (Some(405), None));
    assert_eq!(error.to_string(), "Method Not Allowed");
}

#[tokio::test]
async fn refused_credentials_are_told_from_a_proxys_401() {
    let body = r#"{"result": "error", "msg": "Invalid API key", "code": "INVALID_API_KEY"}"#;
    let error = settings_error("401 Unauthorized", "application/json", body).await;
    assert!(error.is_auth());
    let error = settings_error("401 Unauthorized", "text/html", "<h1>Proxy</h1>").await;
    assert!(!error.is_auth());
    assert_eq!(error.retry(), Retry::Permanent);
}

#[tokio::test]
async fn json_that_is_not_an_answer_is_unexpected() {
    for body in [
        r#"{"status": "ok"}"#,
        "[]",
        "null",
        "",
        r#"{"result": "success""#,
    ] {
        let error = settings_error("200 OK", "application/json", body).await;
        assert!(matches!(error, Error::Unexpected { .. }), "{body}");
    }
}

#[tokio::test]
async fn a_success_without_its_result_is_unclear() {
    let body = r#"{"result": "success", "msg": ""}"#;
    let server = Server::answering("200 OK", "application/json", body).await;
    let error = client(&server.site).send(&message()).await.unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "missing field `id`");
    assert_eq!(error.retry(), Retry::Unclear);
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let elsewhere = Server::answering("200 OK", "application/json", "{}").await;
    let location = format!("{}/login?next=/api", elsewhere.site);
    let redirect = answer("302 Found", &[("Location", &location)], "");
    let server = Server::start([Act::Answer(redirect)]).await;
    let error = client(&server.site).send(&message()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with(&format!("redirects to {}/login", elsewhere.site))
    );
    assert_eq!(error.retry(), Retry::Permanent);
    assert_eq!(elsewhere.got().len(), 0);
}
