use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use zulipkit_diag::{Diagnostic, Result, did_you_mean};
use zulipkit_settings::{Account, Loaded};

use crate::address::Listen;
use crate::runner::{CatchUpSettings, HandlingSettings, RunnerSettings};
use crate::{Bot, Config, Kind};

/// A settings file for one or many bots.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The account of the bots that name none of their own.
    #[serde(default)]
    pub zulip: Account,
    /// How they are run.
    #[serde(default)]
    pub runner: RunnerSettings,
    /// The bots, each under a name of its own.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BotSettings>")]
    pub bot: BTreeMap<String, Spanned<BotSettings>>,
}

/// One bot of a settings file: `[bot.NAME]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BotSettings {
    /// Which bot it is, of those that come with zulipkit; its name says so if nothing is given.
    #[schemars(with = "Option<String>")]
    pub kind: Option<Spanned<String>>,
    /// A program with its arguments that is the bot, and speaks JSON lines.
    pub command: Option<Vec<String>>,
    /// Its account.
    pub zulip: Account,
    /// Which messages it handles.
    pub listen: Listen,
    /// How it handles them.
    pub handling: HandlingSettings,
    /// Which of the messages that it missed it handles.
    pub catch_up: CatchUpSettings,
    /// Where it remembers things.
    pub storage: StorageKind,
    /// Its own settings; its page tells which there are.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub config: toml::Table,
}

/// Where a bot remembers things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StorageKind {
    /// In a file on this machine.
    #[default]
    File,
    /// At the server, in its storage for bots.
    Server,
    /// Nowhere for longer than the process lives.
    Memory,
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// It cannot be read, others may write it, or it has a wrong key or value; the error shows the place.
    pub fn read(path: &Path) -> Result<Loaded<Self>> {
        zulipkit_settings::read("", Some(path))
    }
}

impl BotSettings {
    /// Makes the bot, if it is one of these kinds.
    ///
    /// # Errors
    /// There is no such kind, or its own settings are wrong; the error shows the place.
    pub fn make_native(
        &self,
        name: &str,
        kinds: &[Kind],
        file: &Loaded<Settings>,
    ) -> Result<Arc<dyn Bot>> {
        let wanted = self.kind.as_ref().map_or(name, |kind| kind.get_ref());
        let Some(kind) = kinds.iter().find(|kind| kind.name == wanted) else {
            let nearest = did_you_mean(wanted, kinds.iter().map(|kind| kind.name));
            let unknown = Diagnostic::settings(format!("cannot start the bot `{name}`"))
                .cause(format!("there is no kind of bot called `{wanted}`"))
                .hint("`zulipkit bot list` shows them; `command` runs a program of your own");
            let span = self.kind.as_ref().map_or(0..0, Spanned::span);
            return Err(match file.place(span, &nearest) {
                Some(place) => unknown.at(place),
                None => unknown,
            });
        };
        kind.make(&self.config_of(name, file))
    }

    /// Returns the bot's own settings with their place in the file.
    fn config_of(&self, name: &str, file: &Loaded<Settings>) -> Config {
        let path = file
            .path
            .clone()
            .unwrap_or_else(|| PathBuf::from("bots.toml"));
        Config::in_file(&path, &file.text, &["bot", name, "config"])
    }
}
