use std::error::Error as _;
use std::time::Duration;

use tokio::net::TcpListener;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::{Client, Error, Policy, Retry};

use crate::client;
use crate::server::{Act, Server, success};

const SENT: &str = r#"{"result": "success", "msg": "", "id": 42}"#;

fn message() -> SendMessage {
    SendMessage::new(To::channel("commits", "main"), "hello")
}

async fn error(client: &Client) -> Error {
    client.send(&message()).await.unwrap_err()
}

fn cause(error: &Error) -> String {
    error
        .source()
        .expect("a transport error has a cause")
        .to_string()
}

/// Tries once, and waits for no answer longer than a moment.
fn impatient(site: &str) -> Client {
    client(site).with_policy(Policy {
        one_try: Duration::from_millis(300),
        ..Policy::once()
    })
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = error(&client(&site)).await;
    assert_eq!(error.retry(), Retry::NothingSent);
    assert_eq!(error.to_string(), format!("no answer from {site}"));
    assert!(
        cause(&error).starts_with("Connection refused"),
        "{}",
        cause(&error)
    );
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_sent_nothing() {
    // Too long for the domain name system, so that the test asks no one.
    let site = format!("http://{}.example", "x".repeat(64));
    let error = error(&client(&site)).await;
    assert_eq!(error.retry(), Retry::NothingSent);
    assert!(
        cause(&error).starts_with("the name of the server cannot be resolved: "),
        "{}",
        cause(&error)
    );
}

#[tokio::test]
async fn a_reset_is_unclear_whenever_it_comes() {
    for act in [Act::ResetAtOnce, Act::Reset] {
        let server = Server::start([act.clone()]).await;
        let error = error(&client(&server.site).with_policy(Policy::default())).await;
        assert_eq!(error.retry(), Retry::Unclear, "{act:?}");
        assert!(server.got().len() <= 1, "{act:?}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_left_and_the_outcome_is_unclear() {
    let server = Server::start([Act::Hang]).await;
    let error = error(&impatient(&server.site)).await;
    assert_eq!(error.retry(), Retry::Unclear);
    assert_eq!(cause(&error), "no whole answer in time");
    assert_eq!(server.got().len(), 1);
}

#[tokio::test]
async fn a_server_that_trickles_cannot_hold_the_client() {
    let server = Server::start([Act::Trickle]).await;
    let error = error(&impatient(&server.site)).await;
    assert_eq!(error.retry(), Retry::Unclear);
    assert_eq!(cause(&error), "no whole answer in time");
}

#[tokio::test]
async fn an_answer_that_is_cut_short_is_unclear() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"result\": \"succ";
    let server = Server::start([Act::AnswerAndClose(cut.to_owned())]).await;
    assert_eq!(error(&client(&server.site)).await.retry(), Retry::Unclear);
}

#[tokio::test]
async fn an_answer_without_measure_is_not_read() {
    let huge = "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n{";
    let server = Server::start([Act::Answer(huge.to_owned())]).await;
    let error = error(&client(&server.site)).await;
    assert_eq!(error.retry(), Retry::Unclear);
    assert_eq!(cause(&error), "the answer is longer than 128 MiB");
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_is_replaced() {
    let server = Server::start([
        Act::AnswerAndClose(success(SENT)),
        Act::Answer(success(SENT)),
    ])
    .await;
    let client = client(&server.site);
    client.send(&message()).await.unwrap();
    server.closed().await;
    // The client learns of it when it next looks at the socket.
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(client.send(&message()).await.unwrap().id.0, 42);
    assert_eq!(server.got().len(), 2);
}

#[tokio::test]
async fn a_reset_on_a_used_connection_does_not_send_twice() {
    let server = Server::start([Act::Answer(success(SENT)), Act::Reset]).await;
    let client = client(&server.site);
    client.send(&message()).await.unwrap();
    assert_eq!(error(&client).await.retry(), Retry::Unclear);
    assert_eq!(server.got().len(), 2);
}

#[test]
fn a_host_that_is_none_is_found_before_the_first_request() {
    let credentials = crate::credentials("https://[::1", "bot@example.com");
    let error = Client::new(credentials, &crate::agent()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`https://[::1` is no address of a server"
    );
    assert_eq!(error.source().unwrap().to_string(), "invalid IPv6 address");
}
