use std::fmt::Debug;

use async_trait::async_trait;
use zulipkit_diag::Result;

use crate::{Alarm, Context, Edit, Incoming, ReactionEvent};

/// A program that people talk to in Zulip.
///
/// Only [`usage`](Self::usage) and [`handle`](Self::handle) must be written. The methods take `&self`, since messages of
/// different conversations are handled side by side; within a conversation they come one after the other, in order. What a
/// bot must remember belongs into [`Context::storage`], which outlives the process.
///
/// An error that a method returns, or a panic, ends the handling of that one message: it is logged with the message's id and
/// hurts no other.
#[async_trait]
pub trait Bot: Debug + Send + Sync + 'static {
    /// Says what the bot is for, to people.
    fn usage(&self) -> Usage;

    /// Tells whether the messages of one conversation are handled one after the other, in order.
    ///
    /// A bot that remembers nothing can do without, and is quicker then.
    fn in_order(&self) -> bool {
        true
    }

    /// Is called once before the first message, when the bot's account is known.
    ///
    /// # Errors
    /// If the bot cannot work: then it is not started, and others are.
    async fn start(&self, context: &Context) -> Result<()> {
        let _ = context;
        Ok(())
    }

    /// Handles a message that is addressed to the bot.
    ///
    /// # Errors
    /// Whatever went wrong; see the trait.
    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()>;

    /// Handles the edit of a message that was addressed to the bot, if its settings ask for edits.
    ///
    /// # Errors
    /// Whatever went wrong; see the trait.
    async fn edited(&self, edit: &Edit, context: &Context) -> Result<()> {
        let _ = (edit, context);
        Ok(())
    }

    /// Handles a reaction that came or went, if its settings ask for reactions.
    ///
    /// # Errors
    /// Whatever went wrong; see the trait.
    async fn reacted(&self, reaction: &ReactionEvent, context: &Context) -> Result<()> {
        let _ = (reaction, context);
        Ok(())
    }

    /// Handles the moment for which an alarm was set with [`Context::set_alarm`].
    ///
    /// # Errors
    /// Whatever went wrong; see the trait.
    async fn alarm(&self, alarm: &Alarm, context: &Context) -> Result<()> {
        let _ = (alarm, context);
        Ok(())
    }
}

/// What people are told of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// What it is called, such as `Reminder`.
    pub name: String,
    /// What it does, as Markdown; the help that people get.
    pub text: String,
}

impl Usage {
    /// Builds one from its parts.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }
}
