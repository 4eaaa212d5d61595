use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use toml::Spanned;
use toml::value::{Datetime, Table};
use zulipkit_diag::{Diagnostic, Place, Result};

use super::recording::Source;
use super::step::Placed;
use crate::Config;
use crate::address::Listen;

/// When a dialog takes place if it does not say so: a Monday morning.
const START: &str = "2026-01-05T09:00:00Z";

/// A dialog: what people do and what a bot does then.
#[derive(Debug)]
pub struct Dialog {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) file: File,
    pub(super) start: Timestamp,
}

/// Whose dialog it is, if the file says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The bot of this name.
    Named(String),
    /// The program that these words start.
    Command(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What the dialog shows, for people.
    pub(super) about: Option<String>,
    /// The bot, where the file's place does not say which.
    bot: Option<String>,
    /// A program that is the bot.
    command: Option<Vec<String>>,
    /// The name of the bot's account; by default that of its usage.
    pub(super) name: Option<String>,
    /// When it begins.
    start: Option<Spanned<Datetime>>,
    /// Who speaks where a step does not say so.
    #[serde(default = "somebody", rename = "as")]
    pub(super) who: String,
    /// Where they speak, if not in a direct conversation: `#general > lunch`.
    #[serde(rename = "in")]
    pub(super) place: Option<String>,
    /// Who of them are bots.
    #[serde(default)]
    pub(super) bots: Vec<String>,
    /// Further people that the bot may find.
    #[serde(default)]
    pub(super) people: Vec<String>,
    /// Further channels that the bot may find.
    #[serde(default)]
    pub(super) channels: Vec<String>,
    /// Which messages the bot handles.
    pub(super) listen: Option<Listen>,
    /// The bot's own settings; the bot reads them from the text.
    config: Option<Table>,
    /// What the bot remembers from before.
    #[serde(default)]
    pub(super) storage: Table,
    /// What services of others answer, at any time.
    #[serde(default)]
    pub(super) http: Vec<Source>,
    #[serde(default)]
    pub(super) step: Vec<Placed>,
}

fn somebody() -> String {
    "Ada".to_owned()
}

impl Dialog {
    /// Reads a dialog; `path` names it in reports, and other files are found beside it.
    ///
    /// # Errors
    /// It has a wrong key or value, or a step in which nothing or more than one thing happens; the error shows the place.
    pub fn read(path: &Path, text: &str) -> Result<Self> {
        let file: File = zulipkit_settings::read_text("", path, text)
            .map_err(|error| Diagnostic {
                message: format!("cannot read the dialog `{}`", path.display()),
                ..error
            })?
            .value;
        let wrong = |span, words: String| {
            Diagnostic::settings(format!("cannot read the dialog `{}`", path.display()))
                .cause(words)
                .at(Place::new(path, text, span, ""))
        };
        for step in &file.step {
            step.get_ref()
                .event()
                .map_err(|words| wrong(step.span(), words))?;
        }
        if file.step.is_empty() {
            return Err(wrong(0..0, "it has no `[[step]]`".to_owned()));
        }
        let start = match &file.start {
            Some(start) => {
                let moment = start.get_ref().to_string().parse();
                moment
                    .map_err(|_| wrong(start.span(), format!("a time such as {START} is wanted")))?
            }
            None => START.parse().expect("it is a time"),
        };
        Ok(Self {
            path: path.to_owned(),
            text: text.to_owned(),
            file,
            start,
        })
    }

    /// Reads a dialog's file.
    ///
    /// # Errors
    /// Those of [`read`](Self::read), or the file cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let text = fs_err::read_to_string(path).map_err(|error| {
            Diagnostic::settings(format!("cannot read the dialog `{}`", path.display()))
                .source(&error)
        })?;
        Self::read(path, &text)
    }

    /// Returns whose dialog it is, if it says so.
    pub fn subject(&self) -> Option<Subject> {
        let command = self.file.command.clone().map(Subject::Command);
        command.or_else(|| self.file.bot.clone().map(Subject::Named))
    }

    /// Tells whether it sets the bot's own settings.
    pub fn has_config(&self) -> bool {
        self.file.config.is_some()
    }

    /// Lets the bot handle the messages of these rules, if the dialog gives none.
    #[must_use]
    pub fn with_listen(mut self, listen: Listen) -> Self {
        self.file.listen.get_or_insert(listen);
        self
    }

    /// Returns the file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the bot's own settings.
    pub fn config(&self) -> Config {
        Config::in_file(&self.path, &self.text, &["config"])
    }

    /// Returns the folder in which the files lie that the dialog names.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or_else(|| Path::new(""))
    }

    /// Returns the line of a byte, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text[..at.min(self.text.len())].matches('\n').count() + 1
    }
}
