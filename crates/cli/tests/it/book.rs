//! The book does what it says: its commands are run, its settings are read.
//!
//! - A line `$ …` in a block ```` ```console ```` is run, in a world with a repository, a simulated server and an account, where
//!   the book's paths lie. It must end well; the last one of a block ```` ```console,exit=4 ```` with that code. What the block
//!   shows below it must be what is printed; `…` stands for anything.
//! - A line `# zulipkit …` is root's. It is not run, since tests are not root, but its options must exist.
//! - A block ```` ```text ```` may hold commands that cannot be run here; the line above the block says why.
//! - A command in running text must exist, with its options.
//! - A block ```` ```toml ```` is a settings file of the Git integration, on the page about another one of that. Those of the
//!   bots are read by the tests of their crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::World;

#[test]
fn every_command_in_the_book_runs() {
    let mut run = 0;
    for page in pages() {
        let world = Book::new(&page);
        for block in page.blocks() {
            if block.language() != "console" {
                continue;
            }
            for step in block.steps() {
                world.follow(&page, &step);
                run += 1;
            }
        }
    }
    assert!(run > 20, "the book's commands were not found");
}

#[test]
fn what_cannot_be_run_says_why() {
    for page in pages() {
        for block in page.blocks() {
            let commands = block.language() != "console"
                && block.lines.iter().any(|line| line.starts_with("$ "));
            assert!(
                !commands || block.above.starts_with("<!-- not run: "),
                "{}: above {:#?} there must be a line `<!-- not run: REASON -->`",
                page.name,
                block.lines
            );
        }
    }
}

#[test]
fn commands_in_running_text_exist() {
    let world = Book::new(&Page::of("introduction.md"));
    let mut seen = std::collections::BTreeSet::new();
    for page in pages() {
        for span in page.spans() {
            if span.starts_with("zulipkit ") && seen.insert(span.clone()) {
                world.exists(&page, &span);
            }
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn settings_in_the_book_are_settings() {
    for page in pages() {
        let mut world = None;
        for block in page.blocks() {
            if block.language() == "toml" && !page.name.starts_with("bots/") {
                let world = world.get_or_insert_with(|| Book::new(&page));
                world.accepts(&page, &block.lines.join("\n"));
            }
        }
    }
}

/// Pages that people read; the generated ones and those about the code have no commands of their own.
fn pages() -> Vec<Page> {
    let summary = fs_err::read_to_string(book().join("SUMMARY.md")).unwrap();
    let names = summary
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    names
        .filter(|name| !name.starts_with("reference/") && !name.starts_with("design/"))
        .map(Page::of)
        .collect()
}

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src")
}

struct Page {
    name: String,
    text: String,
}

struct Block {
    /// What stands after the opening fence.
    info: String,
    /// The last line before it that is not empty.
    above: String,
    lines: Vec<String>,
}

struct Step {
    root: bool,
    command: String,
    /// The exit code that is right.
    code: i32,
    /// What the block shows; nothing if it shows nothing.
    shown: String,
}

impl Page {
    fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: fs_err::read_to_string(book().join(name)).unwrap(),
        }
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(Block, usize)> = None;
        let mut above = "";
        for line in self.text.lines() {
            let indent = line.len() - line.trim_start().len();
            match (&mut open, line.trim_start().strip_prefix("```")) {
                (None, Some(info)) => {
                    let block = Block {
                        info: info.to_owned(),
                        above: above.trim().to_owned(),
                        lines: Vec::new(),
                    };
                    open = Some((block, indent));
                }
                (Some(_), Some(_)) => blocks.extend(open.take().map(|(block, _)| block)),
                (Some((block, indent)), None) => {
                    block
                        .lines
                        .push(line.get(*indent..).unwrap_or("").to_owned());
                }
                (None, None) if !line.trim().is_empty() => above = line,
                (None, None) => {}
            }
        }
        blocks
    }

    /// Whether the page's own commands put the hook in place, so that it is not there before.
    fn installs(&self) -> bool {
        self.blocks().iter().any(|block| {
            block.language() == "console"
                && block
                    .lines
                    .iter()
                    .any(|line| line.starts_with("$ zulipkit git install"))
        })
    }

    /// What makes the repository that the page is about, if it is not a Git one: program, command and path.
    fn repository(&self) -> Option<(&'static str, &'static str, &'static str)> {
        match self.name.as_str() {
            "integrations/svn.md" => Some(("svnadmin", "create", "/srv/svn/website")),
            // Fossil wants to know who it is that makes one.
            "integrations/fossil.md" => Some((
                "sh",
                "-c 'mkdir -p $(dirname $0) && USER=ada fossil init $0'",
                "/srv/fossil/website.fossil",
            )),
            "integrations/hg.md" => Some(("hg", "init", "/srv/hg/website")),
            "integrations/cvs.md" => Some(("sh", "-c 'cvs -d $0 init'", "/srv/cvs/tools")),
            "integrations/bzr.md" => Some(("brz", "init", "/srv/bzr/website")),
            "integrations/jenkins.md" => Some(("mkdir", "-p", "/var/lib/jenkins")),
            "integrations/perforce.md" => Some(("mkdir", "-p", "/srv/perforce")),
            // An environment is known by this file; `trac.rs` has a real one.
            "integrations/trac.md" => Some((
                "sh",
                "-c 'install -D /dev/null $0/conf/trac.ini'",
                "/srv/trac/project",
            )),
            _ => None,
        }
    }

    /// What stands between single backticks outside blocks.
    fn spans(&self) -> Vec<String> {
        let mut fenced = false;
        let mut spans = Vec::new();
        for line in self.text.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
            }
        }
        spans
    }
}

impl Block {
    fn language(&self) -> &str {
        self.info.split(',').next().unwrap_or_default()
    }

    fn exit_code(&self) -> i32 {
        self.info
            .split_once("exit=")
            .map_or(0, |(_, code)| code.parse().unwrap())
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for line in &self.lines {
            let prompted = line.strip_prefix("$ ");
            let by_root = line
                .strip_prefix("# ")
                .filter(|line| line.starts_with("zulipkit "));
            if let Some(command) = prompted.or(by_root) {
                steps.push(Step {
                    root: by_root.is_some(),
                    command: command.to_owned(),
                    code: 0,
                    shown: String::new(),
                });
                continue;
            }
            let step = steps
                .last_mut()
                .expect("a console block starts with a command");
            if step.shown.is_empty() && step.command.ends_with('\\') {
                step.command.push('\n');
                step.command.push_str(line);
            } else {
                step.shown.push_str(line);
                step.shown.push('\n');
            }
        }
        if let Some(last) = steps.last_mut() {
            last.code = self.exit_code();
        }
        steps
    }
}

/// A world where the book's paths and addresses lead somewhere.
struct Book {
    world: World,
    /// As the book has it, and as it is here.
    places: Vec<(&'static str, String)>,
}

impl Book {
    fn new(page: &Page) -> Self {
        let world = if page.installs() {
            World::bare()
        } else {
            World::new()
        };
        let here = |name: &str| world.path(name).to_str().unwrap().to_owned();
        let places = vec![
            ("/srv/git/website.git", here("website.git")),
            ("/srv/svn/website", here("website.svn")),
            ("/srv/fossil", here("fossil")),
            ("/srv/hg/website", here("website.hg")),
            ("/srv/cvs/tools", here("tools.cvs")),
            ("/srv/bzr/website", here("website.bzr")),
            ("/var/lib/jenkins", here("jenkins")),
            ("/srv/perforce", here("perforce")),
            ("/srv/trac/project", here("project")),
            ("/etc/zulipkit", here("etc")),
            ("/usr/local/bin", here("bin")),
            (
                "/usr/bin/zulipkit",
                env!("CARGO_BIN_EXE_zulipkit").to_owned(),
            ),
            ("/home/ada", here("home")),
            (
                "https://zulip.example.com",
                world.zulip.url().trim_end_matches('/').to_owned(),
            ),
        ];
        let book = Self { world, places };
        book.furnish();
        if let Some((program, action, path)) = page.repository() {
            let command = format!("{program} {action} {path}");
            assert_eq!(book.shell(&book.here(&command)).0, 0, "{command}");
        }
        book
    }

    fn furnish(&self) {
        let world = &self.world;
        for folder in ["etc/templates", "bin", "home"] {
            fs_err::create_dir_all(world.path(folder)).unwrap();
        }
        for name in ["home/zuliprc", "home/.zuliprc", "etc/zuliprc"] {
            // Keeps the mode, which lets nobody else read it.
            fs_err::copy(world.path("zuliprc"), world.path(name)).unwrap();
        }
        for name in ["push", "tag"] {
            fs_err::write(world.path(&format!("etc/templates/{name}.md")), "Words.\n").unwrap();
        }
        for name in ["zulipkit", "zulip-send", "zulip-api"] {
            let link = world.path("bin").join(name);
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zulipkit"), link).unwrap();
        }
        world.commit("First page");
        world.git(&["push", "-q", "-u", "origin", "main"]).good();
        self.settle();
    }

    fn here(&self, text: &str) -> String {
        self.places
            .iter()
            .fold(text.to_owned(), |text, (book, here)| {
                text.replace(book, here)
            })
    }

    fn there(&self, text: &str) -> String {
        self.places
            .iter()
            .fold(text.to_owned(), |text, (book, here)| {
                text.replace(here, book)
            })
    }

    fn shell(&self, command: &str) -> (i32, String) {
        let mut shell = self
            .world
            .command("sh", &["-c", &format!("exec 2>&1\n{command}")]);
        let path = format!(
            "{}:{}",
            self.world.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        shell
            .current_dir(self.world.path("website"))
            .env("PATH", path);
        finished(&mut shell)
    }

    fn follow(&self, page: &Page, step: &Step) {
        if step.root {
            return self.exists(page, &step.command);
        }
        let (code, printed) = self.shell(&self.here(&step.command));
        let printed = self.there(&printed);
        let place = format!("{}: $ {}\n{printed}", page.name, step.command);
        assert_eq!(code, step.code, "{place}");
        if !step.shown.is_empty() {
            assert!(
                fits(step.shown.trim_end(), printed.trim_end()),
                "{place}but the page shows\n{}",
                step.shown
            );
        }
        self.settle();
    }

    /// Asks a command with these arguments for its help, which it refuses if one of them is unknown.
    fn exists(&self, page: &Page, command: &str) {
        let (code, printed) = self.shell(&format!("{command} --help </dev/null"));
        assert_eq!(code, 0, "{}: `{command}`\n{printed}", page.name);
    }

    fn accepts(&self, page: &Page, settings: &str) {
        let account = if settings.contains("[zulip]") {
            ""
        } else {
            "[zulip]\nzuliprc = \"/etc/zulipkit/zuliprc\"\n"
        };
        let text = self.here(&format!("{account}{settings}\n"));
        fs_err::write(self.world.path("etc/settings.toml"), &text).unwrap();
        let name = page.name.trim_start_matches("integrations/");
        let (name, repository) = match page.repository() {
            Some((_, _, path)) => (name.trim_end_matches(".md"), path),
            None => ("git", "/srv/git/website.git"),
        };
        let command =
            format!("zulipkit {name} config --config /etc/zulipkit/settings.toml {repository}");
        let (code, printed) = self.shell(&self.here(&command));
        assert_eq!(code, 0, "{}:\n{text}\n{printed}", page.name);
    }

    /// Waits until nothing is on its way, so that the next command finds what its reader would find.
    fn settle(&self) {
        self.world.outbox_until(|rows| {
            rows.iter().all(|row| {
                ["delivered", "held", "dead"].contains(&row["standing"].as_str().unwrap())
            })
        });
    }
}

fn finished(command: &mut Command) -> (i32, String) {
    let output = command.stdin(std::process::Stdio::null()).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    (output.status.code().unwrap(), printed)
}

/// Tells whether a text is as shown, where `…` stands for anything.
fn fits(shown: &str, text: &str) -> bool {
    let Some((start, rest)) = shown.split_once('…') else {
        return shown == text;
    };
    let Some(text) = text.strip_prefix(start) else {
        return false;
    };
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .any(|at| fits(rest, &text[at..]))
}

#[test]
fn dots_stand_for_anything() {
    assert!(fits("a\n…\nd", "a\nb\nc\nd"));
    assert!(fits("message …", "message 12"));
    assert!(!fits("a…c", "a b d"));
}
