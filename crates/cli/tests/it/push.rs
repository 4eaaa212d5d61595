use secrecy::ExposeSecret as _;
use zulipkit_sim::{Fault, RetryAfter};

use crate::world::World;

fn standing(rows: &[serde_json::Value]) -> Vec<&str> {
    rows.iter()
        .map(|row| row["standing"].as_str().unwrap())
        .collect()
}

/// Shows a message's HTML as a browser does: character references become what they stand for.
fn as_read(html: &str) -> String {
    let mut text = html.replace("&amp;", "&");
    for number in 33..127_u8 {
        text = text.replace(&format!("&#{number};"), &char::from(number).to_string());
    }
    text
}

#[test]
fn a_push_becomes_a_message_in_one_request() {
    let world = World::new();
    let run = world.push("Add the home page").good();
    assert_eq!(run.err, "", "the pusher sees nothing");
    let message = &world.messages(1)[0];
    assert_eq!(message.channel.as_deref(), Some("commits"));
    assert_eq!(message.topic, "website/main");
    assert!(
        message.content.contains("Add the home page"),
        "{}",
        message.content
    );
    assert_eq!(message.client, "ZulipGit");

    world.push("Add a style sheet").good();
    world.messages(2);
    let requests = world.zulip.requests();
    let lines: Vec<String> = requests
        .iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .collect();
    assert_eq!(lines, ["POST /api/v1/messages", "POST /api/v1/messages"]);
    let agent = requests[0].user_agent.as_deref().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        agent.starts_with(&format!("ZulipGit/{version} (")),
        "{agent}"
    );
}

#[test]
fn a_hostile_subject_is_read_as_written_and_mentions_nobody() {
    let world = World::new();
    let subject = "fix [x](y) ] @**all** and #**general**";
    world.push(subject).good();
    let message = &world.messages(1)[0];
    assert!(as_read(&message.html).contains(subject), "{}", message.html);
    for live in [
        "user-mention",
        "user-group-mention",
        "topic-mention",
        "class=\"stream\"",
        "href=\"y\"",
    ] {
        assert!(!message.html.contains(live), "{}", message.html);
    }
}

#[test]
fn every_ref_of_a_push_is_told_and_one_that_fails_keeps_none_back() {
    let world = World::new();
    world.push("One").good();
    world.git(&["branch", "feature/x"]).good();
    world.git(&["push", "-q", "origin", "feature/x"]).good();
    world.messages(2);
    world.git(&["tag", "v1"]).good();
    world.git(&["tag", "-a", "v2", "-m", "Second"]).good();
    world
        .git(&["branch", "-m", "feature/x", "feature/y"])
        .good();
    world
        .git(&[
            "push",
            "-q",
            "origin",
            ":feature/x",
            "feature/y",
            "v1",
            "v2",
        ])
        .good();
    let texts: Vec<String> = world
        .messages(4)
        .into_iter()
        .skip(2)
        .map(|message| message.content)
        .collect();
    assert!(
        texts
            .iter()
            .any(|text| text.contains("`feature/x`") && text.contains("`feature/y`")),
        "{texts:#?}"
    );
    assert!(
        texts
            .iter()
            .any(|text| text.contains("`v1`") && text.contains("`v2`")),
        "{texts:#?}"
    );
}

#[test]
fn what_could_not_be_sent_is_sent_when_zulip_is_back() {
    let world = World::new();
    world.zulip.stop();
    for subject in ["One", "Two", "Three"] {
        assert_eq!(world.push(subject).good().err, "");
    }
    let rows = world.outbox_until(|rows| rows.len() == 3);
    assert!(
        rows.iter().all(|row| row["standing"] != "delivered"),
        "{rows:#?}"
    );
    world.zulip.restart().unwrap();
    let texts: Vec<String> = world
        .messages(3)
        .into_iter()
        .map(|message| message.content)
        .collect();
    for (text, subject) in texts.iter().zip(["One", "Two", "Three"]) {
        assert!(
            text.contains(subject),
            "in the order of the pushes: {texts:#?}"
        );
    }
    world.outbox_until(|rows| standing(rows) == ["delivered"; 3]);
}

#[test]
fn a_server_that_never_answers_holds_no_push() {
    let world = World::new();
    world.zulip.fail("POST /messages", Fault::Hang);
    world.push("One").good();
    // The hook has ended, and the request is still under way.
    let rows = world.outbox_until(|rows| standing(rows) == ["sending"]);
    assert_eq!(rows[0]["destination"], "commits > website/main");
    assert!(world.zulip.got().is_empty());
}

#[test]
fn a_message_that_was_stored_before_the_proxy_failed_is_there_once() {
    for fault in [Fault::HtmlAfterStoring(502), Fault::DropAfterStoring] {
        let world = World::new();
        world.push("Before").good();
        world.messages(1);
        world.zulip.fail("POST /messages", fault.clone()).times(1);
        world.push("One").good();
        world.outbox_until(|rows| standing(rows) == ["delivered", "delivered"]);
        let texts: Vec<String> = world
            .zulip
            .got()
            .into_iter()
            .map(|message| message.content)
            .collect();
        assert_eq!(texts.len(), 2, "{fault:?}: {texts:#?}");
    }
}

#[test]
fn a_503_and_a_429_are_waited_out() {
    let world = World::new();
    world
        .zulip
        .fail("POST /messages", Fault::Status(503))
        .times(1);
    let fraction = Fault::RateLimited {
        seconds: 1.3,
        form: RetryAfter::Fraction,
    };
    world.zulip.fail("POST /messages", fraction).times(2);
    world.push("One").good();
    let messages = world.messages(1);
    assert!(messages[0].content.contains("One"));
    world.outbox_until(|rows| standing(rows) == ["delivered"]);
    world.messages(1);
}

#[test]
fn a_channel_that_is_missing_holds_the_message_until_it_is_there() {
    let world = World::new();
    let settings = fs_err::read_to_string(world.settings()).unwrap();
    fs_err::write(
        world.settings(),
        settings.replace("\"commits\"", "\"later\""),
    )
    .unwrap();
    assert_eq!(world.push("One").good().err, "");
    world.outbox_until(|rows| standing(rows) == ["held"]);

    let told = world.push("Two").good().err;
    assert!(told.starts_with("remote: zulipkit: "), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(
        told.contains("later") && told.contains("create the channel"),
        "{told}"
    );

    world.zulip.add_channel("later");
    world.zulipkit(&["outbox", "flush"]);
    let texts: Vec<String> = world
        .messages(2)
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert!(
        texts[0].contains("One") && texts[1].contains("Two"),
        "{texts:#?}"
    );
}

#[test]
fn a_key_that_was_changed_meanwhile_loses_nothing() {
    let world = World::new();
    let bot = world.zulip.bot();
    let new = world.zulip.rotate_key(&bot.email).unwrap();
    world.push("One").good();
    world.outbox_until(|rows| standing(rows) == ["held"]);
    world.zuliprc_of(&new);
    world.push("Two").good();
    let texts: Vec<String> = world
        .messages(2)
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert!(
        texts[0].contains("One") && texts[1].contains("Two"),
        "{texts:#?}"
    );
}

#[test]
fn an_account_of_the_environment_alone_is_delivered_before_the_hook_ends() {
    let world = World::bare();
    let bot = world.zulip.bot();
    fs_err::write(world.settings(), "[[route]]\nchannel = \"commits\"\n").unwrap();
    let hook = world.path("website.git/hooks/post-receive");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zulipkit"), hook).unwrap();
    world.commit("One");
    let mut push = world.command("git", &["push", "-q", "origin", "main"]);
    push.current_dir(world.path("website"))
        .env("ZULIP_SITE", world.zulip.url())
        .env("ZULIP_EMAIL", &bot.email)
        .env("ZULIP_API_KEY", bot.key.expose_secret());
    world.finish(push, b"").good();
    let messages = world.zulip.got();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].content.contains("One"));
}

/// Returns the background deliverers of a world.
fn deliverers(world: &World) -> Vec<u32> {
    let home = format!("HOME={}", world.path("home").display());
    let is_one = |pid: &u32| {
        let read = |name: &str| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        let has = |bytes: Vec<u8>, word: &str| {
            bytes
                .split(|byte| *byte == 0)
                .any(|part| part == word.as_bytes())
        };
        has(read("cmdline"), "deliver") && has(read("environ"), &home)
    };
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(is_one)
        .collect()
}

#[test]
fn a_deliverer_leaves_when_its_folder_is_gone() {
    let world = World::new();
    world.zulip.stop();
    world.push("One").good();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let wait_for = |count: usize| {
        while deliverers(&world).len() != count {
            assert!(std::time::Instant::now() < end, "{:?}", deliverers(&world));
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    wait_for(1);
    // Moved away in one step: whoever removes file by file may meet those that the deliverer still makes.
    fs_err::rename(world.path("home"), world.path("gone")).unwrap();
    wait_for(0);
}
