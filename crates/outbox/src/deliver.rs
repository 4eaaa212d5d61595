//! The deliverer: one process at a time that sends what is due, each destination in order, several side by side.
//!
//! It holds a kernel lock (`deliver.lock`), which dies with its process. It listens for wake-ups before it looks for rows,
//! looks after each ring, each attempt and every few seconds, and once more after it gave the lock back; so a row is
//! either seen by it, or was committed after that last look by someone who then found nobody listening and started
//! another one.
//!
//! No transaction is open while a request is under way, and only this task touches the file: requests are futures that
//! know nothing of it.

use std::fs::TryLockError;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use fs_err::File;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use zulipkit_diag::{Diagnostic, Kind, Result};

use crate::Outbox;
use crate::account::Accounts;
use crate::attempt::perform;
use crate::clock::Clock;
use crate::courier::Courier;
use crate::probe::Point;
use crate::shift::Shift;
use crate::state::Rules;
use crate::wake::{self, Bell};

/// How many requests may be under way at once.
const IN_FLIGHT: usize = 8;

/// How often to look without having been woken.
const POLL: Duration = Duration::from_secs(2);

/// How long to stay while nothing gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Leaves when nothing is left to do within this time after the last success or new row.
    For(Duration),
    /// Stays until stopped, as a service. Where another process delivers, it waits for that one to leave.
    Forever,
}

impl Default for Patience {
    /// A quarter of an hour: longer than a server takes to restart.
    fn default() -> Self {
        Self::For(Duration::from_secs(15 * 60))
    }
}

/// Why a deliverer left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing is left, or nothing that its patience reaches.
    Finished,
    /// Another process delivers, and was told to look.
    Elsewhere,
    /// It was asked to stop.
    Stopped,
}

/// Delivers the rows of an outbox.
pub struct Deliverer<C, K> {
    outbox: Outbox,
    courier: C,
    accounts: Box<dyn Accounts>,
    clock: K,
    rules: Rules,
    probe: Box<dyn Fn(Point)>,
}

impl<C, K> std::fmt::Debug for Deliverer<C, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deliverer")
            .field("outbox", &self.outbox)
            .finish_non_exhaustive()
    }
}

impl<C: Courier, K: Clock> Deliverer<C, K> {
    /// Builds a deliverer; `accounts` reads a settings file's credentials, each time anew.
    pub fn new(outbox: Outbox, courier: C, clock: K, accounts: Box<dyn Accounts>) -> Self {
        Self {
            outbox,
            courier,
            accounts,
            clock,
            rules: Rules::default(),
            probe: Box::new(|_| {}),
        }
    }

    /// Delivers by other numbers than the usual.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Tells `probe` of each point that is passed: for tests that end the process there.
    #[doc(hidden)]
    #[must_use]
    pub fn probe(mut self, probe: impl Fn(Point) + 'static) -> Self {
        self.probe = Box::new(probe);
        self
    }

    /// Delivers in a runtime of its own, on this thread, until nothing is left or its patience ends.
    ///
    /// # Errors
    ///
    /// As [`Deliverer::run`].
    pub fn run_blocking(&mut self, patience: Patience) -> Result<End> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime
            .map_err(|error| Diagnostic::failed("cannot start to deliver").source(&error))?;
        runtime.block_on(self.run(patience, std::future::pending()))
    }

    /// Delivers until nothing is left, its patience ends, or `stop` completes; then what is under way is finished first.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, as on a full disk. Rows stay as they are, and what was under way counts as
    /// unclear.
    pub async fn run(&mut self, patience: Patience, stop: impl Future<Output = ()>) -> Result<End> {
        let mut stop = pin!(stop);
        let file = self.outbox.dir().join("deliver.lock");
        let lock = File::options().create(true).append(true).open(file);
        let lock = lock.map_err(|error| {
            Diagnostic::new(Kind::TryLater, "cannot take the right to deliver").source(&error)
        })?;
        loop {
            if let Some(end) = self.take_lock(lock.file(), patience, stop.as_mut()).await? {
                return Ok(end);
            }
            let bell = Bell::listen(self.outbox.dir());
            (self.probe)(Point::Locked);
            let end = self.work(patience, &bell, stop.as_mut()).await?;
            self.outbox.tidy()?;
            drop(bell);
            lock.file().unlock().map_err(|error| {
                Diagnostic::failed("cannot give back the right to deliver").source(&error)
            })?;
            (self.probe)(Point::Unlocked);
            if end == End::Stopped || !self.outbox.has_unseen()? {
                return Ok(end);
            }
        }
    }

    /// Takes the lock, or says why it need not.
    async fn take_lock(
        &self,
        lock: &std::fs::File,
        patience: Patience,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<Option<End>> {
        let mut unheard = 0;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(None),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => {
                    return Err(
                        Diagnostic::failed("cannot take the right to deliver").source(&error)
                    );
                }
            }
            let heard = wake::ring(self.outbox.dir());
            unheard += u32::from(!heard);
            // A holder that does not listen is about to, or leaves now; or it cannot, and polls.
            if patience != Patience::Forever && (heard || unheard > 50) {
                return Ok(Some(End::Elsewhere));
            }
            // A service takes over when the holder leaves.
            let pause = if heard {
                POLL
            } else {
                Duration::from_millis(20)
            };
            tokio::select! {
                () = stop.as_mut() => return Ok(Some(End::Stopped)),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Works while it holds the lock.
    async fn work(
        &mut self,
        patience: Patience,
        bell: &Bell,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<End> {
        let dir = self.outbox.dir().to_owned();
        let mut shift = Shift::start(
            &mut self.outbox,
            &self.clock,
            &*self.accounts,
            &self.rules,
            &*self.probe,
        )?;
        let mut running = FuturesUnordered::new();
        let mut stopping = false;
        loop {
            if !stopping {
                for task in shift.take(IN_FLIGHT - running.len())? {
                    running.push(perform(&self.courier, task));
                }
            }
            let mut wait = POLL;
            if running.is_empty() {
                // Who removes the folder means the rows too; a file that has lost its name gets no more of them.
                if !dir.exists() {
                    return Ok(End::Finished);
                }
                if stopping {
                    return Ok(End::Stopped);
                }
                match shift.next_due(patience)? {
                    Some(until_due) => wait = wait.min(until_due),
                    None => return Ok(End::Finished),
                }
            }
            tokio::select! {
                biased;
                Some((task, answer)) = running.next(), if !running.is_empty() => {
                    running.extend(shift.settle(task, answer)?.map(|task| perform(&self.courier, task)));
                }
                () = stop.as_mut(), if !stopping => stopping = true,
                () = bell.rung() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
}
