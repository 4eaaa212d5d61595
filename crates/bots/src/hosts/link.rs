//! One connection with a program, from its first line to its last.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use zulipkit_diag::{Diagnostic, Result};

use super::lines::{LONGEST_LINE, Line, Lines, object};
use super::log::Throttle;
use super::protocol::{Event, Log, Ready, Said};
use super::requests::{Failed, answer, perform};
use crate::Context;

/// How many events a program is given before it has dealt with one of them.
pub const IN_FLIGHT: usize = 64;

/// How many requests of a program are served at once; no more are read meanwhile.
const REQUESTS: u32 = 32;

/// How many lines that mean nothing a program may write in a row.
const MEANINGLESS: u32 = 1_000;

/// How long a program may take to say that it is ready.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How many lines may wait until the program reads them.
const WAITING: usize = 64;

/// One connection with a program.
#[derive(Debug)]
pub(super) struct Link {
    lines: mpsc::Sender<String>,
    base: Context,
    events: Mutex<HashMap<u64, Open>>,
    next: AtomicU64,
    places: Semaphore,
    requests: Arc<Semaphore>,
    /// Whether the program has dealt with an event.
    worked: AtomicBool,
    /// Why it is over, once it is.
    over: watch::Sender<Option<Diagnostic>>,
    throttle: Throttle,
}

/// An event that is not yet acknowledged.
#[derive(Debug)]
struct Open {
    context: Context,
    done: oneshot::Sender<Result<()>>,
    /// How many requests were made in its handling.
    requests: Arc<AtomicU32>,
    /// Those of them that are under way.
    under_way: TaskTracker,
}

/// What became of an event.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The program is done with it, or has failed.
    Acknowledged(Result<()>),
    /// The program has gone. `untouched` says that it had asked for nothing yet.
    Lost { why: Diagnostic, untouched: bool },
}

impl Link {
    /// Begins a connection: the second part is the lines to write.
    pub(super) fn new(base: Context) -> (Arc<Self>, mpsc::Receiver<String>) {
        let (lines, written) = mpsc::channel(WAITING);
        let link = Self {
            lines,
            base,
            events: Mutex::default(),
            next: AtomicU64::new(1),
            places: Semaphore::new(IN_FLIGHT),
            requests: Arc::new(Semaphore::new(REQUESTS as usize)),
            worked: AtomicBool::new(false),
            over: watch::Sender::new(None),
            throttle: Throttle::default(),
        };
        (Arc::new(link), written)
    }

    /// Says hello, reads until the program is ready, and tells so; then goes on until the connection is over.
    ///
    /// Returns why it is over; nothing if the program closed its side. Then the caller says why, and [`end`](Self::end)s it.
    pub(super) async fn run(
        self: &Arc<Self>,
        reader: impl AsyncRead + Unpin,
        writer: impl AsyncWrite + Unpin,
        written: mpsc::Receiver<String>,
        hello: Value,
        ready: impl FnOnce(Ready),
    ) -> Option<Diagnostic> {
        let mut ended = std::pin::pin!(self.ended());
        let mut writing = std::pin::pin!(write(writer, written));
        let reading = async {
            self.say(&hello).await;
            let mut lines = Lines::new(reader, LONGEST_LINE);
            let first = timeout(START_LIMIT, self.first(&mut lines)).await;
            ready(first.map_err(|_| not_ready())??);
            self.read(&mut lines).await
        };
        let mut reading = std::pin::pin!(reading);
        let mut may_write = true;
        let why = loop {
            tokio::select! {
                outcome = &mut reading => break outcome.err(),
                // A program that reads nothing may still have something to say.
                _ = &mut writing, if may_write => may_write = false,
                why = &mut ended => break Some(why),
            }
        };
        if let Some(why) = &why {
            self.end(why.clone());
        }
        why
    }

    /// Ends it; what is under way is lost.
    pub(super) fn end(&self, why: Diagnostic) {
        self.over.send_if_modified(|over| {
            let first = over.is_none();
            over.get_or_insert(why);
            first
        });
        self.events().clear();
    }

    /// Completes when it is over, and says why.
    pub(super) async fn ended(&self) -> Diagnostic {
        let mut over = self.over.subscribe();
        let why = over.wait_for(Option::is_some).await;
        let why = why.ok().and_then(|why| why.clone());
        why.unwrap_or_else(has_ended)
    }

    /// Tells whether it is over.
    pub(super) fn is_over(&self) -> bool {
        self.over.borrow().is_some()
    }

    /// Tells whether the program has dealt with an event.
    pub(super) fn has_worked(&self) -> bool {
        self.worked.load(Ordering::Relaxed)
    }

    /// Gives the program an event and waits until it is dealt with.
    ///
    /// If nobody waits any longer, the program is taken to hang.
    pub(super) async fn deliver(self: &Arc<Self>, event: &Event, context: &Context) -> Outcome {
        let Ok(_place) = self.places.acquire().await else {
            return self.lost(true).await;
        };
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let line = match numbered(id, event, context.key()) {
            Ok(line) => line,
            Err(error) => return Outcome::Acknowledged(Err(error)),
        };
        let (done, acknowledged) = oneshot::channel();
        let requests = Arc::new(AtomicU32::new(0));
        let open = Open {
            context: context.clone(),
            done,
            requests: requests.clone(),
            under_way: TaskTracker::new(),
        };
        self.events().insert(id, open);
        let mut waiting = Waiting {
            link: self,
            id,
            answered: false,
        };
        if self.is_over() {
            self.events().clear();
        }
        let given = async {
            let _ = self.lines.send(line).await;
            acknowledged.await
        };
        let outcome = tokio::select! {
            acknowledged = given => acknowledged,
            // Where it is over nobody takes lines any more.
            _ = self.ended() => return self.gone(&mut waiting, &requests).await,
        };
        match outcome {
            Ok(result) => {
                waiting.answered = true;
                Outcome::Acknowledged(result)
            }
            Err(_) => self.gone(&mut waiting, &requests).await,
        }
    }

    async fn gone(&self, waiting: &mut Waiting<'_>, requests: &AtomicU32) -> Outcome {
        waiting.answered = true;
        self.lost(requests.load(Ordering::Relaxed) == 0).await
    }

    async fn lost(&self, untouched: bool) -> Outcome {
        let why = self.ended().await;
        Outcome::Lost { why, untouched }
    }

    async fn say(&self, line: &Value) {
        // If nobody writes any more, the connection ends in a moment.
        let _ = self.lines.send(line.to_string()).await;
    }

    /// Reads until the program says that it is ready.
    async fn first<R: AsyncRead + Unpin>(self: &Arc<Self>, lines: &mut Lines<R>) -> Result<Ready> {
        let mut meaningless = 0;
        loop {
            match next(lines, &mut meaningless).await? {
                None => return Err(not_ready().cause("it closed its standard output")),
                Some(Said::Ready(ready)) => return Ok(ready),
                Some(said) => self.take(said).await,
            }
        }
    }

    async fn read<R: AsyncRead + Unpin>(self: &Arc<Self>, lines: &mut Lines<R>) -> Result<()> {
        let mut meaningless = 0;
        while let Some(said) = next(lines, &mut meaningless).await? {
            self.take(said).await;
        }
        Ok(())
    }

    async fn take(self: &Arc<Self>, said: Said) {
        match said {
            Said::Ready(_) => {}
            Said::Log(log) => self.log(&log),
            Said::Done {
                event,
                reply,
                failed,
            } => self.acknowledge(event, reply, failed).await,
            Said::Request { id, event, ask } => {
                let context = self.context(event);
                let ask = ask.map_err(Failed::from);
                self.serve(async move |link| {
                    let outcome = match (ask, context) {
                        (Ok(ask), Ok((context, _under_way))) => {
                            perform(ask, &context, id.is_some()).await
                        }
                        (Err(failed), _) | (_, Err(failed)) => Err(failed),
                    };
                    link.answer(id, outcome).await;
                })
                .await;
            }
        }
    }

    /// Ends the handling of an event, after what was asked for in it and the answer that may be in the line: what is done is
    /// not repeated, so nothing of it may be under way.
    async fn acknowledge(
        self: &Arc<Self>,
        event: u64,
        reply: Option<String>,
        failed: Option<String>,
    ) {
        let Some(open) = self.events().remove(&event) else {
            tracing::debug!("the program acknowledges {event}, which is not under way");
            return;
        };
        let Open {
            context,
            done,
            under_way,
            ..
        } = open;
        self.worked.store(true, Ordering::Relaxed);
        under_way.close();
        if reply.is_none() && under_way.is_empty() {
            let _ = done.send(failed.map_or(Ok(()), reported));
            return;
        }
        self.serve(async move |_| {
            under_way.wait().await;
            let outcome = match (failed, reply) {
                (Some(problem), _) => reported(problem),
                (None, Some(text)) => context.reply(text).await,
                (None, None) => Ok(()),
            };
            let _ = done.send(outcome);
        })
        .await;
    }

    /// Works beside the reading of further lines, as soon as there is a place for it.
    async fn serve<W>(self: &Arc<Self>, work: impl FnOnce(Arc<Self>) -> W)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let Ok(place) = self.requests.clone().acquire_owned().await else {
            return;
        };
        let work = work(self.clone());
        tokio::spawn(tracing::Instrument::in_current_span(async move {
            work.await;
            drop(place);
        }));
    }

    /// Returns the context of an event, and what holds up its end.
    fn context(&self, event: Option<u64>) -> Result<(Context, Option<TaskTrackerToken>), Failed> {
        let Some(id) = event else {
            return Ok((self.base.clone(), None));
        };
        let events = self.events();
        let open = events
            .get(&id)
            .ok_or_else(|| format!("the event {id} is not under way"))?;
        open.requests.fetch_add(1, Ordering::Relaxed);
        Ok((open.context.clone(), Some(open.under_way.token())))
    }

    async fn answer(&self, id: Option<Value>, outcome: Result<Value, Failed>) {
        match (id, &outcome) {
            (Some(id), _) => {
                let mut line = answer(&id, &outcome).to_string();
                if line.len() > LONGEST_LINE {
                    let too_long = format!("the answer is longer than {LONGEST_LINE} bytes");
                    line = answer(&id, &Err(too_long.into())).to_string();
                }
                let _ = self.lines.send(line).await;
            }
            (None, Err(failed)) if self.throttle.allows() => {
                tracing::error!(
                    "a request of the program failed: {}",
                    failed.error.one_line()
                );
            }
            _ => {}
        }
    }

    fn log(&self, Log { level, text }: &Log) {
        if !self.throttle.allows() {
            return;
        }
        match level.as_str() {
            "error" => tracing::error!("{text}"),
            "warn" | "warning" => tracing::warn!("{text}"),
            "debug" => tracing::debug!("{text}"),
            _ => tracing::info!("{text}"),
        }
    }

    fn events(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes when nobody waits for an event any longer.
struct Waiting<'a> {
    link: &'a Arc<Link>,
    id: u64,
    answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.link.events().remove(&self.id);
        if !self.answered {
            self.link.end(
                Diagnostic::failed("the program hangs")
                    .cause("it did not acknowledge a message within its time limit"),
            );
        }
    }
}

/// Reads the next line that means something.
async fn next<R: AsyncRead + Unpin>(
    lines: &mut Lines<R>,
    meaningless: &mut u32,
) -> Result<Option<Said>> {
    loop {
        let line = lines.next().await;
        let line = line.map_err(|error| broken().source(&error))?;
        let said = match line {
            Line::End => return Ok(None),
            Line::TooLong => {
                return Err(broken().cause(format!("a line is longer than {LONGEST_LINE} bytes")));
            }
            Line::There(line) if line.trim_ascii().is_empty() => None,
            Line::There(line) => {
                Said::read(object(line).map_err(|error| error.while_doing(BROKEN))?)
            }
        };
        if said.is_some() {
            *meaningless = 0;
            return Ok(said);
        }
        *meaningless += 1;
        if *meaningless > MEANINGLESS {
            return Err(broken().cause(format!(
                "it wrote {MEANINGLESS} lines in a row that mean nothing"
            )));
        }
    }
}

async fn write(
    mut writer: impl AsyncWrite + Unpin,
    mut lines: mpsc::Receiver<String>,
) -> std::io::Result<()> {
    while let Some(mut line) = lines.recv().await {
        line.push('\n');
        // Lines that are there already go in one piece.
        while let Ok(next) = lines.try_recv() {
            line.push_str(&next);
            line.push('\n');
            if line.len() > LONGEST_LINE {
                break;
            }
        }
        writer.write_all(line.as_bytes()).await?;
        writer.flush().await?;
    }
    Ok(())
}

fn reported(problem: String) -> Result<()> {
    Err(Diagnostic::failed("the program reports a failure").cause(problem))
}

fn numbered(id: u64, event: &Event, key: Option<String>) -> Result<String> {
    let mut line = serde_json::to_value(event)
        .map_err(|error| Diagnostic::failed("cannot write an event").source(&error))?;
    line["id"] = id.into();
    if let Some(key) = key {
        line["key"] = key.into();
    }
    let line = line.to_string();
    if line.len() > LONGEST_LINE {
        return Err(Diagnostic::failed("cannot write an event")
            .cause(format!("it is longer than {LONGEST_LINE} bytes")));
    }
    Ok(line)
}

const BROKEN: &str = "the program does not keep to the protocol";

fn broken() -> Diagnostic {
    Diagnostic::failed(BROKEN)
}

fn has_ended() -> Diagnostic {
    Diagnostic::failed("the program has ended")
}

fn not_ready() -> Diagnostic {
    Diagnostic::failed("the program did not answer `hello` with `ready`")
}
