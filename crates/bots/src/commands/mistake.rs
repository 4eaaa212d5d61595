use std::fmt::{self, Display};

use zulipkit_diag::did_you_mean;
use zulipkit_markup::code;

use super::help::{list, one, placeholder};
use super::{Argument, Command, Parameter, Words};
use crate::Usage;

/// Why something that was said is no command. Shown, it is the Markdown to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// Nothing was said, or help was asked for: this is what one can say.
    Help(String),
    /// Help on one command was asked for: this is it.
    HelpOn(String),
    /// There is no such command.
    Unknown {
        /// What was said instead.
        said: String,
        /// The question whether another one was meant, or nothing.
        hint: String,
    },
    /// Something is missing behind the command.
    Missing {
        /// How the command is used.
        usage: String,
        /// What is missing.
        parameter: Parameter,
    },
    /// An argument is not what it should be.
    Wrong {
        /// How the command is used.
        usage: String,
        /// Which one.
        parameter: Parameter,
        /// What was said instead.
        said: String,
    },
    /// More was said than the command takes.
    TooMuch {
        /// How the command is used.
        usage: String,
        /// The first word that is too much.
        said: String,
    },
}

impl Mistake {
    /// Returns what to answer, as Markdown. The help begins with what the bot is for.
    pub fn answer(&self, usage: &Usage) -> String {
        match self {
            Self::Help(commands) => format!("{}\n\n{commands}", usage.text.trim_end()),
            _ => self.to_string(),
        }
    }

    /// Says that an argument is missing.
    pub fn missing<A: Argument>(name: &'static str) -> Self {
        Self::Missing {
            usage: String::new(),
            parameter: Parameter::of::<A>(name),
        }
    }

    /// Says that an argument is not what it should be.
    pub fn wrong<A: Argument>(name: &'static str, said: &str) -> Self {
        Self::Wrong {
            usage: String::new(),
            parameter: Parameter::of::<A>(name),
            said: said.to_owned(),
        }
    }

    /// Says which command it is about.
    pub(super) fn in_command(mut self, command: &Command, name: &str) -> Self {
        if let Self::Missing { usage, .. } | Self::Wrong { usage, .. } = &mut self {
            *usage = command.usage_as(name);
        }
        self
    }

    /// Says what is wrong with words that begin with no command.
    pub(super) fn no_command(all: &'static [Command], words: Words<'_>) -> Self {
        if words.rest().is_empty() {
            return Self::Help(list(all));
        }
        let help = ["help", "?"].iter().find_map(|name| words.after(name));
        match help {
            Some(asked) if asked.rest().is_empty() => Self::Help(list(all)),
            Some(mut asked) => match super::find(all, &mut asked) {
                Some((place, _)) => Self::HelpOn(one(&all[place])),
                None => Self::unknown(all, &asked),
            },
            None => Self::unknown(all, &words),
        }
    }

    fn unknown(all: &'static [Command], words: &Words<'_>) -> Self {
        let names = all.iter().flat_map(|command| command.names.iter().copied());
        let first = words.peek().map_or("", |word| word.raw);
        Self::Unknown {
            said: first.to_owned(),
            hint: did_you_mean(&first.to_lowercase(), names.chain(["help"])),
        }
    }
}

impl Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Help(text) | Self::HelpOn(text) => f.write_str(text),
            Self::Unknown { said, hint } => {
                write!(f, "I do not know {}", code(&shorten(said)))?;
                let hint = if hint.is_empty() {
                    ".".to_owned()
                } else {
                    format!(": {hint}")
                };
                write!(f, "{hint} Say `help` to see what I understand.")
            }
            Self::Missing { usage, parameter } => write!(
                f,
                "{} is missing: {}. Say {}.",
                code(&placeholder(parameter.name)),
                parameter.kind,
                code(usage)
            ),
            Self::Wrong {
                usage,
                parameter,
                said,
            } => write!(
                f,
                "{} is not {}. Say {}.",
                code(&shorten(said)),
                parameter.kind,
                code(usage)
            ),
            Self::TooMuch { usage, said } => write!(
                f,
                "{} is more than I expected. Say {}.",
                code(&shorten(said)),
                code(usage)
            ),
        }
    }
}

impl std::error::Error for Mistake {}

/// Shortens what was said, so that an answer never becomes longer than it need be.
fn shorten(said: &str) -> String {
    const LIMIT: usize = 60;
    if zulipkit_markup::length(said) <= LIMIT {
        return said.to_owned();
    }
    let start: String = said.chars().take(LIMIT - 1).collect();
    format!("{start}…")
}
