//! Each fault, as a client meets it.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    time::{Duration, Instant},
};

use zulipkit_sim::{Fault, RetryAfter, Sim};

use crate::client::{call, connect, read, request, send, send_to};

fn contents(sim: &Sim) -> Vec<String> {
    sim.got()
        .into_iter()
        .map(|message| message.content)
        .collect()
}

#[test]
fn a_status_comes_as_often_as_ordered() {
    let sim = Sim::start().unwrap();
    sim.fail("POST /messages", Fault::Status(503)).times(2);
    for _ in 0..2 {
        let answer = send(&sim, "one").unwrap();
        assert_eq!(
            (answer.status, &answer.json()["result"]),
            (503, &"error".into())
        );
    }
    assert_eq!(send(&sim, "two").unwrap().status, 200);
    assert_eq!(contents(&sim), ["two"]);
}

#[test]
fn a_fault_stays_until_it_is_cleared_and_on_its_path() {
    let sim = Sim::start().unwrap();
    let order = sim.fail("GET *", Fault::Status(500));
    assert_eq!(
        call(&sim, &sim.bot(), "GET", "/users/me", &[])
            .unwrap()
            .status,
        500
    );
    assert_eq!(send(&sim, "a POST is let through").unwrap().status, 200);
    order.clear();
    assert_eq!(
        call(&sim, &sim.bot(), "GET", "/users/me", &[])
            .unwrap()
            .status,
        200
    );
    sim.fail("*", Fault::Status(500));
    sim.clear_faults();
    assert_eq!(
        call(&sim, &sim.bot(), "GET", "/users/me", &[])
            .unwrap()
            .status,
        200
    );
}

#[test]
fn a_proxy_answers_html() {
    let sim = Sim::start().unwrap();
    sim.fail("*", Fault::Html(502)).times(1);
    let answer = send(&sim, "one").unwrap();
    assert_eq!(answer.status, 502);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(answer.body.contains("<h1>502 Bad Gateway</h1>"));
    assert!(contents(&sim).is_empty());
}

#[test]
fn a_rate_limit_comes_in_four_forms() {
    let sim = Sim::start().unwrap();
    let limited = |form| {
        sim.fail(
            "*",
            Fault::RateLimited {
                seconds: 28.706,
                form,
            },
        )
        .times(1);
        let answer = send(&sim, "one").unwrap();
        assert_eq!(answer.status, 429);
        answer
    };
    let fraction = limited(RetryAfter::Fraction);
    assert_eq!(fraction.header("retry-after"), Some("28.706"));
    assert_eq!(fraction.json()["retry-after"], 28.706);
    assert_eq!(fraction.json()["code"], "RATE_LIMIT_HIT");

    let absent = limited(RetryAfter::Absent);
    assert_eq!(
        (
            absent.header("retry-after"),
            absent.json().get("retry-after")
        ),
        (None, None)
    );

    let date = limited(RetryAfter::Date);
    let value = date.header("retry-after").unwrap();
    assert!(
        value.ends_with(" GMT") && value.len() == "Sun, 06 Nov 1994 08:49:37 GMT".len(),
        "{value}"
    );

    let text = limited(RetryAfter::NotJson);
    assert_eq!(
        (text.header("retry-after"), text.body.as_str()),
        (Some("28.706"), "slow down\n")
    );
    assert!(contents(&sim).is_empty());
}

#[test]
fn a_refusal_ends_the_connection_and_stores_nothing() {
    let sim = Sim::start().unwrap();
    sim.fail("*", Fault::Refuse).times(1);
    send(&sim, "one").unwrap_err();
    assert!(contents(&sim).is_empty());
    assert_eq!(sim.requests()[0].status, None);
}

#[test]
fn a_closed_port_opens_again_with_all_that_was_known() {
    let sim = Sim::start().unwrap();
    send(&sim, "before").unwrap();
    sim.stop();
    assert_eq!(
        send(&sim, "meanwhile").unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
    sim.restart().unwrap();
    send(&sim, "after").unwrap();
    assert_eq!(contents(&sim), ["before", "after"]);
}

#[test]
fn a_server_that_hangs_is_ended_by_stopping_it() {
    let sim = Sim::start().unwrap();
    sim.fail("*", Fault::Hang);
    let mut stream = connect(&sim).unwrap();
    write!(
        stream,
        "GET /api/v1/server_settings HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    .unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let error = stream.read(&mut [0]).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{error}"
    );
    sim.stop();
    stream.set_read_timeout(None).unwrap();
    assert!(
        matches!(stream.read(&mut [0]), Ok(0) | Err(_)),
        "the connection is closed"
    );
}

#[test]
fn an_answer_may_be_lost_after_the_message_was_stored() {
    let sim = Sim::start().unwrap();
    sim.fail("POST /messages", Fault::DropAfterStoring).times(1);
    send(&sim, "dropped").unwrap_err();
    sim.fail("POST /messages", Fault::HtmlAfterStoring(502))
        .times(1);
    assert_eq!(send(&sim, "502").unwrap().status, 502);
    assert_eq!(contents(&sim), ["dropped", "502"]);
    assert_eq!(read(&sim, "general"), ["dropped", "502"]);
}

#[test]
fn a_message_may_appear_after_its_answer_was_lost() {
    let sim = Sim::start().unwrap();
    sim.fail("POST /messages", Fault::StoreLate(0.3)).times(1);
    send(&sim, "late").unwrap_err();
    assert!(contents(&sim).is_empty());
    let messages = sim.wait_for(1, Duration::from_secs(30));
    assert_eq!(messages[0].content, "late");
}

#[test]
fn an_answer_may_trickle() {
    let sim = Sim::start().unwrap();
    sim.fail("/server_settings", Fault::Trickle(0.0001))
        .times(1);
    let answer = request(&sim, None, "GET", "/api/v1/server_settings", &[], "").unwrap();
    assert_eq!(answer.json()["result"], "success");
    assert_eq!(
        answer.header("content-length"),
        Some(answer.body.len().to_string().as_str())
    );
}

#[test]
fn an_answer_may_be_slow() {
    let sim = Sim::start().unwrap();
    sim.fail("*", Fault::Delay(0.2)).times(1);
    let begun = Instant::now();
    assert_eq!(send(&sim, "slow").unwrap().status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[test]
fn an_incoming_webhook_bot_may_send_and_not_read() {
    let sim = Sim::start().unwrap();
    let bot = sim.incoming_bot();
    let params = [
        ("type", "channel"),
        ("to", "general"),
        ("topic", "test"),
        ("content", "x"),
    ];
    assert_eq!(
        call(&sim, &bot, "POST", "/messages", &params)
            .unwrap()
            .status,
        200
    );
    let answer = call(&sim, &bot, "GET", "/messages", &[("anchor", "newest")]).unwrap();
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (401, &"UNAUTHORIZED".into())
    );
}

#[test]
fn a_channel_may_be_written_but_not_read() {
    let sim = Sim::builder()
        .channel("open")
        .write_only_channel("closed")
        .start()
        .unwrap();
    assert_eq!(send_to(&sim, "open", "one").unwrap().status, 200);
    assert_eq!(send_to(&sim, "closed", "two").unwrap().status, 200);
    assert_eq!(contents(&sim), ["one", "two"]);
    assert_eq!(read(&sim, "open"), ["one"]);
    assert!(read(&sim, "closed").is_empty());
}

#[test]
fn faults_are_ordered_over_http_as_well() {
    let sim = Sim::start().unwrap();
    let json = [("Content-Type", "application/json")];
    let order = r#"{"on": "POST /messages", "fault": {"html": 502}, "times": 1}"#;
    assert_eq!(
        request(&sim, None, "POST", "/sim/faults", &json, order)
            .unwrap()
            .status,
        201
    );
    let standing = request(&sim, None, "GET", "/sim/faults", &[], "")
        .unwrap()
        .json();
    assert_eq!(
        standing,
        serde_json::json!([{"on": "POST /messages", "fault": {"html": 502}, "times": 1}])
    );
    assert_eq!(send(&sim, "one").unwrap().status, 502);
    assert_eq!(send(&sim, "two").unwrap().status, 200);

    request(
        &sim,
        None,
        "POST",
        "/sim/faults",
        &json,
        r#"{"on": "*", "fault": "hang"}"#,
    )
    .unwrap();
    assert_eq!(
        request(&sim, None, "DELETE", "/sim/faults", &[], "")
            .unwrap()
            .status,
        204
    );
    assert_eq!(send(&sim, "three").unwrap().status, 200);

    // A web page that a browser shows could send this without asking first.
    let plain = [("Content-Type", "text/plain")];
    assert_eq!(
        request(&sim, None, "POST", "/sim/faults", &plain, order)
            .unwrap()
            .status,
        415
    );
    let unknown = request(
        &sim,
        None,
        "POST",
        "/sim/faults",
        &json,
        r#"{"on": "*", "fault": "melt"}"#,
    )
    .unwrap();
    assert_eq!(unknown.status, 422);
}
