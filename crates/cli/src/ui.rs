//! What people read: the only place of the workspace that prints.
//!
//! Standard output is data, standard error is talk. Colour is for terminals; nothing needs it to be understood.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use zulipkit_diag::Diagnostic;

/// What stands out: names of things, headings.
pub(crate) const BOLD: Style = Style::new().bold();
/// What may be passed over.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What needs somebody.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// The two streams of the program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ui {
    colour: bool,
    quiet: bool,
}

impl Ui {
    /// Looks at standard error to decide about colour there; `NO_COLOR` and the like are obeyed.
    pub(crate) fn new(quiet: bool) -> Self {
        let choice = AutoStream::choice(&io::stderr());
        Self {
            colour: choice != anstream::ColorChoice::Never,
            quiet,
        }
    }

    /// Tells whether only errors and data are wanted.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Writes a line of data. A reader that has gone away is no error.
    pub(crate) fn data(self, text: impl AsRef<str>) {
        let mut out = anstream::stdout().lock();
        let _ = writeln!(out, "{}", text.as_ref());
    }

    /// Writes data as it is, for text that brings its own line ends.
    pub(crate) fn raw(self, text: impl AsRef<str>) {
        let mut out = anstream::stdout().lock();
        let _ = write!(out, "{}", text.as_ref());
        let _ = out.flush();
    }

    /// Writes data as JSON, indented on a terminal and one line else.
    pub(crate) fn json(self, value: &impl Serialize) {
        let text = if io::stdout().is_terminal() {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        self.data(text.expect("what is listed has text keys alone"));
    }

    /// Says something about the work, unless it was asked to be quiet.
    pub(crate) fn say(self, text: impl AsRef<str>) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr(), "{}", text.as_ref());
        }
    }

    /// Says something that must be said even to who wants it quiet.
    pub(crate) fn talk(self, text: impl AsRef<str>) {
        let _ = writeln!(anstream::stderr(), "{}", text.as_ref());
    }

    /// Says what could not be done.
    pub(crate) fn error(self, error: &Diagnostic) {
        let _ = writeln!(io::stderr(), "{}", error.render(self.colour));
    }

    /// Says what was done though something is not as it should be.
    pub(crate) fn warning(self, warning: &Diagnostic) {
        let _ = writeln!(
            io::stderr(),
            "{}",
            warning.render_as("warning", self.colour)
        );
    }

    /// Says one line to somebody who pushed: it comes to them with `remote:` in front.
    pub(crate) fn hook_line(self, text: impl AsRef<str>) {
        self.talk(format!("zulipkit: {}", text.as_ref()));
    }
}

/// Puts a style around a text; the stream takes it away where there is no colour.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}
