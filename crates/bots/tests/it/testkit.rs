//! Dialogs as data: what passes, and how what does not is shown.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use zulipkit_bots::api::messages::To;
use zulipkit_bots::testkit::{Dialog, Report, run};
use zulipkit_bots::{
    Alarm, Bot, Context, Edit, Incoming, Kind, Native, ReactionEvent, Result, Usage, async_trait,
};

/// Does whatever the text says, so that a dialog can show each part.
#[derive(Debug)]
struct Parrot {
    greeting: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    greeting: String,
}

impl Native for Parrot {
    const NAME: &'static str = "parrot";
    const ABOUT: &'static str = "does as it is told";
    const DEFAULTS: &'static str = "greeting = \"hello\"\n";
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self> {
        let greeting = settings.greeting;
        Ok(Self { greeting })
    }
}

#[async_trait]
impl Bot for Parrot {
    fn usage(&self) -> Usage {
        Usage::new("Parrot", "I do as I am told.")
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        let (word, rest) = message
            .text()
            .split_once(' ')
            .unwrap_or((message.text(), ""));
        match word {
            "greet" => context.reply(&self.greeting).await,
            "react" => context.react(message.id(), rest).await,
            "count" => {
                let count = context.storage().get("count").await?.unwrap_or(0) + 1;
                context.storage().put("count", &count).await?;
                context.reply(count.to_string()).await
            }
            "forget" => context.storage().remove("count").await,
            "tell" => context.send(To::channel("news", "parrot"), rest).await,
            "whisper" => context.send(To::emails(["zoe@example.com"]), rest).await,
            "work" => {
                let posted = context.post(context.answer("working")?).await?;
                context.edit(posted.id().unwrap(), "done").await
            }
            "ask" => {
                let choices = json!([
                    {"type": "multiple_choice", "short_name": "A", "long_name": "greet me", "reply": "greet"},
                    {"type": "multiple_choice", "short_name": "B", "long_name": "count", "reply": "count"},
                ]);
                let mut message = context.answer("Which?")?;
                message.widget_content = Some(
                    json!({"widget_type": "zform", "extra_data": {"type": "choices", "heading": "Which?", "choices": choices}})
                        .into(),
                );
                context.post(message).await.map(drop)
            }
            "upload" => {
                let url = context.upload("a.txt", b"a".to_vec()).await?;
                context.reply(format!("[a.txt]({url})")).await
            }
            "remind" => {
                let at = context.now() + jiff::SignedDuration::from_mins(20);
                let to = context.conversation()?;
                context.set_alarm("remind", at, &(to, rest)).await?;
                context.reply(format!("at {at}")).await
            }
            "weather" => {
                let call = context
                    .http()
                    .get("https://weather.example/now")
                    .query("city", rest);
                let answer: Value = call.send().await?.json()?;
                context.reply(answer["sky"].as_str().unwrap_or("?")).await
            }
            "break" => panic!("it broke"),
            _ => context.reply(message.text()).await,
        }
    }

    async fn edited(&self, edit: &Edit, context: &Context) -> Result<()> {
        context
            .reply(format!(
                "`{}` became `{}`",
                edit.before,
                edit.message.text()
            ))
            .await
    }

    async fn reacted(&self, reaction: &ReactionEvent, context: &Context) -> Result<()> {
        let to = reaction
            .conversation
            .as_ref()
            .unwrap()
            .to(context.me().user_id);
        let sign = if reaction.added { '+' } else { '-' };
        context.send(to, format!("{sign}{}", reaction.emoji)).await
    }

    async fn alarm(&self, alarm: &Alarm, context: &Context) -> Result<()> {
        let (to, text): (zulipkit_bots::Conversation, String) =
            serde_json::from_value(alarm.data.clone()).unwrap();
        context.send(to.to(context.me().user_id), text).await
    }
}

fn play(text: &str) -> Report {
    let dialog = Dialog::read(Path::new("parrot.toml"), text).unwrap();
    play_dialog(&dialog)
}

fn play_dialog(dialog: &Dialog) -> Report {
    let kind = Kind::of::<Parrot>();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run(dialog, &|config| kind.make(config)))
}

#[track_caller]
fn passes(text: &str) {
    if let Some(failure) = play(text).failure {
        panic!("{failure}");
    }
}

fn failure(text: &str) -> String {
    play(text).failure.expect("it fails").to_string()
}

#[test]
fn answers_where_it_was_asked() {
    passes(
        r##"
        about = "in a direct message, a group and a channel"

        [[step]]
        say = "greet"
        answer = "hello"

        [[step]]
        as = "Iago"
        with = ["Zoe"]
        say = "greet"
        heard = false

        [[step]]
        with = ["Zoe"]
        say = "@**Parrot** greet"
        answer = "hello"

        [[step]]
        in = "#general > birds"
        say = "@**Parrot** greet"
        answer = "hello"

        [[step]]
        in = "#general > birds"
        say = "a parrot!"
        answer = []
        "##,
    );
}

#[test]
fn settings_rules_and_memory() {
    passes(
        r##"
        listen.channels = ["birds"]
        listen.edits = true
        listen.reactions = true
        bots = ["Crow"]
        in = "#birds > nest"

        [config]
        greeting = "ahoy"

        [storage]
        count = 41

        [[step]]
        say = "greet"
        answer = "ahoy"

        [[step]]
        say = "count"
        answer = "42"
        stored = { count = 42 }

        [[step]]
        restart = true

        [[step]]
        say = "forget"
        gone = "count"

        [[step]]
        as = "Crow"
        say = "greet"
        heard = false

        [[step]]
        say = "grete"
        answer = "grete"

        [[step]]
        edit = "greet"
        answer = "`grete` became `greet`"

        [[step]]
        react = "parrot"
        on = "own"
        answer = "+parrot"

        [[step]]
        unreact = "parrot"
        on = "own"
        answer = "-parrot"

        [[step]]
        react = "eyes"
        answer = "+eyes"
        "##,
    );
}

#[test]
fn everything_that_a_bot_does_must_be_listed() {
    passes(
        r##"
        channels = ["news"]
        people = ["Zoe"]

        [[step]]
        say = "react tada"
        reacts = "tada"

        [[step]]
        say = "tell the news"
        sent = { to = "#news > parrot", text = "the news" }

        [[step]]
        say = "whisper psst"
        sent = { to = "Zoe", text = "psst" }

        [[step]]
        say = "work"
        answer = "working"
        edits = "done"

        [[step]]
        say = "ask"
        answer = "Which?"
        buttons = ["greet me", "count"]

        [[step]]
        press = "B"
        answer = "1"

        [[step]]
        say = "upload"
        answer = "[a.txt](…)"
        uploads = "a.txt"

        [[step]]
        say = "break"
        fails = "the bot panicked: it broke"
        "##,
    );
    assert_eq!(
        failure("[[step]]\nsay = 'hi'\nanswer = 'hi'\n[[step]]\nsay = 'work'\nanswer = 'done'\n"),
        "parrot.toml:4\n  answer:\n    - done\n    + working\n  edits:\n    + done\n"
    );
    let unknown = failure("[[step]]\nsay = 'tell x'\n");
    assert!(
        unknown.contains("Channel 'news' does not exist"),
        "{unknown}"
    );
    let broken = failure("[[step]]\nsay = 'break'\n");
    assert!(broken.contains("the bot panicked"), "{broken}");
    let stored = failure("[[step]]\nsay = 'count'\nanswer = '1'\nstored = { count = 2 }\n");
    assert!(
        stored.contains("stored under `count`:\n    - 2\n    + 1\n"),
        "{stored}"
    );
}

#[test]
fn time_passes_when_the_dialog_says_so() {
    passes(
        r##"
        start = 2026-11-25T09:00:00Z
        in = "#general > birds"

        [[step]]
        say = "@**Parrot** remind tea"
        answer = "at 2026-11-25T09:20:00Z"

        [[step]]
        wait = "19 min"

        [[step]]
        restart = true

        [[step]]
        wait = "1 min"
        answer = "tea"
        "##,
    );
}

#[test]
fn services_of_others_are_played_back() {
    passes(
        r##"
        [[http]]
        request = { api_url = "https://weather.example/now", params = { city = "Oslo" } }
        response = { sky = "snow" }
        response-headers = { status = 200, content-type = "application/json" }

        [[step]]
        say = "weather Oslo"
        answer = "snow"

        [[step]]
        say = "weather Rome"
        http = [{ request = { api_url = "https://weather.example/now?city=Rome" }, response = { sky = "sun" } }]
        answer = "sun"

        [[step]]
        say = "weather Rome"
        http = [{ request = { api_url = "https://weather.example/now" }, response = "gone", response-headers = { status = 503 } }]
        fails = "cannot GET https://weather.example/now: the service answered with the status 503"

        [[step]]
        say = "weather Rome"
        http = [{ request = { api_url = "https://weather.example/now" }, failure = "timed out" }]
        fails = "cannot GET https://weather.example/now: timed out"
        "##,
    );
    let missing = "[[step]]\nsay = 'hi'\nanswer = 'hi'\nhttp = [{ request = { api_url = 'https://x.example', method = 'DELETE' }, response = {} }]\n";
    assert_eq!(
        failure(missing),
        "parrot.toml:1\n  DELETE https://x.example was not called\n"
    );
    let other = "[[step]]\nsay = 'weather Rome'\nfails = '…'\nhttp = [{ request = { api_url = 'https://weather.example/now', params = { city = 'Oslo' } }, response = {} }]\n";
    let other = failure(other);
    assert!(
        other.contains("its parameters are [(\"city\", \"Rome\")]"),
        "{other}"
    );
}

#[test]
fn recordings_of_the_python_library_are_read_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let recording = json!({
        "request": {"api_url": "https://weather.example/now", "params": {"city": "Oslo"}, "headers": null},
        "response": "{\"sky\": \"fog\"}",
        "response-headers": {"status": 200, "ok": true, "Status": "200 OK", "content-type": "application/json; charset=utf-8"},
        "meta": {"is_raw_response": true},
    });
    fs_err::write(folder.path().join("oslo.json"), recording.to_string()).unwrap();
    let text = "[[step]]\nsay = 'weather Oslo'\nhttp = [{ file = 'oslo.json' }]\nanswer = 'fog'\n";
    fs_err::write(folder.path().join("dialog.toml"), text).unwrap();
    let dialog = Dialog::open(&folder.path().join("dialog.toml")).unwrap();
    assert_eq!(play_dialog(&dialog).failure, None);
}

#[test]
fn a_dialog_with_a_mistake_shows_its_place() {
    let wrong = |text: &str| {
        let error = Dialog::read(Path::new("parrot.toml"), text).unwrap_err();
        error.render(false)
    };
    let typo = wrong("[[step]]\nsay = 'x'\nanser = 'y'\n");
    assert!(
        typo.contains("parrot.toml:3:1") && typo.contains("did you mean `answer`?"),
        "{typo}"
    );
    let two = wrong("[[step]]\nsay = 'x'\nwait = '1 min'\n");
    assert!(
        two.contains("a step has one of") && two.contains("parrot.toml:1:1"),
        "{two}"
    );
    assert!(wrong("about = 'x'\n").contains("no `[[step]]`"));
    let settings = failure("config.greting = 'x'\n[[step]]\nsay = 'x'\n");
    assert!(settings.contains("unknown key `greting`"), "{settings}");
}

#[test]
fn the_dialogs_of_the_book_are_dialogs() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/bots");
    let mut read = 0;
    for page in ["first-bot.md", "testing.md"] {
        let text = fs_err::read_to_string(book.join(page)).unwrap();
        for block in text.split("```toml\n").skip(1) {
            let (block, _) = block.split_once("```").unwrap();
            Dialog::read(Path::new(page), block).unwrap();
            read += 1;
        }
    }
    assert_eq!(read, 4);
}
