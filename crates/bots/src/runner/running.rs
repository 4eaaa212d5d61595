//! One bot, from its start to its end.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, RwLock, Semaphore};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use zulipkit_api::events::{Ended, EventStream, Item, Registered, State};
use zulipkit_api::{Client, Error};
use zulipkit_diag::{Diagnostic, Kind, Result};

use super::alarms::AlarmClock;
use super::connected::Heard;
use super::guard::LoopGuard;
use super::job::Job;
use super::lanes::Lanes;
use super::outbound::Outbound;
use super::people::People;
use super::seen::Seen;
use super::sendings::Sendings;
use super::{RunBot, Shared, queue};
use crate::address::Listen;
use crate::http::Http;
use crate::journal::{AccountLock, BotJournal, EventKey, Known};
use crate::{Clock, Context, Me, Surroundings};

/// How many messages may wait for their turn; then no more events are read, and the server keeps them.
const BACKLOG: usize = 1_000;

/// For how long a bot that begins may keep others from it.
const TURN: Duration = Duration::from_secs(1);

/// A bot that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) shared: Arc<Shared>,
    pub(super) spec: RunBot,
    pub(super) journal: BotJournal,
    pub(super) outbound: Arc<Outbound>,
    pub(super) alarms: Arc<AlarmClock>,
    pub(super) people: Arc<People>,
    pub(super) lanes: Arc<Lanes<Job>>,
    /// How many of its messages may be handled at once.
    pub(super) places: Arc<Semaphore>,
    /// How many may wait.
    pub(super) backlog: Arc<Semaphore>,
    pub(super) surroundings: RwLock<Arc<Surroundings>>,
    pub(super) stop: CancellationToken,
    /// Told when the server refused the credentials.
    pub(super) locked_out: Notify,
    pub(super) seen: Seen,
    /// Which messages it handles, with the names that channels have by now.
    pub(super) listen: Mutex<Arc<Listen>>,
    /// The events that the last process had, and that may come again.
    pub(super) met_events: HashSet<EventKey>,
}

impl Running {
    /// Runs a bot until it is stopped. If it `replaces` another one, here or in a former process, it waits for that one's end.
    ///
    /// # Errors
    /// It cannot start, or its server will have nothing to do with it any more.
    pub(super) async fn run(
        shared: Arc<Shared>,
        spec: RunBot,
        stop: CancellationToken,
        replaces: bool,
    ) -> Result<()> {
        let client = spec.client.clone();
        let (site, email) = (client.site().clone(), client.email().to_owned());
        let _lock = lock(&shared, &spec, &stop, replaces).await?;
        let journal = shared.journal.of(&site, &email).await?;
        let mut known = journal.known().await?;
        let registration = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            registration = queue::registration(&spec, &journal, &mut known) => registration,
        };
        let mut events = client.events(registration);
        let started = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            started = in_turn(&shared.beginning, start(&client, &mut events)) => started,
        };
        let (me, first) = started.map_err(|error| spec.cannot_go_on(error))?;
        let outbound = spec.outbound(shared.keeper.as_ref(), &known);
        let alarms = Arc::new(AlarmClock::default());
        let (ways, key, before) = (
            (outbound.clone(), journal.clone(), alarms.clone()),
            None,
            vec![],
        );
        let surroundings = Surroundings {
            me,
            client,
            // Each handling gets one of its own.
            outlet: Arc::new(Sendings::new(ways, key, before)),
            storage: spec.storage.clone(),
            files: spec.files.clone(),
            clock: Clock::default(),
            http: Http::default(),
        };
        let listen = Mutex::new(Arc::new(spec.listen.clone()));
        let running = Arc::new(Self {
            people: shared.people(site.as_str()),
            lanes: Arc::new(Lanes::new(stop.clone())),
            places: Arc::new(Semaphore::new(spec.handling.in_flight.max(1))),
            backlog: Arc::new(Semaphore::new(BACKLOG)),
            surroundings: RwLock::new(Arc::new(surroundings)),
            seen: Seen::new(&journal, &known),
            met_events: known.events.met.iter().cloned().collect(),
            alarms,
            outbound,
            journal,
            shared,
            spec,
            stop,
            locked_out: Notify::new(),
            listen,
        });
        let outcome = tokio::select! {
            // Wherever it is: what has not been dealt with is not noted as such, and comes again.
            () = running.stop.cancelled() => Ok(()),
            outcome = running.serve(known, first, &mut events) => outcome,
        };
        running.finish().await;
        outcome
    }

    /// Lets the bot itself begin.
    async fn begin(&self) -> Result<()> {
        let context = Context::new(self.surroundings().await);
        let name = &self.spec.name;
        let cannot =
            |error: Diagnostic| error.while_doing(format!("the bot `{name}` cannot start"));
        super::handling::guarded(self.spec.bot.start(&context), self.spec.handling.time_limit)
            .await
            .map_err(cannot)?;
        tracing::info!(
            "runs as {} at {}",
            context.me().full_name,
            self.spec.client.site()
        );
        Ok(())
    }

    /// Lets the bot begin, and reads events for as long as there are any.
    async fn serve(
        self: &Arc<Self>,
        known: Known,
        first: Option<Item>,
        events: &mut EventStream,
    ) -> Result<()> {
        self.begin().await?;
        self.check_channels();
        let mut guard = LoopGuard::default();
        self.go_on_with(known.unfinished, known.events.unfinished)
            .await;
        if let Some(item) = first {
            self.take(item, &mut guard, events).await?;
        }
        let mut state = events.state();
        let mut connection = Heard::new(&self.shared.connected);
        let mut alarms = Box::pin(self.alarms.next(&self.journal));
        loop {
            tokio::select! {
                item = events.next() => match item {
                    Some(Ok(item)) => self.take(item, &mut guard, events).await?,
                    Some(Err(ended)) => return Err(self.spec.cannot_go_on(ended)),
                    None => return Ok(()),
                },
                // A poll that is under way would hear of it much later.
                () = self.locked_out.notified() => {
                    if let Some(error) = self.refused().await {
                        return Err(self.spec.cannot_go_on(Ended::Credentials(error)));
                    }
                }
                // Also without events the position moves on, and an old one would be refused.
                Ok(()) = state.changed() => {
                    connection.set(matches!(*state.borrow_and_update(), State::Connected { .. }));
                    self.save_position(events);
                }
                due = &mut alarms => {
                    for (alarm, sent) in due? {
                        self.put(Job::alarm(alarm).after(sent)).await;
                    }
                    alarms = Box::pin(self.alarms.next(&self.journal));
                }
            }
        }
    }

    /// Asks once more whether the server refuses the credentials, since something between may have said so.
    pub(super) async fn refused(&self) -> Option<Error> {
        let asked = Me::ask(&self.spec.client).await;
        asked.err().filter(Error::is_auth)
    }

    /// Takes one item of the stream, and notes that it did.
    async fn take(
        self: &Arc<Self>,
        item: Item,
        guard: &mut LoopGuard,
        events: &mut EventStream,
    ) -> Result<()> {
        match item {
            Item::Opened(registered) => self.opened(&registered),
            Item::Gap(gap) => {
                self.learn_limits(&gap.after);
                self.refresh_me().await;
                let caught_up = self.catch_up(&gap).await;
                caught_up.map_err(|ended| self.spec.cannot_go_on(ended))?;
            }
            Item::Event(event) => {
                if let Some(position) = events.position() {
                    self.take_event(*event, position.queue_id, guard).await;
                }
            }
            _ => {}
        }
        self.save_position(events);
        if events.is_drained()
            && let Err(error) = self.shared.journal.flush().await
        {
            tracing::error!("{}", error.one_line());
        }
        Ok(())
    }

    /// The first start ever: nothing that is older is handled.
    fn opened(&self, registered: &Registered) {
        self.learn_limits(registered);
        if let Some(newest) = registered.max_message_id {
            self.seen.raise_floor(newest);
        }
    }

    fn learn_limits(&self, registered: &Registered) {
        if let Some(length) = registered.max_message_length {
            self.outbound.set_max_length(length);
            self.journal.max_length(length);
        }
        if let Some(newest) = registered.max_message_id {
            self.outbound.saw(newest);
        }
    }

    fn save_position(&self, events: &EventStream) {
        if let Some(position) = events.position() {
            self.journal.position(position);
        }
    }

    /// Waits until nothing is under way.
    pub(super) async fn idle(&self) {
        let _ = self.backlog.acquire_many(BACKLOG as u32).await;
    }

    /// Waits for what is under way, for as long as a stop may take.
    async fn finish(&self) {
        self.stop.cancel();
        let left = self.lanes.end(self.shared.settings.grace).await;
        if left > 0 {
            tracing::error!(
                "ends while {left} messages are still being handled; they are next time"
            );
        }
        self.spec.bot.stop().await;
    }
}

/// Takes the right to run the account. A bot that is replaced may not have ended yet.
async fn lock(
    shared: &Shared,
    spec: &RunBot,
    stop: &CancellationToken,
    replaces: bool,
) -> Result<AccountLock> {
    // A program that is a bot has a grace of its own after that.
    let give_up = Instant::now() + shared.settings.grace + Duration::from_secs(10);
    loop {
        match shared.journal.lock(spec.client.site(), spec.client.email()) {
            Err(error) if error.kind == Kind::TryLater && replaces && Instant::now() < give_up => {
                tokio::select! {
                    () = stop.cancelled() => return Err(error),
                    () = sleep(Duration::from_millis(50)) => {}
                }
            }
            other => return other,
        }
    }
}

/// Begins when it is its turn. Where that takes long, as with a server that is down, the next one need not wait for it.
async fn in_turn<T>(turns: &Semaphore, beginning: impl Future<Output = T>) -> T {
    let turn = turns.acquire().await;
    let mut beginning = std::pin::pin!(beginning);
    let begun = timeout(TURN, &mut beginning).await;
    drop(turn);
    match begun {
        Ok(begun) => begun,
        Err(_) => beginning.await,
    }
}

/// Asks who the bot is while the queue opens and the first events are waited for, and returns the item that came meanwhile.
async fn start(client: &Client, events: &mut EventStream) -> Result<(Me, Option<Item>), Ended> {
    let ask = async {
        Me::ask(client)
            .await
            .map_err(|error| match error.is_auth() {
                true => Ended::Credentials(error),
                false => Ended::Refused(error),
            })
    };
    tokio::pin!(ask);
    tokio::select! {
        me = &mut ask => Ok((me?, None)),
        item = events.next() => match item {
            Some(Err(ended)) => Err(ended),
            Some(Ok(item)) => Ok((ask.await?, Some(item))),
            None => Err(Ended::NoQueue),
        },
    }
}
