use zulipkit_api::messages::{GetMessages, SendMessage, To};
use zulipkit_api::server::GetServerSettings;
use zulipkit_api::uploads::UploadFile;
use zulipkit_api::{File, Request};

use crate::client;
use crate::script::{self, Script, Try};
use crate::server::{Act, Server, success};

const SENT: &str = r#"{"result": "success", "msg": "", "id": 42}"#;

fn header<'r>(request: &'r str, name: &str) -> Option<&'r str> {
    request
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

#[tokio::test]
async fn a_message_is_a_form_with_credentials_and_user_agent() {
    let server = Server::start([Act::Answer(success(SENT))]).await;
    let message = SendMessage::new(To::channel("2026", "a & b"), "hello\nwörld");
    client(&server.site).send(&message).await.unwrap();
    let request = &server.got()[0];
    assert!(
        request.starts_with("POST /api/v1/messages HTTP/1.1\r\n"),
        "{request}"
    );
    let basic = "Basic Ym90QGV4YW1wbGUuY29tOnZLN3NFY1JlVDEyMzQ1Njc4OTBhYmNkZWZnaGlqa2xt";
    assert_eq!(header(request, "authorization"), Some(basic));
    assert_eq!(
        header(request, "user-agent"),
        Some("ZulipTest/0.1.0 (Debian; 12)")
    );
    assert_eq!(
        header(request, "content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let mut params: Vec<_> = body.split('&').collect();
    params.sort_unstable();
    assert_eq!(
        params,
        [
            "content=hello%0Aw%C3%B6rld",
            "to=%222026%22",
            "topic=a+%26+b",
            "type=stream"
        ]
    );
}

#[tokio::test]
async fn the_parameters_of_a_get_are_in_the_address() {
    let messages = r#"{"result": "success", "msg": "", "messages": []}"#;
    let server = Server::start([Act::Answer(success(messages))]).await;
    client(&server.site)
        .send(&GetMessages::newest(1, []))
        .await
        .unwrap();
    let request = &server.got()[0];
    let (line, _) = request.split_once(" HTTP/1.1\r\n").unwrap();
    let (path, query) = line.split_once('?').unwrap();
    assert_eq!(path, "GET /api/v1/messages");
    let mut params: Vec<_> = query.split('&').collect();
    params.sort_unstable();
    assert_eq!(
        params,
        [
            "anchor=newest",
            "narrow=%5B%5D",
            "num_after=0",
            "num_before=1"
        ]
    );
}

#[tokio::test]
async fn a_file_goes_as_multipart() {
    let answer = r#"{"result": "success", "msg": "", "url": "/user_uploads/1/x/hello.txt"}"#;
    let server = Server::start([Act::Answer(success(answer))]).await;
    let upload = UploadFile::new(File {
        name: "hello.txt".to_owned(),
        bytes: b"the content".to_vec(),
    });
    let uploaded = client(&server.site).send(&upload).await.unwrap();
    assert_eq!(uploaded.url, "/user_uploads/1/x/hello.txt");
    let request = &server.got()[0];
    assert!(
        header(request, "content-type")
            .unwrap()
            .starts_with("multipart/form-data; boundary=")
    );
    assert!(
        request.contains("; filename=\"hello.txt\"\r\n"),
        "{request}"
    );
    assert!(request.contains("\r\n\r\nthe content\r\n"), "{request}");
}

#[tokio::test]
async fn a_site_with_a_folder_keeps_it() {
    let server = Server::start([Act::Answer(success(SENT))]).await;
    let request = Request::of(&GetMessages::newest(1, []));
    client(&format!("{}/zulip/api/", server.site))
        .attempt(&request)
        .await
        .unwrap();
    assert!(server.got()[0].starts_with("GET /zulip/api/v1/messages?"));
}

#[tokio::test]
async fn a_server_is_spoken_to_in_its_words_once_it_said_what_it_can_do() {
    let settings = r#"{"result": "success", "zulip_version": "10.0", "zulip_feature_level": 314}"#;
    let script = Script::new([script::SENT, Try::Answer(200, &[], settings), script::SENT]);
    let client = script.client("words-of-the-server@example.com");
    let message = SendMessage::new(To::channel("commits", "main"), "x");
    client.send(&message).await.unwrap();
    assert_eq!(client.feature_level(), None);
    client.send(&GetServerSettings::new()).await.unwrap();
    assert_eq!(client.feature_level(), Some(314));
    client.send(&message).await.unwrap();
    let lines = script.lines();
    assert!(lines[0].ends_with(" type=stream"), "{}", lines[0]);
    assert!(lines[2].ends_with(" type=channel"), "{}", lines[2]);
}
