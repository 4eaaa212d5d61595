//! Handling one thing: within its limits, and so that a failure hurts nothing else.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use zulipkit_diag::{Diagnostic, Result};

use super::Interrupted;
use super::job::{Job, Task};
use super::lanes::Works;
use super::running::Running;
use super::sendings::Sendings;
use crate::journal::Key;
use crate::unwind::unwinding;
use crate::{Context, Surroundings};

/// What a person reads when a bot failed, if it is so set.
pub(crate) const APOLOGY: &str =
    "Sorry, something went wrong. It has been written down for the people who look after me.";

impl Works for Running {
    type Job = Job;

    async fn work(self: Arc<Self>, job: Job) {
        if !job.delay.is_zero() {
            sleep(job.delay).await;
        }
        // The bot's own place first, so that a busy bot does not take those of the others.
        let (Ok(_own), Ok(_place)) = (
            self.places.acquire().await,
            self.shared.places.acquire().await,
        ) else {
            return;
        };
        self.note_begun(&job.key).await;
        let ways = (
            self.outbound.clone(),
            self.journal.clone(),
            self.alarms.clone(),
        );
        let sendings = Arc::new(Sendings::new(ways, Some(job.key.clone()), job.sent));
        let context = Context::new(Arc::new(Surroundings {
            outlet: sendings.clone(),
            ..Surroundings::clone(&*self.surroundings().await)
        }));
        let handled = self.handle(&job.task, &context).await;
        if self.spec.client.is_locked_out() {
            self.locked_out.notify_one();
            // It could do nothing at the server; whoever has a new key begins again.
            if handled.is_err() && self.refused().await.is_some() {
                return;
            }
        }
        if let Err(error) = handled {
            self.failed(&job.task, &context, &error).await;
        }
        self.journal.done(&job.key, &sendings.ids());
        if let Task::Alarm(alarm) = &job.task {
            self.alarms.done(alarm);
        }
    }
}

impl Running {
    /// Notes that a handling begins. Where it must not be repeated, that has to be written before.
    async fn note_begun(&self, key: &Key) {
        self.journal.begun(key);
        if self.spec.handling.interrupted == Interrupted::Skip
            && let Err(error) = self.shared.journal.flush().await
        {
            tracing::error!("{}", error.one_line());
        }
    }

    async fn handle(&self, task: &Task, context: &Context) -> Result<()> {
        let (bot, limit) = (&self.spec.bot, self.spec.handling.time_limit);
        match task {
            Task::Message(incoming) => {
                let context = context.handling(incoming.as_ref().clone());
                guarded(bot.handle(incoming, &context), limit).await
            }
            Task::Edited(edit) => {
                let context = context.handling(edit.message.clone());
                guarded(bot.edited(edit, &context), limit).await
            }
            Task::Reacted(reaction) => guarded(bot.reacted(reaction, context), limit).await,
            Task::Alarm(alarm) => guarded(bot.alarm(alarm, context), limit).await,
            Task::Event(event) => guarded(bot.event(event, context), limit).await,
        }
    }

    /// Says that a handling failed: to the log, and to the person if so set.
    async fn failed(&self, task: &Task, context: &Context, error: &Diagnostic) {
        let (what, message) = match task {
            Task::Message(incoming) => (format!("message {}", incoming.id()), Some(incoming.id())),
            Task::Edited(edit) => {
                let id = edit.message.id();
                (format!("the edit of message {id}"), Some(id))
            }
            Task::Reacted(reaction) => {
                let id = reaction.message;
                (format!("a reaction to message {id}"), Some(id))
            }
            Task::Alarm(alarm) => (format!("the alarm `{}`", alarm.name), None),
            Task::Event(event) => (format!("an event `{}`", event.name()), None),
        };
        tracing::error!(
            zulip.message = message.map(|id| id.0),
            "failed on {what}: {}",
            error.one_line()
        );
        let Task::Message(incoming) = task else {
            return;
        };
        if self.spec.handling.apologize {
            let to = incoming.conversation.to(context.me().user_id);
            if let Err(error) = context.send(to, APOLOGY).await {
                tracing::error!("cannot apologize: {}", error.one_line());
            }
        }
    }
}

/// Lets a bot work, but not for longer than the limit.
pub(crate) async fn guarded(work: impl Future<Output = Result<()>>, limit: Duration) -> Result<()> {
    timeout(limit, unwinding(work)).await.unwrap_or_else(|_| {
        Err(Diagnostic::failed(format!(
            "the bot took longer than {} s",
            limit.as_secs_f64()
        ))
        .hint("`time_limit` in its `handling` table sets how long it may take"))
    })
}
