//! Where the lines come from: a file, a pipe, or somebody at the keyboard.

use std::io::{BufRead as _, IsTerminal as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Editor, ExternalPrinter};
use tokio::sync::mpsc as channel;
use zulipkit_diag::{Diagnostic, Result};

/// Prints while somebody edits a line, without disturbing it.
pub(super) type Printer = Box<dyn ExternalPrinter + Send>;

/// Somebody pressed Ctrl-C.
#[derive(Debug)]
pub(super) struct Interrupted;

type Read = Result<String, Interrupted>;

/// The lines, read by a thread of their own, since reading blocks.
pub(super) struct Input {
    lines: channel::Receiver<Read>,
    terminal: Option<Terminal>,
}

struct Terminal {
    prompts: mpsc::Sender<String>,
    printer: Option<Printer>,
}

impl Input {
    /// Opens the file, or standard input. What is typed is remembered in `state`, the folder for what programs keep.
    pub(super) fn open(file: Option<&Path>, state: Option<PathBuf>) -> Result<Self> {
        let (sender, lines) = channel::channel(1);
        let terminal = match file {
            Some(path) => {
                let text = fs_err::read_to_string(path)
                    .map_err(|error| Diagnostic::failed("cannot replay a dialog").source(&error))?;
                std::thread::spawn(move || {
                    let mut lines = text.lines().map(str::to_owned);
                    send_all(&sender, || lines.next());
                });
                None
            }
            None if std::io::stdin().is_terminal() => Some(edit_lines(sender, state)?),
            None => {
                std::thread::spawn(move || {
                    let mut lines = std::io::stdin().lock().lines();
                    send_all(&sender, || lines.next().and_then(Result::ok));
                });
                None
            }
        };
        Ok(Self { lines, terminal })
    }

    /// Tells whether somebody sits at the keyboard.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// Returns what prints beside the line that is being edited.
    pub(super) fn printer(&mut self) -> Option<Printer> {
        self.terminal.as_mut()?.printer.take()
    }

    /// Shows a prompt, if somebody is there to see it.
    pub(super) fn ask(&self, prompt: &str) {
        if let Some(terminal) = &self.terminal {
            // If the thread has ended, there will be no line either.
            let _ = terminal.prompts.send(prompt.to_owned());
        }
    }

    /// Waits for the next line. None comes after the last.
    pub(super) async fn next(&mut self) -> Option<Read> {
        self.lines.recv().await
    }
}

/// Reads lines into one as long as they end with a backslash.
fn joined(mut next: impl FnMut(bool) -> Option<String>) -> Option<String> {
    let mut text = next(false)?;
    while let Some(begun) = text.strip_suffix('\\') {
        let begun = begun.to_owned();
        match next(true) {
            Some(more) => text = format!("{begun}\n{more}"),
            None => return Some(begun),
        }
    }
    Some(text)
}

fn send_all(sender: &channel::Sender<Read>, mut next: impl FnMut() -> Option<String>) {
    while let Some(line) = joined(|_| next()) {
        if sender.blocking_send(Ok(line)).is_err() {
            return;
        }
    }
}

/// Starts the line editor.
fn edit_lines(sender: channel::Sender<Read>, state: Option<PathBuf>) -> Result<Terminal> {
    let failed =
        |error: ReadlineError| Diagnostic::failed("cannot read from the terminal").source(&error);
    let mut editor: Editor<(), FileHistory> = Editor::new().map_err(failed)?;
    let printer = editor.create_external_printer().ok();
    let history = state.and_then(|folder| history(&folder));
    if let Some(history) = &history {
        // There is none the first time.
        let _ = editor.load_history(history);
    }
    let (prompts, asked) = mpsc::channel::<String>();
    std::thread::spawn(move || {
        while let Ok(prompt) = asked.recv() {
            let mut interrupted = false;
            let line = joined(|goes_on| {
                let prompt = if goes_on { "… " } else { prompt.as_str() };
                let line = editor.readline(prompt);
                interrupted = matches!(line, Err(ReadlineError::Interrupted));
                line.ok()
            });
            let read = match line {
                Some(line) if !interrupted => Ok(line),
                _ if interrupted => Err(Interrupted),
                _ => return,
            };
            if let (Ok(line), Some(history)) = (&read, &history) {
                let _ = editor.add_history_entry(line);
                let _ = editor.append_history(history);
            }
            if sender.blocking_send(read).is_err() {
                return;
            }
        }
    });
    let printer = printer.map(|printer| Box::new(printer) as Printer);
    Ok(Terminal { prompts, printer })
}

/// Returns the file of what was typed before; nothing if it has no place.
fn history(folder: &Path) -> Option<PathBuf> {
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.ok()?;
    Some(folder.join("bot-shell-history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_joins_lines() {
        let mut lines = ["a\\", "b\\", "c", "d", "e\\"]
            .into_iter()
            .map(str::to_owned);
        let mut next = || joined(|_| lines.next());
        assert_eq!(next().unwrap(), "a\nb\nc");
        assert_eq!(next().unwrap(), "d");
        assert_eq!(next().unwrap(), "e");
        assert_eq!(next(), None);
    }
}
