//! How a product's own program is asked.

use std::io::{self, Read as _};
use std::process::{ChildStdout, Command, ExitStatus, Output, Stdio};

/// Why a program could not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// It could not be started.
    #[error("cannot run the `{0}` program")]
    Start(&'static str, #[source] io::Error),
    /// Its output broke off, or is not what it should be.
    #[error("cannot read what `{0} {1}` prints")]
    Read(&'static str, &'static str, #[source] io::Error),
    /// It ended with an error.
    #[error("`{name} {command}` failed: {words}")]
    Failed {
        /// The program.
        name: &'static str,
        /// Its command.
        command: &'static str,
        /// The last line that it wrote to standard error.
        words: String,
    },
}

/// A call of a program.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// The command that it is asked for, for errors.
    pub(crate) command: &'static str,
    /// The call, to which arguments are added.
    pub(crate) process: Command,
}

impl Program {
    /// Runs it, which only reads, and lets `read` take its output while it comes.
    ///
    /// Standard error is thrown away, since reading two pipes at once would take a thread on a path that has none. If
    /// the program fails, it is run once more for its words alone.
    pub(crate) fn read<T>(
        mut self,
        read: impl FnOnce(&mut ChildStdout) -> io::Result<T>,
    ) -> Result<T, ProgramError> {
        let name = self.name;
        let start = |error| ProgramError::Start(name, error);
        let mut child = self
            .process
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(start)?;
        let mut stdout = child.stdout.take().expect("standard output is a pipe");
        let result = read(&mut stdout);
        drop(stdout);
        let status = child.wait().map_err(start)?;
        match result {
            _ if !status.success() => Err(self.failure(status)),
            Err(error) => Err(ProgramError::Read(self.name, self.command, error)),
            Ok(value) => Ok(value),
        }
    }

    /// Runs it with `input` as its standard input, which must fit into a pipe, and returns its output.
    pub(crate) fn output_for(mut self, input: &[u8]) -> Result<Vec<u8>, ProgramError> {
        use std::io::Write as _;
        let (reader, mut writer) =
            io::pipe().map_err(|error| ProgramError::Start(self.name, error))?;
        self.process.stdin(reader);
        let _ = writer.write_all(input);
        drop(writer);
        self.read(|stdout| {
            let mut output = Vec::new();
            stdout.read_to_end(&mut output)?;
            Ok(output)
        })
    }

    /// Runs it once, for what it changes.
    pub(crate) fn run(mut self) -> Result<(), ProgramError> {
        match self.run_for_words() {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(self.failed(output.status, &output.stderr)),
            Err(error) => Err(ProgramError::Start(self.name, error)),
        }
    }

    fn failure(mut self, status: ExitStatus) -> ProgramError {
        let output = self.run_for_words();
        let words = output.map(|output| output.stderr).unwrap_or_default();
        self.failed(status, &words)
    }

    fn run_for_words(&mut self) -> io::Result<Output> {
        let process = self.process.stdin(Stdio::null()).stdout(Stdio::null());
        process.stderr(Stdio::piped()).output()
    }

    fn failed(self, status: ExitStatus, words: &[u8]) -> ProgramError {
        let words = String::from_utf8_lossy(words);
        let last = words.trim().lines().last().map(str::to_owned);
        ProgramError::Failed {
            name: self.name,
            command: self.command,
            words: last.unwrap_or_else(|| status.to_string()),
        }
    }
}
