//! Bots without a server: the shell, `bot test` and `bot new`, through the real program.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// How long to wait for words on the terminal; they come within milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.path())
            .env("TERM", "xterm");
        command
    }

    /// Runs the program with lines on its standard input; returns its exit code and what it printed to both streams.
    fn run(&self, arguments: &[&str], lines: &str) -> (i32, String, String) {
        let mut command = self.command(env!("CARGO_BIN_EXE_zulipkit"));
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may have ended before it read them.
        let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
        read(child.wait_with_output().unwrap())
    }
}

fn read(output: Output) -> (i32, String, String) {
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_conversation_over_a_pipe() {
    let folder = Folder::new();
    let lines = "add **milk**\\\nand honey\n/channel general > shopping\nlist\n/raw\nlist\n/tpoic x\n/as Zoe\n/dm\nadd x\n";
    let (code, said, errors) = folder.run(&["bot", "shell", "todo"], lines);
    assert_eq!(
        said,
        "You:\n  add **milk**\n  and honey\n\
         To-do: To do: 1 **milk** and honey\n\
         You: /channel general > shopping\n\
         You speak in #general > shopping. People: You. Channels: #general.\n\
         You [#general > shopping]: list\n\
         To-do: There is nothing to do.\n\
         You [#general > shopping]: /raw\n\
         Write @**To-do** yourself.\n\
         You [#general > shopping]: list\n\
         The bot does not hear this: here it has to be mentioned at the start, as @**To-do**.\n\
         You [#general > shopping]: /tpoic x\n\
         You [#general > shopping]: /as Zoe\n\
         You are Zoe and speak in #general > shopping. People: You, Zoe. Channels: #general.\n\
         Zoe [#general > shopping]: /dm\n\
         You are Zoe and speak to To-do alone. People: You, Zoe. Channels: #general.\n\
         Zoe: add x\n\
         To-do: To do: 1 x\n"
    );
    assert!(errors.contains("did you mean `topic`?"), "{errors}");
    assert_eq!(code, 0);
}

#[test]
fn a_file_is_replayed_and_time_passes() {
    let folder = Folder::new();
    folder.file(
        "lines.txt",
        "remind me in 20 minutes to drink tea\n/advance 19 min\n/advance 1 min\n",
    );
    let (code, said, _) = folder.run(&["bot", "shell", "reminder", "--file", "lines.txt"], "");
    assert_eq!(code, 0);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.contains(&"You: /advance 19 min"), "{said}");
    assert_eq!(
        lines.last(),
        Some(&"Reminder: Reminder: drink tea"),
        "{said}"
    );
    let (code, _, errors) = folder.run(&["bot", "shell", "reminder", "--file", "none.txt"], "");
    assert_eq!(code, 1);
    assert!(errors.contains("none.txt"), "{errors}");
}

#[test]
fn buttons_are_pressed_by_number() {
    let folder = Folder::new();
    let lines = "buttons Lunch? soup, salad\n/press 2\n/press 9\n";
    let (_, said, errors) = folder.run(&["bot", "shell", "poll"], lines);
    assert!(said.contains("[2] 2 salad\nYou: /press 2\n"), "{said}");
    assert!(said.contains("* 2 salad – 1 vote"), "{said}");
    assert!(errors.contains("there are 2 buttons"), "{errors}");
}

#[test]
fn the_settings_of_a_file_hold() {
    let folder = Folder::new();
    folder.file(
        "bots.toml",
        "[bot.echo]\nkind = 'helloworld'\nlisten.channels = ['lobby']\n[bot.wrong]\nkind = 'helloword'\n",
    );
    let shell = |bot| ["bot", "shell", bot, "--config", "bots.toml"];
    let (_, said, _) = folder.run(&shell("echo"), "/channel lobby\n/raw\nanybody?\n");
    assert!(said.contains("anybody?\nHelloWorld: beep boop\n"), "{said}");
    let (code, _, errors) = folder.run(&shell("wrong"), "");
    assert_eq!(code, 3);
    assert!(errors.contains("did you mean `helloworld`?"), "{errors}");
    let (code, _, errors) = folder.run(&shell("ecko"), "");
    assert_eq!(code, 2);
    assert!(errors.contains("did you mean `echo`?"), "{errors}");
    let (code, _, errors) = folder.run(&["bot", "shell", "tood"], "");
    assert_eq!(code, 2);
    assert!(errors.contains("did you mean `todo`?"), "{errors}");
}

/// A program on a terminal of its own.
struct Terminal {
    child: std::process::Child,
    shown: mpsc::Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn start(folder: &Folder, command: &str) -> Self {
        let mut child = folder
            .command("script")
            .args(["-q", "-e", "-c", command, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let (sender, shown) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            shown,
            seen: String::new(),
        }
    }

    /// Waits until these words are shown, after those that were waited for before.
    fn shows(&mut self, words: &str) {
        while !self.seen.contains(words) {
            match self.shown.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("{words:?} is not shown: {:?}", self.seen),
            }
        }
        let (_, after) = self.seen.split_once(words).unwrap();
        self.seen = after.to_owned();
    }

    fn types(&mut self, keys: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(keys.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    fn ends(mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn a_conversation_on_a_terminal() {
    let folder = Folder::new();
    let shell = format!("{} bot shell helloworld", env!("CARGO_BIN_EXE_zulipkit"));
    let mut terminal = Terminal::start(&folder, &shell);
    terminal.shows("`/help` tells what you can do");
    terminal.shows("You> ");
    terminal.types("hello\r");
    terminal.shows("beep boop");
    terminal.shows("You> ");
    terminal.types("/topic lunch\r");
    terminal.shows("You [#general > lunch]> ");
    // The arrow up brings the line before last back.
    terminal.types("\u{1b}[A\u{1b}[A\r");
    terminal.shows("beep boop");
    terminal.shows("You [#general > lunch]> ");
    terminal.types("\u{4}");
    assert_eq!(terminal.ends(), 0);
    let history = folder
        .path()
        .join(".local/state/zulipkit/bot-shell-history");
    assert!(
        fs_err::read_to_string(history)
            .unwrap()
            .contains("/topic lunch")
    );
}

#[test]
fn the_old_name_takes_the_old_flags() {
    let folder = Folder::new();
    let old = folder.path().join("zulip-bot-shell");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zulipkit"), &old).unwrap();
    let old = old.to_str().unwrap();
    folder.file("followup.conf", "[followup]\nchannel = later\n");
    let run = |arguments: &[&str]| {
        let mut command = folder.command(old);
        read(
            command
                .args(arguments)
                .stdin(Stdio::null())
                .output()
                .unwrap(),
        )
    };
    assert_eq!(run(&["helloworld"]).0, 0);
    assert_eq!(run(&["followup", "-b", "followup.conf"]).0, 0);
    let (code, _, error) = run(&["todo", "--bot-config-file", "followup.conf"]);
    assert_eq!(code, 1);
    assert!(error.contains("followup.conf"), "{error}");
    assert_eq!(run(&["no-such-bot"]).0, 1);
    let (code, _, usage) = run(&[]);
    assert_eq!(code, 2);
    assert!(usage.contains("zulip-bot-shell: error:"), "{usage}");
    let mut terminal = Terminal::start(&folder, &format!("{old} helloworld"));
    terminal.shows("You> ");
    terminal.types("\u{3}");
    terminal.shows("Ok, if you're happy with your terminal-based testing");
    assert_eq!(terminal.ends(), 1);
}

#[test]
fn dialogs_are_run_and_reported() {
    let folder = Folder::new();
    let (code, said, _) = folder.run(&["bot", "test"], "");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.lines().count() >= 7 && said.lines().all(|line| line.starts_with("ok ")),
        "{said}"
    );
    folder.file(
        "bots.toml",
        "[bot.echo]\nkind = 'helloworld'\nlisten.channels = ['lobby']\n",
    );
    folder.file(
        "dialogs/echo/lobby.toml",
        "in = '#lobby > x'\n[[step]]\nsay = 'hi'\nanswer = 'beep boop'\nreacts = 'wave'\n",
    );
    let of_file = ["bot", "test", "--config", "bots.toml"];
    let (code, said, _) = folder.run(&of_file, "");
    assert_eq!(
        (code, said.as_str()),
        (0, "ok    dialogs/echo/lobby.toml\n")
    );
    folder.file(
        "wrong.toml",
        "bot = 'helloworld'\nabout = 'it is wrong'\n[[step]]\nsay = 'hi'\nanswer = 'beep'\nreacts = 'wave'\n",
    );
    let (code, said, errors) = folder.run(&["bot", "test", "wrong.toml"], "");
    assert_eq!(
        said,
        "FAIL  wrong.toml  it is wrong\n      wrong.toml:3\n        answer:\n          - beep\n          + beep boop\n"
    );
    assert_eq!(code, 1);
    assert!(errors.contains("1 of 1 dialogs failed"), "{errors}");
    let (code, json, _) = folder.run(&["bot", "test", "--json", "wrong.toml"], "");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (code, &json[0]["passed"], &json[0]["failure"]["line"]),
        (1, &false.into(), &3.into())
    );
    let (code, _, errors) = folder.run(&["bot", "test", "none.toml"], "");
    assert_eq!(code, 3, "{errors}");
}

#[test]
fn a_new_bot_passes_its_tests_as_made() {
    let folder = Folder::new();
    let (code, said, errors) = folder.run(&["bot", "new", "weather-report"], "");
    assert_eq!(code, 0, "{errors}");
    assert!(
        said.starts_with("Made the bot weather-report in `weather-report`:\n"),
        "{said}"
    );
    let (code, _, errors) = folder.run(&["bot", "new", "weather-report"], "");
    assert_eq!(code, 1);
    assert!(errors.contains("not empty"), "{errors}");
    assert_eq!(folder.run(&["bot", "new", "../x"], "").0, 2);
    assert!(!folder.path().join("../x").exists());

    // The same versions in the same folder as this workspace, so that little is built and nothing fetched.
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let made = folder.path().join("weather-report");
    fs_err::copy(workspace.join("Cargo.lock"), made.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--offline"])
        .current_dir(&made)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .output()
        .unwrap();
    let (code, said, errors) = read(output);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(said.contains("test result: ok. 1 passed"), "{said}");
}

#[test]
fn a_new_bot_in_another_language_says_what_its_dialog_says() {
    let folder = Folder::new();
    for (language, ending) in [("python", "py"), ("javascript", "js"), ("shell", "sh")] {
        let name = format!("{language}-bot");
        let (code, _, errors) = folder.run(&["bot", "new", &name, "--language", language], "");
        assert_eq!(code, 0, "{errors}");
        let settings = format!("{name}/bots.toml");
        let (code, said, errors) = folder.run(&["bot", "test", "--config", &settings], "");
        assert_eq!(code, 0, "{said}{errors}");
        // What it does not handle it acknowledges, so that it is not taken to hang.
        let edits = "listen.edits = true\n[[step]]\nsay = 'hi'\nanswer = '…'\n[[step]]\nedit = 'ho'\nanswer = []\n";
        fs_err::write(
            folder
                .path()
                .join(&name)
                .join("dialogs")
                .join(&name)
                .join("edits.toml"),
            edits,
        )
        .unwrap();
        let (code, said, errors) = folder.run(&["bot", "test", "--config", &settings], "");
        assert_eq!(code, 0, "{said}{errors}");
        let program = format!("{name}/{name}.{ending}");
        let (_, said, errors) = folder.run(&["bot", "shell", "--command", &program], "hi\n");
        assert!(said.ends_with("-bot: Hello, You!\n"), "{said}{errors}");
    }
}
