use std::path::PathBuf;
use std::sync::Arc;

use zulipkit_api::Client;
use zulipkit_outbox::Account;

use super::{CatchUpSettings, HandlingSettings};
use crate::address::Listen;
use crate::{Bot, Files, Storage};

/// A bot that is to run.
#[derive(Debug, Clone)]
pub struct RunBot {
    /// The name in the settings.
    pub name: String,
    /// The bot.
    pub bot: Arc<dyn Bot>,
    /// Its client.
    pub client: Client,
    /// Where its key can be read again later, so that the outbox can keep its messages; none if it is in the environment alone.
    pub account: Option<Account>,
    /// The name in its User-Agent, such as `ZulipTodoBot`.
    pub agent: String,
    /// Which messages it handles.
    pub listen: Listen,
    /// How it handles them.
    pub handling: HandlingSettings,
    /// Which of those that it missed it handles.
    pub catch_up: CatchUpSettings,
    /// What it remembers.
    pub storage: Storage,
    /// Its own files.
    pub files: Files,
    /// The file that holds or names its key, for people who have to mend it.
    pub key_file: Option<PathBuf>,
    /// Differs when its settings or its key do.
    pub version: u64,
}
