//! What a person reads when something went wrong: one [`Diagnostic`] with a [`Kind`] that decides the exit code,
//! the chain of causes, the place in a file, and hints that say what to do.
//!
//! Libraries keep typed errors; at the edge each becomes a `Diagnostic`. Nothing here prints: the binary asks for
//! [`Diagnostic::render`] and writes the text where it belongs.

mod kind;
mod nearest;
mod place;

pub use kind::Kind;
pub use nearest::{did_you_mean, nearest};
pub use place::Place;

use std::error::Error;
use std::fmt::{self, Display};

/// An error as it is shown to a person.
///
/// The message is a lower-case fragment that says what was being done (`cannot read settings …`), the causes say what
/// went wrong, the hints what to do about it.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Decides the exit code.
    pub kind: Kind,
    /// What was being done.
    pub message: String,
    /// What went wrong, outermost first.
    pub causes: Vec<String>,
    /// Where, for errors in a file.
    pub place: Option<Box<Place>>,
    /// What to do.
    pub hints: Vec<String>,
}

/// A result whose error is ready to be shown.
pub type Result<T, E = Diagnostic> = std::result::Result<T, E>;

impl Diagnostic {
    /// Builds a diagnostic that only says what was being done; add causes and hints to it.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            place: None,
            hints: Vec::new(),
        }
    }

    /// Builds a diagnostic for an ordinary failure, exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// Builds a diagnostic for wrong use of the command line, exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Builds a diagnostic for wrong settings, exit code 3.
    pub fn settings(message: impl Into<String>) -> Self {
        Self::new(Kind::Settings, message)
    }

    /// Adds a cause in words.
    #[must_use]
    pub fn cause(mut self, cause: impl Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds an error and all its sources as causes.
    ///
    /// Some libraries repeat their source's text in their own; such a repetition is left out.
    #[must_use]
    pub fn source(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            let text = error.to_string();
            if !self.causes.last().is_some_and(|last| last.ends_with(&text)) {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Says where in a file the fault lies.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(Box::new(place));
        self
    }

    /// Adds a line that says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.hints.push(hint.to_string());
        self
    }

    /// Returns the same diagnostic as a cause of what was being done further out.
    #[must_use]
    pub fn while_doing(mut self, message: impl Into<String>) -> Self {
        let inner = std::mem::replace(&mut self.message, message.into());
        self.causes.insert(0, inner);
        self
    }

    /// Returns the whole text for a terminal, without a line end at its end.
    pub fn render(&self, colour: bool) -> String {
        self.render_as("error", colour)
    }

    /// Returns the text with another word than `error` in front, as for a warning.
    pub fn render_as(&self, level: &str, colour: bool) -> String {
        let (red, cyan, reset) = if colour {
            ("\x1b[1;31m", "\x1b[1;36m", "\x1b[0m")
        } else {
            ("", "", "")
        };
        let mut text = format!("{red}{level}{reset}: {}", self.message);
        for cause in &self.causes {
            text.push_str(&format!("\n  caused by: {}", cause.replace('\n', "\n    ")));
        }
        if let Some(place) = &self.place {
            text.push('\n');
            text.push_str(&place.render(colour));
        }
        for hint in &self.hints {
            text.push_str(&format!(
                "\n{cyan}hint{reset}: {}",
                hint.replace('\n', "\n      ")
            ));
        }
        text
    }

    /// Returns message, causes, place and hints on one line, as a hook or a log wants it.
    pub fn one_line(&self) -> String {
        let mut text = self.message.clone();
        for cause in &self.causes {
            text.push_str(": ");
            text.push_str(cause);
        }
        if let Some(place) = &self.place {
            text.push_str(&format!(" ({place})"));
        }
        for hint in &self.hints {
            text.push_str("; ");
            text.push_str(hint);
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.one_line())
    }
}

impl Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_was_done_what_went_wrong_and_what_to_do() {
        let source = "[zulip]\nsite = \"x\"\n[[route]]\nchanel = \"commits\"\n";
        let start = source.find("chanel").expect("the key is there");
        let error = Diagnostic::settings("cannot read settings `/etc/zulipkit/git.toml`")
            .cause("unknown key `chanel`")
            .at(Place::new(
                "/etc/zulipkit/git.toml",
                source,
                start..start + 6,
                "did you mean `channel`?",
            ))
            .hint("`zulipkit git config` prints every key with its default");
        assert_eq!(
            error.render(false),
            "error: cannot read settings `/etc/zulipkit/git.toml`
  caused by: unknown key `chanel`
 --> /etc/zulipkit/git.toml:4:1
  |
4 | chanel = \"commits\"
  | ^^^^^^ did you mean `channel`?
hint: `zulipkit git config` prints every key with its default"
        );
        assert_eq!(
            error.one_line(),
            "cannot read settings `/etc/zulipkit/git.toml`: unknown key `chanel` (/etc/zulipkit/git.toml:4:1); \
             `zulipkit git config` prints every key with its default"
        );
    }

    #[test]
    fn a_source_that_only_repeats_is_not_shown_twice() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer: inner")]
        struct Outer(#[source] Inner);
        #[derive(Debug, thiserror::Error)]
        #[error("inner")]
        struct Inner;
        let error = Diagnostic::failed("cannot work").source(&Outer(Inner));
        assert_eq!(error.causes, ["outer: inner"]);
    }
}
