//! The lanes of a bot: what belongs to one conversation is handled one after the other, in order; different ones side by side.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// How long it takes at most to give up what waits for something.
const GIVE_UP: Duration = Duration::from_secs(1);

/// What goes through lanes: work, and what does it.
pub(super) trait Works: Send + Sync + 'static {
    type Job: Send + 'static;

    fn work(self: Arc<Self>, job: Self::Job) -> impl Future<Output = ()> + Send;
}

/// The lanes, each there only while something is in it.
#[derive(Debug)]
pub(super) struct Lanes<J> {
    waiting: Mutex<HashMap<String, VecDeque<J>>>,
    tasks: TaskTracker,
    /// Once it is cancelled, what has not begun stays undone.
    stop: CancellationToken,
    /// Once it is cancelled, what has begun is given up.
    give_up: CancellationToken,
}

impl<J: Send + 'static> Lanes<J> {
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self {
            waiting: Mutex::default(),
            tasks: TaskTracker::new(),
            stop,
            give_up: CancellationToken::new(),
        }
    }

    /// Puts a job behind those of the same lane; without a lane it waits for nothing.
    pub(super) fn put<W: Works<Job = J>>(
        self: &Arc<Self>,
        lane: Option<String>,
        job: J,
        worker: &Arc<W>,
    ) {
        let worker = worker.clone();
        let Some(lane) = lane else {
            self.spawn(worker.work(job));
            return;
        };
        match self.waiting().entry(lane) {
            Entry::Occupied(mut before) => before.get_mut().push_back(job),
            Entry::Vacant(place) => {
                let lane = place.key().clone();
                place.insert(VecDeque::new());
                self.spawn(self.clone().run(lane, job, worker));
            }
        }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let work = self.give_up.clone().run_until_cancelled_owned(work);
        self.tasks.spawn(work.in_current_span());
    }

    /// Works until a lane is empty.
    async fn run<W: Works<Job = J>>(self: Arc<Self>, lane: String, first: J, worker: Arc<W>) {
        let mut job = first;
        loop {
            worker.clone().work(job).await;
            let mut waiting = self.waiting();
            let next = waiting.get_mut(&lane).and_then(VecDeque::pop_front);
            match next {
                Some(next) if !self.stop.is_cancelled() => job = next,
                _ => {
                    waiting.remove(&lane);
                    return;
                }
            }
        }
    }

    /// Waits until nothing is under way any more, and gives up what takes longer than the grace; returns how much that is.
    /// Nothing may be put in after this.
    pub(super) async fn end(&self, grace: Duration) -> usize {
        self.tasks.close();
        if timeout(grace, self.tasks.wait()).await.is_ok() {
            return 0;
        }
        let left = self.tasks.len();
        self.give_up.cancel();
        // What never waits for anything cannot be given up.
        let _ = timeout(GIVE_UP, self.tasks.wait()).await;
        left
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, VecDeque<J>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
