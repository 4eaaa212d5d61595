use std::time::Duration;

use zulipkit_api::events::{DeleteQueue, EventKind, EventStream, Registration, State};
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::{Client, Credentials, MessageId, Policy, Tls};
use zulipkit_sim::{Fault, RetryAfter, Sim};

use crate::events::{MESSAGE_50, Q1, event, gap, item};
use crate::script::Try;
use crate::server::{Act, Server, success};

#[tokio::test]
async fn a_connection_that_is_reset_amid_a_poll_loses_nothing() {
    let Try::Answer(_, _, registered) = Q1 else {
        unreachable!()
    };
    let Try::Answer(_, _, message) = MESSAGE_50 else {
        unreachable!()
    };
    let acts = [
        Act::Answer(success(registered)),
        Act::Reset,
        Act::Answer(success(message)),
    ];
    let server = Server::start(acts).await;
    let mut stream = crate::client(&server.site).events(Registration::messages());
    item(&mut stream).await;
    assert_eq!(event(&mut stream).await.id, 4);
    let got = server.got();
    let line = |at: usize| got[at].lines().next().unwrap().to_owned();
    assert_eq!((got.len(), line(1)), (3, line(2)));
}

fn start() -> (Sim, Client) {
    let sim = Sim::builder()
        .channel("commits")
        .heartbeat(Duration::from_millis(300))
        .start()
        .unwrap();
    let bot = sim.bot();
    let credentials = Credentials {
        site: sim.url().parse().unwrap(),
        email: bot.email,
        key: bot.key,
        tls: Tls::default(),
    };
    let client = Client::new(credentials, &crate::agent()).unwrap();
    (sim, client.with_policy(Policy::once()))
}

async fn send(client: &Client, content: &str) -> MessageId {
    let message = SendMessage::new(To::channel("commits", "main"), content);
    client.send(&message).await.unwrap().id
}

async fn message(stream: &mut EventStream) -> MessageId {
    match event(stream).await.kind {
        EventKind::Message(new) => new.message.id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_stops_and_comes_back_loses_nothing() {
    let (sim, client) = start();
    let mut stream = client.events(Registration::messages());
    item(&mut stream).await;
    let first = send(&client, "first").await;
    assert_eq!(message(&mut stream).await, first);

    let mut state = stream.state();
    let reader = tokio::spawn(async move {
        let second = message(&mut stream).await;
        (second, message(&mut stream).await, stream)
    });
    let second = send(&client, "second").await;
    sim.stop();
    let waiting = |state: &State| matches!(state, State::Waiting { .. });
    state.wait_for(waiting).await.unwrap();
    sim.restart().unwrap();
    let third = send(&client, "third").await;
    let (read_second, read_third, stream) = reader.await.unwrap();
    assert_eq!((read_second, read_third), (second, third));
    assert!(matches!(*state.borrow(), State::Connected { .. }));
    stream.close().await.unwrap();
}

#[tokio::test]
async fn a_queue_that_the_server_dropped_is_replaced() {
    let (_sim, client) = start();
    let mut stream = client.events(Registration::messages());
    item(&mut stream).await;
    let seen = send(&client, "seen").await;
    assert_eq!(message(&mut stream).await, seen);
    let queue = stream.position().unwrap().queue_id;
    client.send(&DeleteQueue::new(queue)).await.unwrap();
    let missed = [send(&client, "missed").await, send(&client, "too").await];
    let gap = gap(&mut stream).await;
    assert_eq!(
        (gap.before.last_message_id, gap.after.max_message_id),
        (Some(seen), Some(missed[1]))
    );
    let found = client
        .send(&gap.messages(10).unwrap())
        .await
        .unwrap()
        .messages;
    let found = found.iter().map(|message| message.id);
    assert_eq!(
        found.filter(|id| gap.contains(*id)).collect::<Vec<_>>(),
        missed
    );
    assert_eq!(
        client
            .send(&gap.messages(1).unwrap())
            .await
            .unwrap()
            .messages[0]
            .id,
        missed[1]
    );
    let after = send(&client, "after").await;
    assert!(!gap.contains(after));
    assert_eq!(message(&mut stream).await, after);
}

#[tokio::test]
async fn another_program_goes_on_where_one_was() {
    let (_sim, client) = start();
    let mut stream = client.events(Registration::messages());
    item(&mut stream).await;
    send(&client, "first").await;
    message(&mut stream).await;
    let position = stream.position().unwrap();
    drop(stream);
    let second = send(&client, "second").await;
    let mut stream = client.events(Registration::messages().resume(position));
    assert_eq!(message(&mut stream).await, second);
}

#[tokio::test]
async fn what_a_server_does_wrong_for_a_while_loses_nothing() {
    let limited = Fault::RateLimited {
        seconds: 0.3,
        form: RetryAfter::Fraction,
    };
    for fault in [Fault::Refuse, Fault::Html(502), Fault::Status(500), limited] {
        let (sim, client) = start();
        let mut stream = client.events(Registration::messages());
        item(&mut stream).await;
        sim.fail("GET /events", fault).times(1);
        let sent = send(&client, "x").await;
        assert_eq!(message(&mut stream).await, sent);
        assert!(sim.requests().iter().any(|request| request.fault.is_some()));
    }
}
