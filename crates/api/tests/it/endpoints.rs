use std::collections::BTreeMap;

use zulipkit_api::bot_storage::{DeleteBotStorage, GetBotStorage, PutBotStorage};
use zulipkit_api::channels::{
    GetChannelId, GetChannels, GetSubscriptions, GetTopics, NewSubscription, Subscribe, Unsubscribe,
};
use zulipkit_api::events::{DeleteQueue, EventKind, GetEvents, Register};
use zulipkit_api::messages::{
    DeleteMessage, EditMessage, GetMessage, GetMessages, Narrow, RenderMessage, SendMessage, To,
};
use zulipkit_api::reactions::{AddReaction, RemoveReaction};
use zulipkit_api::server::GetServerSettings;
use zulipkit_api::uploads::UploadFile;
use zulipkit_api::users::{BotType, GetOwnUser, GetUser, GetUserByEmail, GetUsers};
use zulipkit_api::{Client, Credentials, File, Policy, Tls};
use zulipkit_sim::Sim;

const CHANNEL: &str = "commits";

fn start() -> (Sim, Client) {
    let sim = Sim::builder().channel(CHANNEL).start().unwrap();
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

#[tokio::test]
async fn messages_are_sent_read_changed_and_deleted() {
    let (_sim, client) = start();
    let first = SendMessage::new(To::channel(CHANNEL, "main"), "**first**");
    let first = client.send(&first).await.unwrap().id;
    let second = SendMessage::new(To::channel(CHANNEL, "main"), "second");
    let second = client.send(&second).await.unwrap().id;

    let narrow = [
        Narrow::channel(CHANNEL),
        Narrow::topic("main"),
        Narrow::sender(client.email()),
    ];
    let mut later = GetMessages::after(first, 10, narrow);
    later.apply_markdown = Some(false);
    let later = client.send(&later).await.unwrap();
    let contents: Vec<_> = later
        .messages
        .iter()
        .map(|message| (message.id, message.content.as_str()))
        .collect();
    assert_eq!(contents, [(second, "second")]);
    assert!(later.found_newest);

    let mut edit = EditMessage::new(second);
    edit.content = Some("better".to_owned());
    client.send(&edit).await.unwrap();
    assert_eq!(
        client
            .send(&GetMessage::new(second))
            .await
            .unwrap()
            .raw_content,
        "better"
    );

    client.send(&DeleteMessage::new(first)).await.unwrap();
    let error = client.send(&GetMessage::new(first)).await.unwrap_err();
    assert_eq!(
        (error.status(), error.code()),
        (Some(400), Some("BAD_REQUEST"))
    );

    let rendered = client.send(&RenderMessage::new("words")).await.unwrap();
    assert_eq!(rendered.rendered, "<p>words</p>");
}

#[tokio::test]
async fn reactions_come_and_go() {
    let (_sim, client) = start();
    let message = SendMessage::new(To::channel(CHANNEL, "main"), "x");
    let id = client.send(&message).await.unwrap().id;
    client.send(&AddReaction::new(id, "tada")).await.unwrap();
    let error = client
        .send(&AddReaction::new(id, "tada"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("REACTION_ALREADY_EXISTS"));
    let shown = client
        .send(&GetMessage::new(id))
        .await
        .unwrap()
        .message
        .unwrap();
    assert_eq!(shown.reactions[0].emoji_name, "tada");
    let mut remove = RemoveReaction::new(id);
    remove.emoji_name = Some("tada".to_owned());
    client.send(&remove).await.unwrap();
}

#[tokio::test]
async fn users_are_found_in_every_way() {
    let (_sim, client) = start();
    let me = client.send(&GetOwnUser::new()).await.unwrap().user;
    assert_eq!(
        (me.email.as_str(), me.bot_type),
        (client.email(), Some(BotType::Generic))
    );
    assert_eq!(
        client
            .send(&GetUser::new(me.user_id))
            .await
            .unwrap()
            .user
            .email,
        me.email
    );
    let by_email = client
        .send(&GetUserByEmail::new(me.email.as_str()))
        .await
        .unwrap();
    assert_eq!(by_email.user.user_id, me.user_id);
    let all = client.send(&GetUsers::new()).await.unwrap().members;
    assert!(all.iter().any(|user| user.user_id == me.user_id));

    let to_owner = To::users([me.bot_owner_id.unwrap()]);
    client
        .send(&SendMessage::new(to_owner, "hello"))
        .await
        .unwrap();
}

#[tokio::test]
async fn channels_are_joined_listed_and_left() {
    let (_sim, client) = start();
    let subscribed = client
        .send(&Subscribe::new([NewSubscription::new("2026")]))
        .await
        .unwrap();
    assert_eq!(subscribed.subscribed.values().next().unwrap(), &["2026"]);
    let id = client
        .send(&GetChannelId::new("2026"))
        .await
        .unwrap()
        .stream_id;
    client
        .send(&SendMessage::new(To::channel("2026", "by name"), "x"))
        .await
        .unwrap();
    client
        .send(&SendMessage::new(To::channel(id, "by number"), "x"))
        .await
        .unwrap();
    let topics = client.send(&GetTopics::new(id)).await.unwrap().topics;
    let names: Vec<_> = topics.iter().map(|topic| topic.name.as_str()).collect();
    assert_eq!(names[..2], ["by number", "by name"]);

    let channels = client.send(&GetChannels::new()).await.unwrap().channels;
    assert!(
        channels
            .iter()
            .any(|channel| channel.id == id && channel.name == "2026")
    );
    let mine = client
        .send(&GetSubscriptions::new())
        .await
        .unwrap()
        .subscriptions;
    assert!(
        mine.iter()
            .any(|subscription| subscription.channel.id == id)
    );
    let left = client
        .send(&Unsubscribe::new(["2026".to_owned()]))
        .await
        .unwrap();
    assert_eq!(left.removed, ["2026"]);
}

#[tokio::test]
async fn a_queue_tells_of_a_message() {
    let (_sim, client) = start();
    let mut register = Register::new();
    register.event_types = Some(vec!["message".to_owned()]);
    register.fetch_event_types = Some(vec!["realm".to_owned()]);
    let registered = client.send(&register).await.unwrap();
    assert_eq!(
        (registered.max_topic_length, registered.max_message_length),
        (Some(60), Some(10_000))
    );
    let queue = registered.queue_id.unwrap();

    client
        .send(&SendMessage::new(To::channel(CHANNEL, "main"), "x"))
        .await
        .unwrap();
    let poll = GetEvents::after(queue.clone(), registered.last_event_id);
    let events = client.send(&poll).await.unwrap().events;
    assert_eq!((events[0].name(), events.len()), ("message", 1));
    let EventKind::Message(new) = &events[0].kind else {
        panic!("{events:?}");
    };
    assert_eq!(new.message.topic, "main");

    client.send(&DeleteQueue::new(queue)).await.unwrap();
    let error = client.send(&poll).await.unwrap_err();
    assert_eq!(error.code(), Some("BAD_EVENT_QUEUE_ID"));
}

#[tokio::test]
async fn storage_settings_and_uploads() {
    let (_sim, client) = start();
    let storage = BTreeMap::from([("count".to_owned(), "3".to_owned())]);
    client
        .send(&PutBotStorage::new(storage.clone()))
        .await
        .unwrap();
    assert_eq!(
        client.send(&GetBotStorage::new()).await.unwrap().storage,
        storage
    );
    client.send(&DeleteBotStorage::new()).await.unwrap();
    assert_eq!(
        client
            .send(&GetBotStorage::new())
            .await
            .unwrap()
            .storage
            .len(),
        0
    );

    let settings = client.send(&GetServerSettings::new()).await.unwrap();
    assert!(settings.zulip_feature_level >= 314);

    let file = File {
        name: "hello.txt".to_owned(),
        bytes: b"hello".to_vec(),
    };
    let uploaded = client.send(&UploadFile::new(file)).await.unwrap();
    assert!(uploaded.url.starts_with("/user_uploads/") && uploaded.url.ends_with("/hello.txt"));
}
