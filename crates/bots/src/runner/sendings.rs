//! The outlet of one handling: each of its sendings is written down, so that a repetition says nothing twice.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use zulipkit_api::MessageId;
use zulipkit_api::messages::SendMessage;
use zulipkit_diag::{Diagnostic, Kind, Result};
use zulipkit_markup::split;

use super::alarms::AlarmClock;
use super::outbound::{Outbound, Outgoing};
use crate::journal::{BotJournal, EventKey, Key, Sent};
use crate::{Alarm, Outlet, Posted, Sending};

/// Where the messages of one handling go.
#[derive(Debug)]
pub(crate) struct Sendings {
    outbound: Arc<Outbound>,
    journal: BotJournal,
    alarms: Arc<AlarmClock>,
    /// What is being handled, or the name of a message; nothing for what is not repeated.
    key: Option<Key>,
    /// Counts the messages.
    next: AtomicU32,
    sent: Mutex<Vec<Sent>>,
}

impl Sendings {
    /// Begins a handling, or goes on with one in which something was sent before.
    pub(crate) fn new(
        (outbound, journal, alarms): (Arc<Outbound>, BotJournal, Arc<AlarmClock>),
        key: Option<Key>,
        before: Vec<Sent>,
    ) -> Self {
        Self {
            outbound,
            journal,
            alarms,
            key,
            next: AtomicU32::new(0),
            sent: Mutex::new(before),
        }
    }

    /// Returns the numbers of the messages that are there.
    pub(crate) fn ids(&self) -> Vec<MessageId> {
        self.sent().iter().filter_map(|sent| sent.id).collect()
    }

    /// Sends a part of a message, unless it is known to be sent.
    async fn part(&self, message: SendMessage, nth: u32, part: u32) -> Result<Posted> {
        let (known, written) = self.begin(&message, nth, part);
        match &known {
            Sent { id: Some(id), .. } => return Ok(Posted::There(*id)),
            Sent { kept: true, .. } => return Ok(Posted::Kept),
            _ => {}
        }
        let repeated = written.is_none() && self.key.is_some();
        if let Some(written) = written
            && let Err(error) = written.await
        {
            // An answer is worth more than the certainty that it is not given twice.
            tracing::error!("{}", error.one_line());
        }
        let outgoing = Outgoing {
            message,
            after: known.after,
            sent_as: known.wire.as_ref().filter(|_| repeated),
            name: self.name(nth, part),
        };
        let posted = self.outbound.send(outgoing).await;
        match &posted {
            Ok(posted) => self.end(nth, part, posted),
            // It is not there, so nobody need look for it.
            Err(error) if error.kind == Kind::Refused => self.forget(nth, part),
            Err(_) => {}
        }
        posted
    }

    /// Writes down that a part is about to be sent; nothing is written if it was before.
    fn begin(
        &self,
        message: &SendMessage,
        nth: u32,
        part: u32,
    ) -> (Sent, Option<impl Future<Output = Result<()>> + use<>>) {
        let mut all = self.sent();
        if let Some(known) = all.iter().find(|sent| (sent.nth, sent.part) == (nth, part)) {
            return (known.clone(), None);
        }
        let new = Sent {
            nth,
            part,
            after: self.outbound.newest(),
            wire: Some(zulipkit_api::stored(message).1),
            id: None,
            kept: false,
        };
        all.push(new.clone());
        let written = self
            .key
            .as_ref()
            .map(|key| self.journal.sendings_now(key, &all));
        (new, written)
    }

    /// Writes down what became of it.
    fn end(&self, nth: u32, part: u32, posted: &Posted) {
        let mut all = self.sent();
        for sent in all
            .iter_mut()
            .filter(|sent| (sent.nth, sent.part) == (nth, part))
        {
            sent.id = posted.id();
            sent.kept = *posted == Posted::Kept;
            sent.wire = None;
        }
        let Some(key) = &self.key else {
            return;
        };
        // What is there is noted with the next sending, or the end: until then it could be found again. What is kept could not,
        // and a name has neither a next sending nor an end.
        if *posted == Posted::Kept || matches!(key, Key::Once(_)) {
            self.journal.sendings(key, &all);
        }
    }

    /// Writes down that a part was not sent.
    fn forget(&self, nth: u32, part: u32) {
        let mut all = self.sent();
        all.retain(|sent| (sent.nth, sent.part) != (nth, part));
        if let Some(key) = &self.key {
            self.journal.sendings(key, &all);
        }
    }

    /// Names a sending, so that the outbox does not take it twice.
    fn name(&self, nth: u32, part: u32) -> Option<String> {
        let key = self.key()?;
        Some(format!("bot, {key}, {nth}.{part}"))
    }

    /// Returns the sendings of a message that has a name.
    async fn once(&self, name: String) -> Self {
        let before = self.journal.sent_once(&name).await;
        let before = before.unwrap_or_else(|error| {
            tracing::error!("{}", error.one_line());
            Vec::new()
        });
        let ways = (
            self.outbound.clone(),
            self.journal.clone(),
            self.alarms.clone(),
        );
        Self::new(ways, Some(Key::Once(name)), before)
    }

    /// Sends a message, in parts if it is too long.
    async fn message(&self, mut message: SendMessage, nth: u32) -> Result<Posted> {
        let limit = self.outbound.max_length();
        if zulipkit_markup::length(&message.content) <= limit {
            return self.part(message, nth, 0).await;
        }
        let mut first = None;
        let texts = split(&message.content, limit);
        for (part, text) in (0..).zip(texts) {
            message.content = text;
            let posted = self.part(message.clone(), nth, part).await?;
            first.get_or_insert(posted);
            // Buttons belong to one message.
            message.widget_content = None;
        }
        first.ok_or_else(|| Diagnostic::failed("cannot send a message").cause("it has no parts"))
    }

    fn sent(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Outlet for Sendings {
    async fn send(&self, sending: Sending<'_>) -> Result<Posted> {
        let message = sending.message;
        if message.content.trim().is_empty() {
            return Err(Diagnostic::failed("cannot send a message")
                .cause("its text is empty")
                .hint("Zulip takes no message without a text"));
        }
        match sending.once {
            Some(name) => self.once(name).await.message(message, 0).await,
            None => {
                let nth = self.next.fetch_add(1, Ordering::Relaxed);
                self.message(message, nth).await
            }
        }
    }

    async fn set_alarm(&self, alarm: Alarm) -> Result<()> {
        self.journal.set_alarm(alarm).await?;
        self.alarms.changed();
        Ok(())
    }

    async fn cancel_alarm(&self, name: &str) -> Result<bool> {
        self.journal.cancel_alarm(name).await
    }

    fn cut_off(&self) {
        if let Some(key) = &self.key {
            self.journal.cut_off(key);
        }
    }

    fn key(&self) -> Option<String> {
        Some(match self.key.as_ref()? {
            Key::Message(id) => format!("message {id}"),
            Key::Alarm(name, due) => format!("alarm {due} {name}"),
            Key::Once(name) => format!("once {name}"),
            Key::Event(EventKey { queue, id, plain }) => format!("event {queue} {id} {plain}"),
        })
    }
}
