use std::path::PathBuf;
use std::sync::Arc;

use zulipkit_api::Client;
use zulipkit_api::events::Ended;
use zulipkit_diag::{Diagnostic, Kind};
use zulipkit_outbox::Account;

use super::{CatchUpSettings, HandlingSettings, Keeper, Outbound};
use crate::address::Listen;
use crate::journal::Known;
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

impl RunBot {
    /// Returns which events it wants.
    pub(super) fn event_types(&self) -> Vec<&'static str> {
        let mut types = vec!["message", "realm_user"];
        if self.listen.edits {
            types.push("update_message");
        }
        if self.listen.reactions {
            types.push("reaction");
        }
        if !self.listen.channels.is_empty() && !self.listen.hears_all() {
            // They are told by their names, which may change.
            types.push("stream");
        }
        for name in self.bot.further_events() {
            if !types.contains(name) {
                types.push(name);
            }
        }
        types
    }

    /// Builds the way out, with what is known of it.
    pub(crate) fn outbound(&self, keeper: Option<&Keeper>, known: &Known) -> Arc<Outbound> {
        let keeper = keeper.cloned().zip(self.account.clone());
        let outbound = Outbound::new(&self.client, &self.agent, keeper);
        if let Some(length) = known.max_length {
            outbound.set_max_length(length);
        }
        let unfinished = known
            .unfinished
            .iter()
            .flat_map(|unfinished| &unfinished.sendings);
        let sent = unfinished.filter_map(|sent| sent.id);
        for id in sent.chain(known.replies.iter().copied()) {
            outbound.claim(id);
        }
        Arc::new(outbound)
    }

    /// Says why the bot stops.
    pub(super) fn cannot_go_on(&self, ended: Ended) -> Diagnostic {
        let name = &self.name;
        let stops =
            Diagnostic::new(Kind::Refused, format!("the bot `{name}` stops")).source(&ended);
        match (&ended, &self.key_file) {
            (Ended::Credentials(_), Some(file)) => stops.hint(format!(
                "look whether {} is active, and whether its key is the one that `{}` leads to",
                self.client.email(),
                file.display()
            )),
            (Ended::Credentials(_), None) => stops.hint(format!(
                "look whether {} is active, and at the key in the environment",
                self.client.email()
            )),
            _ => stops,
        }
    }
}
