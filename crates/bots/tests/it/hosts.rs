//! Programs as bots: the examples, and programs that misbehave.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use zulipkit_bots::address::Listen;
use zulipkit_bots::hosts::{Process, Program};
use zulipkit_bots::http::Http;
use zulipkit_bots::local::{Deed, Deeds, Session, Time, World};
use zulipkit_bots::{Bot as _, Conversation, Files, Result};

/// A person who talks to a program in a small world.
struct Talk {
    world: World,
    deeds: Deeds,
    session: Session,
    bot: Arc<Process>,
    folder: TempDir,
}

impl Talk {
    /// Starts a program.
    async fn with(command: &[&str], config: Value) -> Result<Self> {
        Self::in_folder(TempDir::new().unwrap(), command, config).await
    }

    /// Starts a Python program that consists of this text.
    async fn python(text: &str) -> Result<Self> {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("bot.py"), text).unwrap();
        Self::in_folder(folder, &["python3", "bot.py"], json!({})).await
    }

    async fn in_folder(folder: TempDir, command: &[&str], config: Value) -> Result<Self> {
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        let program = Program::new(&command, folder.path())?;
        let config: Map<String, Value> = config.as_object().unwrap().clone();
        let bot = Arc::new(Process::new("tested", program, config));
        let (world, deeds) = World::new("Tested", Time::Ahead(SignedDuration::ZERO));
        let files = Files::in_folder(folder.path());
        let listen = Listen {
            edits: true,
            reactions: true,
            ..Listen::default()
        };
        let session = Session::new(world.clone(), bot.clone(), listen, files, Http::default())?;
        session.start().await?;
        Ok(Self {
            world,
            deeds,
            session,
            bot,
            folder,
        })
    }

    /// Says something to the bot, and returns how it fared.
    async fn say(&self, text: &str) -> Result<()> {
        let ada = self.world.person("Ada").id;
        let place = Conversation::direct([ada], self.session.bot_id());
        let limit = Duration::from_secs(30);
        let turn = tokio::time::timeout(limit, self.session.say(ada, &place, text));
        turn.await.expect("the bot answers in time").outcome
    }

    /// What the bot has said since the last look.
    fn said(&mut self) -> Vec<String> {
        let sent = |deed| match deed {
            Deed::Sent(message) => Some(message.content),
            _ => None,
        };
        self.deeds.take().into_iter().filter_map(sent).collect()
    }
}

fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/bots")
        .join(path)
}

/// Begins a Python program that has said it is ready; what follows handles `line`.
const READY: &str = "
import base64, json, os, signal, sys, time
def say(**line):
    print(json.dumps(line), flush=True)
def hear():
    line = sys.stdin.readline()
    return json.loads(line) if line else sys.exit()
def ask(kind, **fields):
    say(type=kind, id='q', **fields)
    return hear()
hello = hear()
say(type='ready', usage={'name': 'Test', 'text': 'I am tested.'})
";

#[tokio::test]
async fn a_python_program_of_twenty_lines_answers() {
    let path = example("python/echo.py");
    let config = json!({"greeting": "Heard"});
    let mut talk = Talk::with(&[path.to_str().unwrap()], config).await.unwrap();
    talk.say("tea").await.unwrap();
    talk.say("\"quotes\" and\nlines").await.unwrap();
    assert_eq!(
        talk.said(),
        ["Heard (1): tea", "Heard (2): \"quotes\" and\nlines"]
    );
    assert_eq!(talk.bot.usage().text, "I say what I hear.");
    assert_eq!(talk.bot.usage().name, "Echo");
    talk.bot.stop().await;
}

#[tokio::test]
async fn a_shell_program_answers() {
    let path = example("shell/uptime.sh");
    let mut talk = Talk::with(&[path.to_str().unwrap()], json!({}))
        .await
        .unwrap();
    talk.say("load").await.unwrap();
    talk.say("what?").await.unwrap();
    let said = talk.said();
    assert_eq!(said[0].split_whitespace().count(), 5, "{said:?}");
    assert_eq!(said[1], "I know `load` and `disk`.");
}

#[tokio::test]
async fn a_javascript_program_remembers() {
    let path = example("javascript/karma.mjs");
    let mut talk = Talk::with(&[path.to_str().unwrap()], json!({}))
        .await
        .unwrap();
    for text in ["tea++", "tea++", "coffee--", "tea"] {
        talk.say(text).await.unwrap();
    }
    assert_eq!(
        talk.said(),
        [
            "tea has 1 points.",
            "tea has 2 points.",
            "coffee has -1 points.",
            "`NAME++` or `NAME--`, please."
        ]
    );
    let tea: Option<i64> = talk.session.storage().get("tea").await.unwrap();
    assert_eq!(tea, Some(2));
}

#[tokio::test]
async fn every_request_is_answered() {
    let program = "
while True:
    event = hear()
    e = event['id']
    if event['type'] != 'message':
        say(type='done', id=e)
        continue
    sent = ask('reply', event=e, text='one')['result']['message_id']
    steps = [
        ask('edit', message=sent, text='two'),
        ask('react', message=sent, emoji='tada'),
        ask('unreact', message=sent, emoji='tada'),
        ask('upload', name='a.txt', base64=base64.b64encode(b'text').decode()),
        ask('upload', path='bot.py'),
        ask('upload', path='/etc/passwd'),
        ask('typing', event=e),
        ask('put', key='k', value={'a': 1}),
        ask('get', key='k'),
        ask('get', key='none'),
        ask('keys', prefix=''),
        ask('remove', key='k'),
        ask('alarm', name='wake', due='2099-01-01T00:00:00Z', data=7),
        ask('cancel_alarm', name='wake'),
        ask('call', method='GET', path='/users/me'),
        ask('send', to={'channel': 'dev', 'topic': 't'}, text='there'),
        ask('send', to={'nowhere': 1}, text='there'),
        ask('dance'),
        ask('reply', event=999, text='x'),
        ask('reply', text='x'),
    ]
    say(type='new in version 9')
    for step in steps:
        say(type='send', event=e, to=event['conversation'], text=json.dumps(step.get('result', step.get('error'))))
        assert step['type'] == 'answer' and step['id'] == 'q'
    say(type='done', id=e)
";
    let mut talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    talk.world.channel("dev");
    talk.say("go").await.unwrap();
    let said = talk.said();
    let wanted = [
        "one",
        "there",
        "{}",
        "{}",
        "{}",
        "url",
        "url",
        "own folder",
        "{}",
        "{}",
        r#"{"found": true, "value": {"a": 1}}"#,
        r#"{"found": false, "value": null}"#,
        r#"{"keys": ["k"]}"#,
        "{}",
        "{}",
        r#"{"was_set": true}"#,
        "user_id",
        "message_id",
        "`to` has a `channel`",
        "unknown variant `dance`",
        "999 is not under way",
        "no message is being handled",
    ];
    assert_eq!(said.len(), wanted.len(), "{said:#?}");
    for want in wanted {
        assert!(
            said.iter().any(|said| said.contains(want)),
            "{want} in {said:#?}"
        );
    }
}

#[tokio::test]
async fn a_failure_is_reported_and_the_next_message_is_handled() {
    let program = "
while True:
    event = hear()
    if event['text'] == 'fail':
        say(type='failed', id=event['id'], error='no milk')
    else:
        say(id=event['id'], reply='fine')
";
    let mut talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    let error = talk.say("fail").await.unwrap_err().one_line();
    assert!(error.contains("no milk"), "{error}");
    talk.say("tea").await.unwrap();
    assert_eq!(talk.said(), ["fine"]);
}

#[tokio::test]
async fn a_handling_ends_after_all_that_was_asked_for_in_it() {
    let program = "
while True:
    event = hear()
    for number in range(20):
        say(type='reply', event=event['id'], text=str(number))
    say(type='reply', event=event['id'], text='named', once='a name')
    say(type='done', id=event['id'])
";
    let mut talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    talk.say("tea").await.unwrap();
    assert_eq!(talk.said().len(), 21);
    talk.say("milk").await.unwrap();
    assert_eq!(talk.said().len(), 20);
}

#[tokio::test]
async fn a_program_that_dies_is_started_again_and_given_the_message_once_more() {
    let program = "
while True:
    event = hear()
    if event['text'] == 'die' and not event['again']:
        sys.exit(3)
    if event['text'] == 'always':
        os.kill(os.getpid(), signal.SIGKILL)
    if event['text'] == 'said':
        ask('reply', event=event['id'], text='half')
        sys.exit(4)
    say(id=event['id'], reply='alive' + ' again' * event['again'])
";
    let mut talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    talk.say("die").await.unwrap();
    assert_eq!(talk.said(), ["alive again"]);
    let error = talk.say("always").await.unwrap_err().one_line();
    assert!(
        error.contains("`python3` has ended") && error.contains("signal: 9"),
        "{error}"
    );
    // Who has said something already does not say it twice.
    let error = talk.say("said").await.unwrap_err().one_line();
    assert!(error.contains("exit status: 4"), "{error}");
    talk.say("tea").await.unwrap();
    assert_eq!(talk.said(), ["half", "alive"]);
}

#[tokio::test]
async fn programs_that_break_the_protocol_end_with_a_clear_error() {
    let cases = [
        ("print('debugging')", "`debugging` is no JSON object"),
        (
            "sys.stdout.buffer.write(b'\\xff\\xfe\\n')",
            "is no JSON object",
        ),
        (
            "print('x' * 5_000_000)",
            "a line is longer than 4194304 bytes",
        ),
        (
            "print('{\"type\": \"x\" }\\n' * 5000)\n    [print('{}') for _ in range(3000)]",
            "lines in a row that mean nothing",
        ),
        ("os.close(1); time.sleep(60)", "has ended"),
    ];
    for (deed, wanted) in cases {
        let program = format!(
            "{READY}\nwhile True:\n    event = hear()\n    {deed}\n    sys.stdout.flush()\n"
        );
        let talk = Talk::python(&program).await.unwrap();
        let error = talk.say("go").await.unwrap_err().one_line();
        assert!(error.contains(wanted), "{deed}: {error}");
        talk.bot.stop().await;
    }
}

#[tokio::test]
async fn a_program_that_cannot_start_says_why() {
    let cases: [(&[&str], &str); 4] = [
        (&["./missing"], "cannot start"),
        (&["no-such-program-anywhere"], "named with its path"),
        (&["true"], "did not answer `hello` with `ready`"),
        (&["echo", "hello"], "`hello` is no JSON object"),
    ];
    for (command, wanted) in cases {
        let error = Talk::with(command, json!({})).await.err().unwrap();
        let text = error.render(false);
        assert!(text.contains(wanted), "{command:?}: {text}");
    }
}

#[tokio::test]
async fn who_has_it_die_again_and_again_does_not_slow_it_down_for_others() {
    let program = "
while True:
    event = hear()
    if event['text'] == 'die':
        sys.exit(3)
    say(id=event['id'], reply='alive')
";
    let mut talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    for _ in 0..5 {
        talk.say("die").await.unwrap_err();
        talk.say("tea").await.unwrap();
    }
    assert_eq!(talk.said(), ["alive"; 5]);
}

#[tokio::test]
async fn a_reply_that_is_no_text_is_no_silence() {
    let program = "
while True:
    event = hear()
    say(id=event['id'], reply={'5': 5, 'none': None}[event['text']])
";
    let mut talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    let error = talk.say("5").await.unwrap_err().one_line();
    assert!(error.contains("its `reply` is no text"), "{error}");
    talk.say("none").await.unwrap();
    assert!(talk.said().is_empty());
}

#[tokio::test]
async fn a_program_that_hangs_is_replaced_when_nobody_waits_any_longer() {
    let program = "
while True:
    event = hear()
    if event['text'] == 'hang':
        time.sleep(600)
    say(id=event['id'], reply='awake')
";
    let mut talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    let patient = talk.session.clone();
    talk.session = talk.session.with_time_limit(Duration::from_millis(200));
    let error = talk.say("hang").await.unwrap_err().one_line();
    assert!(error.contains("the bot took longer than 0.2 s"), "{error}");
    talk.session = patient;
    talk.say("tea").await.unwrap();
    assert_eq!(talk.said(), ["awake"]);
}

#[tokio::test]
async fn nothing_is_left_behind() {
    let program = "
import subprocess
child = subprocess.Popen(['sleep', '600'])
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open('pids', 'w').write(f'{os.getpid()} {child.pid}')
while True:
    event = hear()
    say(id=event['id'])
";
    let talk = Talk::python(&format!("{READY}{program}")).await.unwrap();
    talk.say("tea").await.unwrap();
    let pids = std::fs::read_to_string(talk.folder.path().join("pids")).unwrap();
    talk.bot.stop().await;
    let gone = |pid: &str| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.is_empty() || status.contains("State:\tZ")
    };
    // A signal that nobody can catch still takes a moment.
    crate::runner::world::until("all processes are gone", || pids.split(' ').all(gone)).await;
}

#[tokio::test]
async fn a_program_that_never_reads_holds_up_nobody_else() {
    let talk =
        Talk::python("print('{\"type\": \"ready\"}', flush=True)\nimport time; time.sleep(600)")
            .await
            .unwrap();
    let text = "x".repeat(9_000);
    let waiting =
        (0..20).map(|_| tokio::time::timeout(Duration::from_millis(300), talk.say(&text)));
    for outcome in futures_util::future::join_all(waiting).await {
        assert!(outcome.is_err() || outcome.unwrap().is_err());
    }
    talk.bot.stop().await;
}

/// Plays the program's part of the conversation in the book, and compares what it reads with the book.
const REPLAY: &str = "
import json, sys
def within(wanted, got):
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(key in got and within(wanted[key], got[key]) for key in wanted)
    return wanted == got
for mark, wanted in json.load(open('steps.json')):
    if mark == '<':
        print(json.dumps(wanted), flush=True)
        continue
    got = json.loads(sys.stdin.readline())
    if not within(wanted, got):
        print(f'the book has {wanted}, but it is {got}', flush=True)
        sys.exit(1)
sys.stdin.read()
";

/// Reads the lines of the book's conversation: whose each is, and what it says.
fn book() -> Vec<(String, Value)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/bots/json-lines.md");
    let page = std::fs::read_to_string(page).unwrap();
    let blocks = page.split("```lines").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in blocks.flat_map(str::lines).map(str::trim) {
        match line.split_once(' ') {
            Some((mark @ (">" | "<"), rest)) => steps.push((mark.to_owned(), rest.to_owned())),
            _ if line.is_empty() => {}
            _ => steps.last_mut().unwrap().1.push_str(line),
        }
    }
    let read = |(mark, text): (String, String)| (mark, serde_json::from_str(&text).unwrap());
    steps.into_iter().map(read).collect()
}

#[tokio::test]
async fn the_book_says_what_is_spoken() {
    let folder = TempDir::new().unwrap();
    let steps = book();
    assert_eq!(steps.len(), 19);
    std::fs::write(
        folder.path().join("steps.json"),
        serde_json::to_string(&steps).unwrap(),
    )
    .unwrap();
    std::fs::write(folder.path().join("bot.py"), REPLAY).unwrap();
    let config = json!({"greeting": "Hi"});
    let mut talk = Talk::in_folder(folder, &["python3", "bot.py"], config)
        .await
        .unwrap();
    talk.say("tea").await.unwrap();
    talk.say("count").await.unwrap();
    let error = talk.say("fail").await.unwrap_err().one_line();
    assert!(error.contains("no milk"), "{error}");
    assert_eq!(talk.said(), ["Hi: tea", "counted"]);
}

#[test]
fn the_settings_in_the_book_make_a_program() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/bots/json-lines.md");
    let page = std::fs::read_to_string(page).unwrap();
    let toml = page.split("```toml").nth(1).unwrap().split("```").next();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bots.toml");
    std::fs::write(&path, toml.unwrap()).unwrap();
    let file = zulipkit_bots::Settings::read(&path).unwrap();
    let bot = file.value.bot["echo"].get_ref().make("echo", &[], &file);
    assert_eq!(bot.unwrap().usage().name, "echo");
}

#[tokio::test]
async fn a_bot_in_rust_runs_as_a_program() {
    let built = std::process::Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--package",
            "zulipkit-bots",
            "--example",
            "greeter",
        ])
        .status();
    assert!(built.unwrap().success());
    // This test lies in `debug/deps`.
    let this = std::env::current_exe().unwrap();
    let greeter = this.parent().unwrap().with_file_name("examples/greeter");
    let command = [greeter.to_str().unwrap()];
    let mut talk = Talk::with(&command, json!({"greeting": "Good day,"}))
        .await
        .unwrap();
    talk.say("hello").await.unwrap();
    talk.say("hello").await.unwrap();
    assert_eq!(talk.said(), ["Good day, Ada (1)", "Good day, Ada (2)"]);
    assert_eq!(talk.bot.usage().text, "I greet you.");
    let wrong = Talk::with(&command, json!({"greating": "Hi"})).await;
    let error = wrong.err().unwrap().one_line();
    assert!(error.contains("did not answer `hello`"), "{error}");
}
