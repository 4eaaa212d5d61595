//! A bot on the other end of JSON lines.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use zulipkit_diag::{Diagnostic, Result};

use super::link::{Link, Outcome};
use super::log::standard_error;
use super::program::{Pipes, Program};
use super::protocol::{Event, Ready, hello};
use crate::{Alarm, Bot, Context, Edit, Incoming, ReactionEvent, Usage};

/// How long to wait before a program that has ended is started again; doubled each time it does not last.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A program that ran for so long counts as one that works.
const LASTED: Duration = Duration::from_secs(60);

/// How long the pipes of a program that has ended are still read.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A bot that is a program of its own: started with the bot, started again when it ends.
///
/// An event that was given to a program that then ended is given to the next one too, once, if the first had asked for nothing
/// in its handling; else its handling failed.
#[derive(Debug)]
pub struct Process {
    shared: Arc<Shared>,
    supervisor: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    name: String,
    program: Program,
    config: Map<String, Value>,
    link: watch::Sender<Option<Arc<Link>>>,
    ready: OnceLock<Ready>,
    stop: CancellationToken,
}

impl Process {
    /// Makes a bot of a program. `config` are its own settings, which it is told at its start.
    pub fn new(name: impl Into<String>, program: Program, config: Map<String, Value>) -> Self {
        let shared = Shared {
            name: name.into(),
            program,
            config,
            link: watch::Sender::new(None),
            ready: OnceLock::new(),
            stop: CancellationToken::new(),
        };
        Self {
            shared: Arc::new(shared),
            supervisor: Mutex::default(),
        }
    }

    /// Notes the task that keeps the program running, and returns the one before.
    fn supervised_by(&self, task: Option<JoinHandle<()>>) -> Option<JoinHandle<()>> {
        let supervisor = self.supervisor.lock();
        let mut supervisor = supervisor.unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *supervisor, task)
    }

    async fn deliver(&self, mut event: Event, context: &Context) -> Result<()> {
        let mut again = false;
        loop {
            let link = self.shared.link().await?;
            match link.deliver(&event, context).await {
                Outcome::Acknowledged(outcome) => return outcome,
                Outcome::Lost { why, untouched } if again || !untouched => return Err(why),
                Outcome::Lost { .. } => again = true,
            }
            if let Event::Message(message) = &mut event {
                message.again = true;
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

#[async_trait]
impl Bot for Process {
    fn usage(&self) -> Usage {
        let ready = self.shared.ready.get();
        let usage = ready.and_then(|ready| ready.usage.as_ref());
        let name = usage.and_then(|usage| usage.name.as_deref());
        Usage::new(
            name.unwrap_or(&self.shared.name),
            usage.map_or("", |usage| &usage.text),
        )
    }

    fn in_order(&self) -> bool {
        let ready = self.shared.ready.get();
        ready.and_then(|ready| ready.in_order).unwrap_or(true)
    }

    async fn start(&self, context: &Context) -> Result<()> {
        let (started, first) = oneshot::channel();
        let supervise = self.shared.clone().supervise(context.clone(), started);
        let task = tokio::spawn(supervise.in_current_span());
        self.supervised_by(Some(task));
        first.await.unwrap_or_else(|_| Err(stopped()))
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

    async fn stop(&self) {
        self.shared.stop.cancel();
        if let Some(supervisor) = self.supervised_by(None) {
            // It ends by itself; a panic in it was logged.
            let _ = supervisor.await;
        }
    }
}

impl Shared {
    /// Returns the connection with the program, once there is one.
    async fn link(&self) -> Result<Arc<Link>> {
        let mut links = self.link.subscribe();
        let alive = |link: &Option<Arc<Link>>| link.as_ref().is_some_and(|link| !link.is_over());
        tokio::select! {
            () = self.stop.cancelled() => Err(stopped()),
            link = links.wait_for(alive) => link.ok().and_then(|link| link.clone()).ok_or_else(stopped),
        }
    }

    /// Keeps the program running. How its first start went is told apart.
    async fn supervise(self: Arc<Self>, context: Context, started: oneshot::Sender<Result<()>>) {
        let mut started = Some(started);
        let mut wait = FIRST_WAIT;
        loop {
            let began = Instant::now();
            let (why, worked) = self.run_once(&context, &mut started).await;
            self.link.send_replace(None);
            if self.stop.is_cancelled() {
                return;
            }
            if let Some(started) = started.take() {
                let _ = started.send(Err(why));
                return;
            }
            // What somebody says that ends it must not make all others wait longer and longer.
            if worked || began.elapsed() > LASTED {
                wait = FIRST_WAIT;
            }
            tracing::error!(
                "{}; it is started again in {} s",
                why.one_line(),
                wait.as_secs_f64()
            );
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = sleep(wait) => {}
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Runs the program from its start to its end; says why it ended, and whether it dealt with an event before.
    async fn run_once(
        &self,
        context: &Context,
        started: &mut Option<oneshot::Sender<Result<()>>>,
    ) -> (Diagnostic, bool) {
        let (mut running, pipes) = match self.program.spawn() {
            Ok(spawned) => spawned,
            Err(error) => return (error, false),
        };
        let Pipes {
            stdin,
            stdout,
            stderr,
        } = pipes;
        let log = tokio::spawn(standard_error(stderr).in_current_span());
        let (link, lines) = Link::new(context.clone());
        let site = context.client().site().as_str();
        let hello = hello(&self.name, context.me(), site, &self.config);
        let ready = |ready| {
            let _ = self.ready.set(ready);
            if let Some(started) = started.take() {
                let _ = started.send(Ok(()));
            }
            self.link.send_replace(Some(link.clone()));
        };
        let why = {
            let mut talk = std::pin::pin!(link.run(stdout, stdin, lines, hello, ready));
            tokio::select! {
                why = &mut talk => why,
                () = self.stop.cancelled() => Some(stopped()),
                // What it wrote before is read; but a process that it left behind may hold the pipe open.
                _ = running.ended() => timeout(LAST_WORDS, talk).await.unwrap_or(None),
            }
        };
        let status = running.end().await;
        // What it wrote last says why it ended.
        let _ = timeout(LAST_WORDS, log).await;
        let why = why.unwrap_or_else(|| {
            let ended = Diagnostic::failed(format!("`{}` has ended", self.program.name()));
            match status {
                Some(status) => ended.cause(status),
                None => ended,
            }
        });
        link.end(why.clone());
        (why, link.has_worked())
    }
}

fn stopped() -> Diagnostic {
    Diagnostic::failed("the bot is being stopped")
}
