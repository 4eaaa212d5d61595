//! The runner: many bots in one process, each with its own queue of events.
//!
//! ```text
//! prepare.rs, spec.rs, settings.rs  what is to run             people.rs, guard.rs   who is a bot, and bots that answer each other
//! running.rs, identity.rs, queue.rs one bot, start to end      sendings.rs           what one handling sends, each once
//! events.rs, changes.rs             messages; edits, reactions outbound.rs, keep.rs  how a message goes out, or is kept
//! catch_up.rs, resume.rs, seen.rs   missed, cut off, met       alarms.rs             moments that bots wait for
//! job.rs, lanes.rs, handling.rs     order, limits, failures    connected.rs, channels.rs  what is said of how it stands
//! ```
//!
//! What makes a message handled once is the journal; see there.

mod alarms;
mod catch_up;
mod changes;
mod channels;
mod connected;
mod events;
mod guard;
mod handling;
mod identity;
mod job;
mod keep;
mod lanes;
mod outbound;
mod people;
mod prepare;
mod queue;
mod resume;
mod running;
mod seen;
mod sendings;
mod settings;
mod spec;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use zulipkit_diag::{Diagnostic, Kind, Result};

use crate::Journal;
use people::People;
use running::Running;

pub(crate) use self::alarms::AlarmClock;
pub use self::connected::Connected;
pub(crate) use self::handling::{APOLOGY, guarded};
pub use self::keep::{Keeper, Wake};
pub(crate) use self::outbound::Outbound;
pub use self::prepare::Workshop;
pub(crate) use self::sendings::Sendings;
pub use self::settings::{CatchUpSettings, HandlingSettings, Interrupted, RunnerSettings};
pub use self::spec::RunBot;

/// How many bots may begin at once. A thousand would double the memory that they take, for what only the beginning needs, and
/// ask a server a thousand things in one moment.
const BEGINNING: usize = 32;

/// Runs bots.
#[derive(Debug)]
pub struct Runner {
    shared: Arc<Shared>,
    /// Whether a bot waits for an account that another process has.
    patient: bool,
    bots: HashMap<String, Place>,
    /// How many tasks were started.
    started: u64,
    tasks: JoinSet<(String, u64, Result<()>)>,
}

/// A bot that runs.
#[derive(Debug)]
struct Place {
    version: u64,
    /// Tells its task from those of the same name that were stopped.
    number: u64,
    stop: CancellationToken,
}

/// What all bots share.
#[derive(Debug)]
struct Shared {
    settings: RunnerSettings,
    journal: Journal,
    keeper: Option<Keeper>,
    places: Arc<Semaphore>,
    /// How many may begin at once.
    beginning: Semaphore,
    people: Mutex<HashMap<String, Arc<People>>>,
    connected: Connected,
}

/// What a runner is told while it runs.
#[derive(Debug)]
pub enum Order {
    /// End, and finish what is under way first.
    Stop,
    /// Run these bots instead. Those that have not changed go on undisturbed.
    Replace(Vec<RunBot>),
}

impl Runner {
    /// Builds a runner. Without a keeper a message that cannot be sent is tried for as long as the bot may take.
    pub fn new(settings: RunnerSettings, journal: Journal, keeper: Option<Keeper>) -> Self {
        let shared = Shared {
            places: Arc::new(Semaphore::new(settings.in_flight.max(1))),
            beginning: Semaphore::new(BEGINNING),
            settings,
            journal,
            keeper,
            people: Mutex::default(),
            connected: Connected::default(),
        };
        Self {
            shared: Arc::new(shared),
            patient: false,
            bots: HashMap::new(),
            started: 0,
            tasks: JoinSet::new(),
        }
    }

    /// Lets bots wait for an account that another process has, as long as its end may take: for programs that are started
    /// again before they have quite ended.
    pub fn patient(mut self) -> Self {
        self.patient = true;
        self
    }

    /// Returns the count of bots that hear from their servers.
    pub fn connected(&self) -> Connected {
        self.shared.connected.clone()
    }

    /// Runs bots until it is told to stop, or none is left.
    ///
    /// # Errors
    /// All bots have stopped by themselves; the error is the last one's. Each was logged.
    pub async fn run(mut self, bots: Vec<RunBot>, mut orders: mpsc::Receiver<Order>) -> Result<()> {
        self.replace(bots);
        let mut last = Ok(());
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Replace(bots)) => self.replace(bots),
                    Some(Order::Stop) | None => break,
                },
                ended = self.tasks.join_next() => match ended {
                    Some(Ok((name, number, outcome))) => {
                        if self.bots.get(&name).is_some_and(|place| place.number == number) {
                            self.bots.remove(&name);
                            last = outcome;
                        }
                    }
                    Some(Err(error)) => {
                        last = Err(Diagnostic::failed("a bot's task ended").source(&error));
                    }
                    None => return last.and_then(|()| Err(nothing_to_do())),
                },
            }
        }
        self.stop().await
    }

    /// Ends all bots, and waits for what is under way.
    async fn stop(mut self) -> Result<()> {
        for place in self.bots.values() {
            place.stop.cancel();
        }
        while self.tasks.join_next().await.is_some() {}
        self.shared.journal.flush().await
    }

    /// Starts, restarts and ends bots so that these run.
    fn replace(&mut self, bots: Vec<RunBot>) {
        let before = std::mem::take(&mut self.bots);
        let mut before: HashMap<_, _> = before.into_iter().collect();
        // An account may go from one name to another.
        let patient = self.patient || !before.is_empty();
        for bot in bots {
            match before.remove(&bot.name) {
                Some(place) if place.version == bot.version => {
                    self.bots.insert(bot.name, place);
                }
                other => {
                    if let Some(place) = &other {
                        place.stop.cancel();
                    }
                    self.start(bot, patient);
                }
            }
        }
        for (name, place) in before {
            tracing::info!(bot = name, "{name} is no longer in the settings");
            place.stop.cancel();
        }
    }

    fn start(&mut self, bot: RunBot, replaces: bool) {
        let stop = CancellationToken::new();
        self.started += 1;
        let number = self.started;
        let place = Place {
            version: bot.version,
            number,
            stop: stop.clone(),
        };
        let name = bot.name.clone();
        let span = tracing::error_span!("bot", name);
        self.bots.insert(name.clone(), place);
        let shared = self.shared.clone();
        let run = async move {
            let outcome = Running::run(shared, bot, stop, replaces).await;
            if let Err(error) = &outcome {
                tracing::error!("{}", error.one_line());
            }
            (name, number, outcome)
        };
        self.tasks.spawn(run.instrument(span));
    }
}

impl Shared {
    /// Returns what is known of the users of a server.
    fn people(&self, site: &str) -> Arc<People> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.entry(site.to_owned()).or_default().clone()
    }
}

fn nothing_to_do() -> Diagnostic {
    Diagnostic::new(Kind::Settings, "there is no bot to run")
        .hint("the settings file has a table `[bot.NAME]` for each")
}
