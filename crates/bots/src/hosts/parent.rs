//! The program that started this one, as a bot.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use serde_json::Map;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use zulipkit_api::events;
use zulipkit_diag::{Diagnostic, Result};

use super::link::{Link, Outcome};
use super::protocol::{Event, Ready, hello};
use crate::{Alarm, Bot, Context, Edit, Incoming, ReactionEvent, Usage};

/// A bot that is the program which started this one: the lines go over this process's own standard input and output.
///
/// When the program is gone, what it had not dealt with stays unfinished, so that it is handled after the next start. What it
/// ends over each time is left at last.
#[derive(Debug)]
pub struct Parent {
    name: String,
    further_events: &'static [&'static str],
    connection: OnceLock<(Arc<Link>, Ready)>,
    gone: CancellationToken,
}

impl Parent {
    /// Makes the bot. `gone` is cancelled when the program closes the connection. It is given events of these further types.
    pub fn new(
        name: impl Into<String>,
        further_events: &'static [&'static str],
        gone: CancellationToken,
    ) -> Self {
        Self {
            name: name.into(),
            further_events,
            connection: OnceLock::new(),
            gone,
        }
    }

    async fn deliver(&self, event: Event, context: &Context) -> Result<()> {
        let (link, _) = self.connection.get().ok_or_else(not_connected)?;
        match link.deliver(&event, context).await {
            Outcome::Acknowledged(outcome) => outcome,
            Outcome::Lost { .. } => {
                context.cut_off();
                std::future::pending().await
            }
        }
    }
}

#[async_trait]
impl Bot for Parent {
    fn usage(&self) -> Usage {
        let usage = self
            .connection
            .get()
            .and_then(|(_, ready)| ready.usage.as_ref());
        Usage::new(&self.name, usage.map_or("", |usage| &usage.text))
    }

    fn further_events(&self) -> &'static [&'static str] {
        self.further_events
    }

    async fn start(&self, context: &Context) -> Result<()> {
        let (link, lines) = Link::new(context.clone());
        let site = context.client().site().as_str();
        let hello = hello(&self.name, context.me(), site, &Map::new());
        let (sender, ready) = oneshot::channel();
        let (talking, gone) = (link.clone(), self.gone.clone());
        let talk = async move {
            let (stdin, stdout) = (tokio::io::stdin(), tokio::io::stdout());
            let ready = |ready| drop(sender.send(ready));
            let why = talking.run(stdin, stdout, lines, hello, ready).await;
            if let Some(why) = &why {
                tracing::error!("{}", why.one_line());
            }
            talking.end(why.unwrap_or_else(not_connected));
            gone.cancel();
        };
        tokio::spawn(talk.in_current_span());
        let ready = ready.await.map_err(|_| not_connected())?;
        // It starts once.
        let _ = self.connection.set((link, ready));
        Ok(())
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        self.deliver(message.into(), context).await
    }

    async fn edited(&self, edit: &Edit, context: &Context) -> Result<()> {
        self.deliver(edit.into(), context).await
    }

    async fn reacted(&self, reaction: &ReactionEvent, context: &Context) -> Result<()> {
        self.deliver(reaction.into(), context).await
    }

    async fn alarm(&self, alarm: &Alarm, context: &Context) -> Result<()> {
        self.deliver(alarm.into(), context).await
    }

    async fn event(&self, event: &events::Event, context: &Context) -> Result<()> {
        let event = serde_json::to_value(event)
            .map_err(|error| Diagnostic::failed("cannot write an event").source(&error))?;
        self.deliver(Event::Further { event }, context).await
    }
}

fn not_connected() -> Diagnostic {
    Diagnostic::failed("the program that started this one has closed the connection")
}
