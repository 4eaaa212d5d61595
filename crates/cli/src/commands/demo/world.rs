//! The demo's world: a folder with a repository and a clone, a simulated server, and this program.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zulipkit_diag::Result;
use zulipkit_sim::Sim;

use super::failed;
use crate::readable::as_read;
use crate::ui::{BOLD, DIM, GOOD, Ui, paint};

/// How long a message may take to arrive before the demo gives up; on an idle machine it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The person who talks to the bot.
const ADA: &str = "ada@example.com";

pub(super) struct World {
    folder: TempDir,
    sim: Sim,
    ui: Ui,
    /// How many messages have been shown.
    shown: usize,
    /// Counts commits, so that each changes its file.
    commits: usize,
    bot: Option<Bot>,
}

/// A bot that runs as long as the demo.
struct Bot {
    process: Child,
    /// Where it writes its log; closed, it could not.
    _log: BufReader<ChildStderr>,
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl World {
    pub(super) fn new(port: Option<u16>, ui: Ui) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("zulipkit-demo-")
            .tempdir()
            .map_err(|cause| failed("make a folder", cause))?;
        let mut builder = Sim::builder()
            .channel("commits")
            .person("Ada Lovelace", ADA);
        if let Some(port) = port {
            builder = builder.port(port);
        }
        let sim = builder
            .start()
            .map_err(|cause| failed("start the simulated server", cause))?;
        Ok(Self {
            folder,
            sim,
            ui,
            shown: 0,
            commits: 0,
            bot: None,
        })
    }

    pub(super) fn page(&self) -> String {
        self.sim.url()
    }

    pub(super) fn chapter(&self, title: &str) {
        self.ui.data(format!("\n{}", paint(BOLD, title)));
    }

    /// Makes a bare repository and a clone with a branch `main`.
    pub(super) fn make_repository(&self) -> Result<()> {
        let bare = self.repository();
        self.run(
            Path::new("/"),
            "git",
            &["init", "-q", "--bare", "-b", "main", text(&bare)?],
        )?;
        self.run(
            Path::new("/"),
            "git",
            &["clone", "-q", text(&bare)?, text(&self.clone())?],
        )?;
        self.git(&["switch", "-q", "-c", "main"])
    }

    /// Runs `zulipkit git install` as a user would.
    pub(super) fn install(&mut self) -> Result<()> {
        let zuliprc = self.folder.path().join("zuliprc");
        self.sim
            .zuliprc(&zuliprc)
            .map_err(|cause| failed("write a zuliprc", cause))?;
        let program = program()?;
        let repository = self.repository();
        let arguments = [
            "git",
            "install",
            text(&repository)?,
            "--zuliprc",
            text(&zuliprc)?,
            "--channel",
            "commits",
        ];
        self.shell_line("zulipkit", &arguments);
        let output = self.run(self.folder.path(), text(&program)?, &arguments)?;
        self.ui.raw(indent(&output.stdout));
        self.ui.raw(indent(&output.stderr));
        self.show_messages(1)
    }

    pub(super) fn commit(&mut self, subject: &str, file: &str) -> Result<()> {
        self.commits += 1;
        let line = format!("{}\n", self.commits);
        let path = self.clone().join(file);
        let mut content = fs_err::read_to_string(&path).unwrap_or_default();
        content.push_str(&line);
        fs_err::write(&path, content).map_err(|cause| failed("write a file", cause))?;
        self.git(&["add", "."])?;
        self.git(&["commit", "-q", "-m", subject])
    }

    pub(super) fn git(&self, arguments: &[&str]) -> Result<()> {
        self.run(&self.clone(), "git", arguments).map(drop)
    }

    /// Pushes, and shows the message that comes of it.
    pub(super) fn push(&mut self, arguments: &[&str]) -> Result<()> {
        self.timed_push(arguments)?;
        self.show_messages(1)
    }

    /// Pushes while nothing can arrive, and shows what waits.
    pub(super) fn push_while_down(&mut self, arguments: &[&str]) -> Result<()> {
        self.timed_push(arguments)?;
        // A moment later the first try has failed, and the list says why it waits.
        sleep(Duration::from_millis(500));
        let program = program()?;
        self.shell_line("zulipkit", &["outbox", "list"]);
        let output = self.run(self.folder.path(), text(&program)?, &["outbox", "list"])?;
        self.ui.raw(indent(&output.stdout));
        Ok(())
    }

    pub(super) fn stop_server(&mut self) {
        self.sim.stop();
    }

    /// Starts the server again; what waited arrives.
    pub(super) fn start_server(&mut self) -> Result<()> {
        self.sim
            .restart()
            .map_err(|cause| failed("start the simulated server again", cause))?;
        self.ui.data(paint(DIM, "  the server is back"));
        self.show_messages(1)
    }

    /// Starts a bot as a user would, and waits until it hears people.
    pub(super) fn start_bot(&mut self, name: &str) -> Result<()> {
        let zuliprc = self.folder.path().join("zuliprc");
        let arguments = ["bot", "run", name, "--zuliprc", text(&zuliprc)?];
        self.shell_line("zulipkit", &arguments);
        let mut process = self
            .command(self.folder.path(), text(&program()?)?, &arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|cause| failed("start a bot", cause))?;
        let log = process.stderr.take().expect("it is piped");
        let mut bot = Bot {
            process,
            _log: BufReader::new(log),
        };
        let mut line = String::new();
        while !line.contains("runs as") {
            line.clear();
            let read = bot._log.read_line(&mut line);
            if read.map_err(|cause| failed("start a bot", cause))? == 0 {
                return Err(failed("start a bot", "it ended at once"));
            }
        }
        self.bot = Some(bot);
        self.ui.data(paint(
            DIM,
            "  it runs until the demo ends: mention it on the page as well",
        ));
        Ok(())
    }

    /// Lets a person mention the bot, and shows what both say.
    pub(super) fn say(&mut self, topic: &str, words: &str) -> Result<()> {
        let zuliprc = self.folder.path().join("ada.zuliprc");
        if !zuliprc.exists() {
            let ada = self
                .sim
                .account(ADA)
                .ok_or_else(|| failed("find a person", ADA))?;
            self.sim
                .zuliprc_of(&ada, &zuliprc)
                .map_err(|cause| failed("write a zuliprc", cause))?;
        }
        let message = format!("@**Example Bot** {words}");
        let arguments = [
            "send",
            "--zuliprc",
            text(&zuliprc)?,
            "--channel",
            "general",
            "--topic",
            topic,
            &message,
        ];
        self.run(self.folder.path(), text(&program()?)?, &arguments)?;
        self.show_messages(2)
    }

    fn timed_push(&self, arguments: &[&str]) -> Result<()> {
        let arguments: Vec<&str> = ["push", "-q"].iter().chain(arguments).copied().collect();
        self.shell_line("git", &arguments);
        let start = Instant::now();
        let output = self.run(&self.clone(), "git", &arguments)?;
        let took = start.elapsed().as_millis();
        self.ui.raw(indent(&output.stderr));
        self.ui.data(paint(
            DIM,
            format!("  done in {took} ms, the hook included"),
        ));
        Ok(())
    }

    /// Waits for messages and shows them as people read them.
    fn show_messages(&mut self, count: usize) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while self.sim.messages().len() < self.shown + count {
            if Instant::now() > deadline {
                return Err(failed(
                    "wait for a message",
                    format!("none came in {} s", PATIENCE.as_secs()),
                ));
            }
            sleep(Duration::from_millis(5));
        }
        for message in self.sim.messages().iter().skip(self.shown) {
            let place = format!(
                "#{} > {}",
                message.channel.as_deref().unwrap_or_default(),
                message.topic
            );
            self.ui.data(format!(
                "  {} {}",
                paint(GOOD, &message.sender_name),
                paint(BOLD, place)
            ));
            for line in as_read(&message.content).lines() {
                self.ui.data(format!("  {} {line}", paint(GOOD, "|")));
            }
            self.shown += 1;
        }
        Ok(())
    }

    fn shell_line(&self, program: &str, arguments: &[&str]) {
        let folder = self.folder.path().display().to_string();
        let line = format!("{program} {}", arguments.join(" ")).replace(&format!("{folder}/"), "");
        self.ui
            .data(format!("  {}", paint(DIM, format!("$ {line}"))));
    }

    fn repository(&self) -> PathBuf {
        self.folder.path().join("website.git")
    }

    fn clone(&self) -> PathBuf {
        self.folder.path().join("website")
    }

    /// Runs a program with nothing of the user's own settings, and fails when it does.
    fn run(&self, folder: &Path, program: &str, arguments: &[&str]) -> Result<Output> {
        let output = self
            .command(folder, program, arguments)
            .output()
            .map_err(|cause| failed(&format!("run `{program}`"), cause))?;
        if output.status.success() {
            return Ok(output);
        }
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(failed(
            &format!("run `{program} {}`", arguments.join(" ")),
            words,
        ))
    }

    fn command(&self, folder: &Path, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .env("HOME", self.folder.path())
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada Lovelace")
            .env("GIT_AUTHOR_EMAIL", "ada@example.com")
            .env("GIT_COMMITTER_NAME", "Ada Lovelace")
            .env("GIT_COMMITTER_EMAIL", "ada@example.com")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("STATE_DIRECTORY")
            .env_remove("ZULIPKIT_CONFIG");
        command
    }
}

fn program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|cause| failed("find this program", cause))
}

fn text(path: &Path) -> Result<&str> {
    path.to_str()
        .ok_or_else(|| failed("name a folder", format!("{} is not UTF-8", path.display())))
}

fn indent(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect()
}
