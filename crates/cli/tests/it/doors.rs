use insta::assert_snapshot;
use serde_json::Value;
use zulipkit_sim::{Fault, RetryAfter};

use crate::world::{Run, World};

/// Sends with the world's account; `input` stands on standard input.
fn send(world: &World, arguments: &[&str], input: &[u8]) -> Run {
    let mut all = vec!["send", "--zuliprc", "zuliprc"];
    all.extend(arguments);
    world.finish(world.command(env!("CARGO_BIN_EXE_zulipkit"), &all), input)
}

/// Runs the program under another name, with the account in the home.
fn called(world: &World, name: &str, arguments: &[&str], input: &[u8]) -> Run {
    let link = world.path(name);
    if !link.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zulipkit"), &link).unwrap();
        fs_err::create_dir_all(world.path("home")).unwrap();
        fs_err::copy(world.path("zuliprc"), world.path("home/.zuliprc")).unwrap();
    }
    world.finish(world.command(link.to_str().unwrap(), arguments), input)
}

#[test]
fn a_message_is_sent_in_one_request_and_its_id_is_told() {
    let world = World::bare();
    let run = send(
        &world,
        &[
            "--channel",
            "commits",
            "--topic",
            "hello",
            "--json",
            "Hi *there*",
        ],
        b"",
    )
    .good();
    assert_eq!(run.out, "[{\"id\":1,\"to\":\"#commits > hello\"}]\n");
    assert_eq!(world.zulip.requests().len(), 1);
    let message = &world.messages(1)[0];
    assert_eq!(
        (message.topic.as_str(), message.content.as_str()),
        ("hello", "Hi *there*")
    );
    assert_eq!(message.client, "ZulipSend");
}

#[test]
fn standard_input_becomes_text_that_the_server_takes() {
    let world = World::bare();
    let to = ["--channel", "commits", "--topic", "t"];
    for (input, content) in [
        (&b"caf\xe9"[..], "caf\u{fffd}"),
        (b"a\0b", "ab"),
        (b"hello\n\n", "hello"),
    ] {
        send(&world, &to, input).good();
        assert_eq!(world.zulip.got().last().unwrap().content, content);
    }
    let run = send(&world, &to, b"").ends_with(2);
    assert_snapshot!(run.err, @"
    error: there is nothing to send
      caused by: the text is empty
    hint: give a text, or `--allow-empty` if that is no error
    ");
    let mut allowed = to.to_vec();
    allowed.push("--allow-empty");
    send(&world, &allowed, b"").good();
    assert_eq!(world.zulip.got().len(), 3);
}

#[test]
fn output_that_closes_a_fence_stays_inside() {
    let world = World::bare();
    let output = b"line ~~~~\n```\n@**all** pwned\n";
    send(
        &world,
        &["--channel", "commits", "--topic", "t", "--code"],
        output,
    )
    .good();
    let message = &world.messages(1)[0];
    assert!(message.html.contains("@**all** pwned"), "{}", message.html);
    assert!(!message.html.contains("user-mention"), "{}", message.html);
}

#[test]
fn what_is_too_long_is_split_or_attached_and_a_long_topic_stands_in_the_text() {
    let world = World::bare();
    let long = "word ".repeat(3_900);
    let topic = "t".repeat(80);
    send(
        &world,
        &["--channel", "commits", "--topic", &topic],
        long.as_bytes(),
    )
    .good();
    let parts = world.messages(2);
    assert!(
        parts
            .iter()
            .all(|part| part.topic == format!("{}…", "t".repeat(59)))
    );
    assert!(
        parts[0]
            .content
            .starts_with(&format!("**{topic}**\n\nword")),
        "{}",
        &parts[0].content[..100]
    );
    assert!(
        parts
            .iter()
            .all(|part| part.content.chars().count() <= 10_000
                && !part.content.contains("truncated"))
    );

    send(
        &world,
        &["--channel", "commits", "--topic", "t", "--long", "attach"],
        long.as_bytes(),
    )
    .good();
    let message = world.messages(3).remove(2);
    assert!(
        message.content.contains("[message.txt](/user_uploads/"),
        "{}",
        message.content
    );
}

#[test]
fn files_are_uploaded_and_linked() {
    let world = World::bare();
    fs_err::write(world.path("a [b].txt"), "hello").unwrap();
    send(
        &world,
        &[
            "--channel",
            "commits",
            "--topic",
            "t",
            "--file",
            "a [b].txt",
            "See",
        ],
        b"",
    )
    .good();
    let message = &world.messages(1)[0];
    assert!(
        message
            .content
            .starts_with("See\n[a &#91;b&#93;.txt](/user_uploads/"),
        "{}",
        message.content
    );
    send(
        &world,
        &[
            "--channel",
            "commits",
            "--topic",
            "t",
            "--file",
            "missing",
            "See",
        ],
        b"",
    )
    .ends_with(1);
    assert_eq!(
        world.zulip.got().len(),
        1,
        "nothing is sent when a file is missing"
    );
}

#[test]
fn a_message_can_be_changed_and_reacted_to() {
    let world = World::bare();
    send(
        &world,
        &["--channel", "commits", "--topic", "t", "one"],
        b"",
    )
    .good();
    send(&world, &["--edit", "1", "two"], b"").good();
    send(&world, &["--react", ":tada:", "--on", "1"], b"").good();
    assert_eq!(world.messages(1)[0].content, "two");
    let run = world
        .zulipkit(&["api", "GET", "messages/1", "--zuliprc", "zuliprc"])
        .good();
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["message"]["reactions"][0]["emoji_name"], "tada");
}

#[test]
fn what_the_server_refuses_is_code_4_and_what_may_work_later_is_75() {
    let world = World::bare();
    let run = send(&world, &["--channel", "nope", "--topic", "t", "x"], b"").ends_with(4);
    assert_snapshot!(run.err, @"
    error: cannot send to #nope > t
      caused by: Channel 'nope' does not exist (STREAM_DOES_NOT_EXIST)
    hint: create the channel, or name another one in the settings
    ");
    send(&world, &["--to", "nobody@example.com", "x"], b"").ends_with(4);
    send(&world, &["x"], b"").ends_with(2);
    send(&world, &["--to", "9,a@example.com", "x"], b"").ends_with(2);

    world
        .zulip
        .fail("POST /messages", Fault::HtmlAfterStoring(502))
        .times(1);
    let run = send(
        &world,
        &["--channel", "commits", "--topic", "t", "once"],
        b"",
    )
    .ends_with(75);
    assert!(
        run.err.contains("it may have arrived nevertheless"),
        "{run:#?}"
    );
    assert_eq!(
        world.zulip.got().len(),
        1,
        "an unclear answer is not followed by a second try"
    );

    world
        .zulip
        .fail(
            "POST /messages",
            Fault::RateLimited {
                seconds: 0.3,
                form: RetryAfter::Fraction,
            },
        )
        .times(2);
    send(
        &world,
        &["--channel", "commits", "--topic", "t", "later"],
        b"",
    )
    .good();
    assert_eq!(world.zulip.got().len(), 2);
    world.zulip.stop();
    send(&world, &["--channel", "commits", "--topic", "t", "x"], b"").ends_with(75);
}

#[test]
fn a_dry_run_shows_the_request_and_a_queued_message_outlives_the_program() {
    let world = World::bare();
    let run = send(
        &world,
        &[
            "--channel",
            "2026",
            "--topic",
            "t",
            "--dry-run",
            "--json",
            "x",
        ],
        b"",
    )
    .good();
    let requests: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(requests[0]["endpoint"], "POST /messages");
    assert_eq!(requests[0]["body"]["to"], "\"2026\"");
    assert!(world.zulip.requests().is_empty());

    world.zulip.stop();
    send(
        &world,
        &["--queue", "--channel", "commits", "--topic", "t", "kept"],
        b"",
    )
    .good();
    world.zulip.restart().unwrap();
    assert_eq!(world.messages(1)[0].content, "kept");
}

#[test]
fn api_calls_anything_and_follows_pages() {
    let world = World::bare();
    for number in 1..=3 {
        send(
            &world,
            &["--channel", "commits", "--topic", "t", &number.to_string()],
            b"",
        )
        .good();
    }
    let api = |arguments: &[&str]| {
        let mut all = vec!["api", "--zuliprc", "zuliprc"];
        all.extend(arguments);
        world.zulipkit(&all)
    };
    let me: Value = serde_json::from_str(&api(&["GET", "users/me"]).good().out).unwrap();
    assert_eq!(me["email"], world.zulip.bot().email);
    let narrow = r#"narrow:=[{"operator": "stream", "operand": "commits"}]"#;
    let all = api(&["GET", "messages", "--all", narrow]).good().out;
    let ids: Vec<u64> = all
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(ids, [1, 2, 3]);
    assert!(
        api(&["GET", "nothing"])
            .ends_with(4)
            .err
            .contains("not JSON from a Zulip server")
    );
    api(&["GET", "messages", "oops"]).ends_with(2);
    let help = world.zulipkit(&["api", "--help"]).good();
    assert!(
        help.out.contains("Call any endpoint"),
        "neither a file nor a server is needed"
    );
}

#[test]
fn doctor_says_the_mend_for_each_fault() {
    let world = World::new();
    let doctor = |arguments: &[&str]| {
        let mut all = vec!["doctor", "--zuliprc", "zuliprc"];
        all.extend(arguments);
        world.zulipkit(&all)
    };
    let run = doctor(&["--channel", "commits"]).good();
    assert!(
        run.out.contains("✓ the bot is subscribed to #commits"),
        "{run:#?}"
    );
    let run = doctor(&["--channel", "nope", "--json"]).ends_with(4);
    let checks: Value = serde_json::from_str(&run.out).unwrap();
    let bad: Vec<&Value> = checks
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["outcome"] == "bad")
        .collect();
    assert_eq!(
        bad[0]["advice"][0],
        "create the channel, or subscribe the bot to it if it is private"
    );

    world.zulipkit(&["git", "doctor", "website.git"]).good();
    let hook = world.path("website.git/hooks/post-receive");
    fs_err::remove_file(&hook).unwrap();
    std::os::unix::fs::symlink("/gone/zulipkit", &hook).unwrap();
    let run = world
        .zulipkit(&["git", "doctor", "website.git"])
        .ends_with(1);
    assert!(run.out.contains("is a link to nowhere"), "{run:#?}");

    let text = fs_err::read_to_string(world.path("zuliprc")).unwrap();
    let key = text.lines().find(|line| line.starts_with("key")).unwrap();
    fs_err::write(
        world.path("zuliprc"),
        text.replace(key, &format!("{key} ; note")),
    )
    .unwrap();
    let run = doctor(&[]).ends_with(4);
    assert!(
        run.out.contains("comments need a line of their own"),
        "{run:#?}"
    );
    fs_err::write(world.path("zuliprc"), text.replace(key, "")).unwrap();
    let run = doctor(&[]).ends_with(3);
    assert!(run.out.contains("section `[api]` has no `key`"), "{run:#?}");
    world.zulip.stop();
    fs_err::write(world.path("zuliprc"), &text).unwrap();
    doctor(&[]).ends_with(75);
}

#[test]
fn zulip_send_is_as_it_was() {
    let world = World::bare();
    let run = called(
        &world,
        "zulip-send",
        &["-s", "commits", "-S", "old", "-m", "hello"],
        b"",
    )
    .good();
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    called(
        &world,
        "zulip-send",
        &["--stream", "commits", "--subject", "old"],
        b"from stdin\n",
    )
    .good();
    let texts: Vec<String> = world
        .messages(2)
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(texts, ["hello", "from stdin"]);

    let last = |run: &Run| run.err.lines().last().unwrap_or_default().to_owned();
    for (arguments, words) in [
        (
            &["-s", "commits", "-m", "x"][..],
            "zulip-send: error: Stream messages must have a subject",
        ),
        (
            &["a@x", "-s", "c"],
            "zulip-send: error: You cannot specify both a username and a stream/subject.",
        ),
        (
            &[],
            "zulip-send: error: You must specify a stream/subject or at least one recipient.",
        ),
        (
            &["--bogus"],
            "zulip-send: error: unrecognized arguments: --bogus",
        ),
    ] {
        let run = called(&world, "zulip-send", arguments, b"").ends_with(2);
        assert_eq!(last(&run), words);
    }
    let run = called(
        &world,
        "zulip-send",
        &["-s", "nope", "-S", "t", "-m", "x"],
        b"",
    )
    .ends_with(1);
    assert_eq!(last(&run), "ERROR:zulip-send:Channel 'nope' does not exist");
    called(
        &world,
        "zulip-send",
        &["--conf", "nothing", "a@x", "-m", "x"],
        b"",
    )
    .ends_with(1);
}

#[test]
fn zulip_api_takes_its_commands() {
    let world = World::bare();
    let run = called(
        &world,
        "zulip-api",
        &["send-message", "-s", "commits", "-S", "t", "-m", "x"],
        b"",
    )
    .good();
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["result"], "success");
    called(
        &world,
        "zulip-api",
        &["update-message", "1", "-m", "y"],
        b"",
    )
    .good();
    called(&world, "zulip-api", &["add-reaction", "1", "tada"], b"").good();
    called(&world, "zulip-api", &["remove-reaction", "1", "tada"], b"").good();
    called(&world, "zulip-api", &["get-subscriptions"], b"").good();
    assert_eq!(world.messages(1)[0].content, "y");
    let run = called(&world, "zulip-api", &["delete-message", "99"], b"").ends_with(1);
    assert_eq!(run.out, "ERROR:zulip-cli:Invalid message(s)\n");
    called(&world, "zulip-api", &["nonsense"], b"").ends_with(2);
}

#[test]
fn completions_and_the_manual_are_made_from_the_commands() {
    let world = World::bare();
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            world
                .zulipkit(&["completions", shell])
                .good()
                .out
                .contains("outbox"),
            "{shell}"
        );
    }
    assert!(
        world
            .zulipkit(&["man"])
            .good()
            .out
            .contains(".TH zulipkit 1")
    );
    world.zulipkit(&["man", "--out", "pages"]).good();
    assert!(world.path("pages/zulipkit-git-install.1").exists());
}
